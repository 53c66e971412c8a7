// @ts-check
import { codeAndLinksIn } from './code-and-links.js';
import { partKey } from './name-key.js';
import { UNSPACED } from './unspaced.js';

/*
 * The grammar of mentions. The server uses it to find who is mentioned, the page to mark mentions and to complete
 * names while they are typed. No DOM, no Node, and no list of people.
 */

/** The most places in one text where a mention may begin; no message to people needs more. */
const MAX_SITES = 50;
/** Longest name, in letters (`UserName` in the protocol counts code points). */
const MAX_NAME = 50;

/** Marks, ignorable characters and the later parts of Korean syllables belong to the letter before. */
const JOINED =
  '\\p{M}\\p{Default_Ignorable_Code_Point}\\u1160-\\u11FF\\uD7B0-\\uD7FB\\uFF9E\\uFF9F';
const LETTER = new RegExp(`@\\p{Default_Ignorable_Code_Point}*|[^][${JOINED}]*`, 'gu');
const SPACE = /^[\p{White_Space}\u2800]\p{Default_Ignorable_Code_Point}*$/u;
/** Digits and letters that are displayed as emoji are not part of a word. */
const PICTURE = /^\p{Emoji}[\uFE0F\u20E3]/u;
const WORD = /^[\p{L}\p{N}\p{M}]/u;
const UNSPACED_LETTER = new RegExp(`^(?=[\\p{L}\\p{N}\\p{M}])[${UNSPACED}]`, 'u');
/** No mention begins after these, which join words. */
const JOINS_BEFORE = '._-/@+:=';
/** No name ends before these, if a letter follows at once. */
const JOINS_AFTER = '.-/@:';
const MAIL_DOMAIN = /@(?:[\p{L}\p{N}\p{M}-]{1,63}\.)+[\p{L}\p{M}]{2,}/uy;

/**
 * @typedef {object} Site What follows an `@`. The key of a mentioned name is `key` up to one of `ends`.
 * @property {number} start the offset of the `@` in the text
 * @property {string} key of the longest possible name, by `partKey`
 * @property {readonly End[]} ends ascending; at least one
 *
 * @typedef {{ readonly inKey: number, readonly inText: number }} End Offsets where a name may end.
 */

/**
 * Returns where a text may mention somebody. At each site, the longest existing name that ends at one of its ends
 * is the mentioned one. The key of each letter is computed once, however many sites include it.
 *
 * @param {string} text
 * @returns {Site[]} in order
 */
export function mentionSites(text) {
  if (!text.includes('@')) return [];
  const reading = new Reading(text);
  /** @type {Site[]} */
  const sites = [];
  for (let i = 0; i < reading.letters.length && sites.length < MAX_SITES; i += 1) {
    const site = reading.beginsMention(i) ? reading.siteAfter(i) : undefined;
    if (site && site.ends.length > 0) sites.push(site);
  }
  return sites;
}

/**
 * Returns the mention that is being typed at an offset: the offset of its `@`, and the name so far.
 *
 * @param {string} text
 * @param {number} caret
 * @returns {{ start: number, typed: string } | null}
 */
export function mentionAt(text, caret) {
  const start = text.lastIndexOf('@', caret - 1);
  if (caret === 0 || start === -1) return null;
  const reading = new Reading(text);
  const at = reading.offsets.indexOf(start);
  const typed = text.slice(start + 1, caret);
  // No name begins with a space.
  if (at === -1 || !reading.beginsMention(at) || /^\s|[\r\n]/u.test(typed)) return null;
  return (typed.match(LETTER)?.length ?? 0) > MAX_NAME ? null : { start, typed };
}

/** A text split into letters, each with its marks. */
class Reading {
  /** @type {readonly string[]} */
  letters;
  /** @type {readonly number[]} the offset of each letter */
  offsets;
  #text;
  /** @type {readonly string[] | undefined} */
  #keys;
  /** @type {Uint8Array | undefined} 1 for code and links */
  #literal;
  /** @type {Map<string, 'space' | 'word' | 'unspaced' | 'other'>} */
  #kinds = new Map();

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
    // NUL, which is in no name and no message, separates the letters while their keys are computed.
    this.letters = text.replaceAll('\0', '\x01').match(LETTER) ?? [];
    let end = 0;
    this.offsets = this.letters.map((letter) => (end += letter.length) - letter.length);
  }

  /** @param {number} i */
  beginsMention(i) {
    if (!this.#isOneOf('@', i)) return false;
    const before = this.#kind(i - 1);
    if (before === 'word' || this.#isOneOf(JOINS_BEFORE, i - 1)) return false;
    const at = this.#offset(i);
    MAIL_DOMAIN.lastIndex = at;
    if (before === 'unspaced' && MAIL_DOMAIN.test(this.#text)) return false;
    return !this.#isLiteral(at);
  }

  /**
   * @param {number} at the letter that is the `@`
   * @returns {Site}
   */
  siteAfter(at) {
    this.#keys ??= keysOf(this.letters);
    /** @type {End[]} */
    const ends = [];
    let key = '';
    const stop = Math.min(at + 1 + MAX_NAME, this.letters.length);
    for (let i = at + 1; i < stop && this.#letter(i) >= ' '; i += 1) {
      const own = this.#keys[i] ?? '';
      key += key === '' || key.endsWith(' ') ? own.trimStart() : own;
      // No name begins with a space.
      if (key === '') break;
      if (this.#mayEnd(i)) ends.push({ inKey: key.length, inText: this.#offset(i + 1) });
    }
    return { start: this.#offset(at), key, ends };
  }

  /** @param {number} i */
  #mayEnd(i) {
    const [last, next] = [this.#kind(i), this.#kind(i + 1)];
    if (last === 'space') return false;
    if (last === 'unspaced' || next === 'unspaced') return true;
    if (next === 'word' || this.#isOneOf('_', i + 1)) return false;
    return !this.#isOneOf(JOINS_AFTER, i + 1) || this.#kind(i + 2) !== 'word';
  }

  /** @param {number} i */
  #letter(i) {
    return this.letters[i] ?? '';
  }

  /** @param {number} i */
  #offset(i) {
    return this.offsets[i] ?? this.#text.length;
  }

  /**
   * @param {string} marks
   * @param {number} i
   */
  #isOneOf(marks, i) {
    const [first] = this.#letter(i);
    return first !== undefined && marks.includes(first);
  }

  /** @param {number} i */
  #kind(i) {
    const letter = this.#letter(i);
    let kind = this.#kinds.get(letter);
    if (kind === undefined) this.#kinds.set(letter, (kind = kindOf(letter)));
    return kind;
  }

  /** @param {number} at */
  #isLiteral(at) {
    if (!this.#literal) {
      this.#literal = new Uint8Array(this.#text.length);
      for (const [start, end] of codeAndLinksIn(this.#text)) this.#literal.fill(1, start, end);
    }
    return this.#literal[at] === 1;
  }
}

/** @param {string} letter */
function kindOf(letter) {
  if (SPACE.test(letter)) return 'space';
  if (PICTURE.test(letter)) return 'other';
  if (UNSPACED_LETTER.test(letter)) return 'unspaced';
  return WORD.test(letter) ? 'word' : 'other';
}

/**
 * Returns the keys of letters. Computing them together is much faster than one by one.
 *
 * @param {readonly string[]} letters
 */
const keysOf = (letters) => partKey(letters.join('\0')).split('\0');
