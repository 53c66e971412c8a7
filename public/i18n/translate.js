// @ts-check
/** @import { Signal } from '@preact/signals-core' */
/** @import { Language } from './languages.js' */
import { computed, signal } from '@preact/signals-core';
import { texts as english } from './en.js';
import { LANGUAGES } from './languages.js';

/**
 * @typedef {keyof typeof english} TextKey
 * @typedef {{ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>} Plural a form for each category
 * @typedef {{ [Key in TextKey]: (typeof english)[Key] extends string ? string : Plural }} Texts
 * @typedef {{ language: Language, locale: string, texts: Texts,
 *   plurals: () => Intl.PluralRules, numbers: () => Intl.NumberFormat }} Loaded
 */

const STORAGE_KEY = 'charla.language';

/** @type {Signal<Loaded>} */
const loaded = signal(load('en', english));

/** The language of the page. */
export const language = computed(() => loaded.value.language);

/** The language of the page as the browser's user writes it: `es-MX` formats dates and numbers other than `es`. */
export const locale = computed(() => loaded.value.locale);

/** Uses the language that was chosen here before, or else the first that the browser asks for and the page has. */
export async function useWantedLanguage() {
  const wanted = [readChoice(), ...navigator.languages.map((tag) => tag.split('-')[0])];
  // A page in English is better than none.
  await use(wanted.find(isLanguage) ?? 'en').catch(() => use('en'));
}

/**
 * Changes the language of the page, now and at later visits. Rejects where its texts cannot be loaded.
 *
 * @param {Language} choice
 */
export async function chooseLanguage(choice) {
  await use(choice);
  try {
    localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    // Without storage the choice holds until the page is left.
  }
}

/**
 * Returns a text of the page. Whoever reads it while rendering is rendered again in another language.
 *
 * @param {TextKey} key
 * @param {Record<string, string | number>} [values] for its placeholders; `count` chooses the plural form
 */
export function t(key, values = {}) {
  return tParts(key, values).join('');
}

/**
 * Returns a text in parts, so that values may be elements.
 *
 * @template Value
 * @param {TextKey} key
 * @param {Record<string, Value | string | number>} values
 * @returns {(Value | string)[]}
 */
export function tParts(key, values) {
  const { texts, plurals, numbers } = loaded.value;
  const entry = texts[key];
  const text =
    typeof entry === 'string'
      ? entry
      : (entry[plurals().select(Number(values['count']))] ?? entry.other);
  // Every second part is the name of a placeholder.
  return text.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) return part;
    const value = values[part] ?? '';
    return typeof value === 'number' ? numbers().format(value) : value;
  });
}

/**
 * @param {string} key
 * @returns {key is TextKey}
 */
export const hasText = (key) => Object.hasOwn(english, key);

/** @param {Language} next */
async function use(next) {
  if (next !== language.peek()) {
    const { texts } = /** @type {{ texts: Texts }} */ (
      await import(new URL(`${next}.js`, import.meta.url).href)
    );
    loaded.value = load(next, texts);
  }
  document.documentElement.lang = next;
}

/**
 * @param {Language} code
 * @param {Texts} texts
 * @returns {Loaded}
 */
function load(code, texts) {
  const tag = navigator.languages.find((one) => one.split('-')[0] === code) ?? code;
  return {
    language: code,
    locale: tag,
    texts,
    plurals: once(() => new Intl.PluralRules(tag)),
    numbers: once(() => new Intl.NumberFormat(tag)),
  };
}

/**
 * Makes something when it is first needed: formatters take milliseconds.
 *
 * @template Made
 * @param {() => Made} make
 * @returns {() => Made}
 */
function once(make) {
  /** @type {Made | undefined} */
  let made;
  return () => (made ??= make());
}

function readChoice() {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

/**
 * @param {unknown} value
 * @returns {value is Language}
 */
function isLanguage(value) {
  return typeof value === 'string' && Object.hasOwn(LANGUAGES, value);
}
