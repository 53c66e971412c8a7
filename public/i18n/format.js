// @ts-check
import { locale } from './translate.js';

/**
 * Formatters are slow to make: each is made once for a language.
 *
 * @template Formatter
 * @param {(locale: string) => Formatter} make
 * @returns {() => Formatter} for the language of the page; whoever calls it while rendering follows the language
 */
function perLocale(make) {
  /** @type {Map<string, Formatter>} */
  const made = new Map();
  return () => {
    const tag = locale.value;
    const formatter = made.get(tag) ?? make(tag);
    made.set(tag, formatter);
    return formatter;
  };
}

const clock = perLocale(
  (tag) => new Intl.DateTimeFormat(tag, { hour: 'numeric', minute: '2-digit' }),
);
const full = perLocale(
  (tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeStyle: 'short' }),
);
const dayOfYear = perLocale(
  (tag) => new Intl.DateTimeFormat(tag, { weekday: 'long', day: 'numeric', month: 'long' }),
);
const date = perLocale((tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'long' }));
const relativeDay = perLocale((tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }));
const number = perLocale((tag) => new Intl.NumberFormat(tag));

/** @param {Date} moment */
export const timeOfDay = (moment) => clock().format(moment);

/** @param {Date} moment */
export const dateAndTime = (moment) => full().format(moment);

/** @param {number} value */
export const formatNumber = (value) => number().format(value);

/**
 * Returns the day of a moment, as a heading: "Today", "Yesterday", or its date.
 *
 * @param {string} at an ISO time
 */
export function dayName(at) {
  const day = new Date(at);
  const now = new Date();
  for (const ago of [0, 1]) {
    const other = new Date(now.getFullYear(), now.getMonth(), now.getDate() - ago);
    if (day.toDateString() === other.toDateString())
      return capitalised(relativeDay().format(-ago, 'day'));
  }
  return capitalised((day.getFullYear() === now.getFullYear() ? dayOfYear() : date()).format(day));
}

/**
 * Returns a length of time in its largest whole unit, such as "5 minutes".
 *
 * @param {number} seconds
 */
export function duration(seconds) {
  const [length, unit] =
    seconds % 3600 === 0
      ? [seconds / 3600, 'hour']
      : seconds % 60 === 0
        ? [seconds / 60, 'minute']
        : [seconds, 'second'];
  return new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'long' }).format(
    length,
  );
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];

/**
 * Returns a size in the unit that people would use, such as "1.2 MB".
 *
 * @param {number} bytes
 */
export function fileSize(bytes) {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  const unit = UNITS[power] ?? 'byte';
  const maximumFractionDigits = value < 10 && power > 0 ? 1 : 0;
  return new Intl.NumberFormat(locale.value, {
    style: 'unit',
    unit,
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits,
  }).format(value);
}

/** @param {string} text */
function capitalised(text) {
  const [first = ''] = text;
  return first.toLocaleUpperCase(locale.value) + text.slice(first.length);
}
