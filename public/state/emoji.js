// @ts-check
/** @import { Language } from '../i18n/languages.js' */
import { qualified } from '../shared/emoji.js';

/* All emoji with their names, from emojibase. They are loaded when somebody looks for one, not with the page. */

/**
 * @typedef {object} Emoji
 * @property {string} emoji
 * @property {string} name in the language of the page
 * @property {readonly string[]} codes shortcodes, in English: `smile`
 * @property {number} group
 * @property {readonly string[]} skins in the tones 1 to 5; empty where it has none
 * @property {string} words by which it is found, each after a space
 *
 * @typedef {{ unicode: string, label: string, hexcode: string, group?: number, tags?: string[], skins?: { unicode: string }[] }} Entry
 */

export const TONES = ['', '\u{1F3FB}', '\u{1F3FC}', '\u{1F3FD}', '\u{1F3FE}', '\u{1F3FF}'];
/** Skin tones and parts of hair, which are no emoji by themselves. */
const COMPONENTS = 2;

/** @type {Map<Language, Promise<Emoji[]>>} */
const loading = new Map();

/**
 * Returns all emoji that this browser knows, in the order of Unicode.
 *
 * @param {Language} language
 * @returns {Promise<Emoji[]>}
 */
export function loadEmoji(language) {
  const known = loading.get(language);
  if (known) return known;
  const loaded = load(language);
  loading.set(language, loaded);
  // The next attempt tries again.
  loaded.catch(() => loading.delete(language));
  return loaded;
}

/** @param {Language} language */
async function load(language) {
  const [entries, codes] = /** @type {[Entry[], Record<string, string | string[]>]} */ (
    await Promise.all([fetchJson(`${language}.json`), fetchJson('shortcodes.json')])
  );
  return toEmoji(entries, codes);
}

/** @param {string} file */
async function fetchJson(file) {
  const response = await fetch(new URL(`../vendor/emojibase/${file}`, import.meta.url));
  if (!response.ok) throw new Error(`${response.status} for ${file}`);
  return /** @type {unknown} */ (await response.json());
}

/**
 * @param {readonly Entry[]} entries
 * @param {Record<string, string | string[]>} codesOf by code points
 * @returns {Emoji[]}
 */
export function toEmoji(entries, codesOf) {
  return entries.flatMap(({ unicode, label: name, hexcode, group, tags = [], skins = [] }) => {
    const emoji = qualified(unicode);
    if (emoji === null || group === undefined || group === COMPONENTS) return [];
    const codes = [codesOf[hexcode] ?? []].flat();
    const words = [name, ...tags, ...codes].map((text) => ` ${fold(text)}`).join('');
    const inTones = TONES.slice(1).flatMap(
      (tone) =>
        skins.find((skin) => tonesOf(skin.unicode).every((one) => one === tone))?.unicode ?? [],
    );
    return [{ emoji, name, codes, group, words, skins: inTones }];
  });
}

/** @param {string} emoji */
const tonesOf = (emoji) => emoji.match(/\p{Emoji_Modifier}/gu) ?? [];

/**
 * Returns the emoji that have each word, or its beginning, in a name or shortcode; those whose shortcode or name
 * begins so come first.
 *
 * @param {readonly Emoji[]} all
 * @param {string} query
 * @param {number} most
 */
export function findEmoji(all, query, most) {
  const whole = query.trim().toLowerCase();
  const words = fold(whole).split(' ').filter(Boolean);
  if (words.length === 0) return [];
  const found = all.filter((one) => words.every((word) => one.words.includes(` ${word}`)));
  return found.toSorted((a, b) => rank(a, whole) - rank(b, whole)).slice(0, most);
}

/**
 * @param {Emoji} emoji
 * @param {string} query
 */
function rank({ codes, name }, query) {
  if (codes.includes(query)) return 0;
  if (codes.some((code) => code.startsWith(query))) return 1;
  return fold(name).startsWith(query) ? 2 : 3;
}

/**
 * Without case and accents, and with spaces between words.
 *
 * @param {string} text
 */
const fold = (text) =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[\s_:,.()’“”]+/gu, ' ')
    .trim();
