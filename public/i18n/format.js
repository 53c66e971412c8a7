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

const MINUTE_MS = 60_000;
const MOST_MINUTES = 1_000;

/**
 * Formats a moment to the minute. Each minute is formatted once: a room has many messages of one minute, and rows that
 * are dropped come back.
 *
 * @param {() => Intl.DateTimeFormat} formatter
 * @returns {(moment: Date) => string}
 */
function perMinute(formatter) {
  /** @type {Map<number, string>} */
  const texts = new Map();
  /** @type {Intl.DateTimeFormat | undefined} */
  let last;
  return (moment) => {
    const format = formatter();
    if (format !== last || texts.size >= MOST_MINUTES) texts.clear();
    last = format;
    const minute = Math.floor(moment.getTime() / MINUTE_MS);
    const text = texts.get(minute) ?? format.format(moment);
    texts.set(minute, text);
    return text;
  };
}

export const timeOfDay = perMinute(clock);

export const dateAndTime = perMinute(full);

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
    seconds % 86_400 === 0 && seconds > 0
      ? [seconds / 86_400, 'day']
      : seconds % 3600 === 0
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
