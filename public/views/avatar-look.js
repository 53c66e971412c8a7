// @ts-check
import { clip } from '../shared/graphemes.js';
import { inkOn } from './contrast.js';

/** How many patterns styles/avatar.css draws. */
export const PATTERNS = 8;

/** @typedef {{ initials: string, background: string, ink: string, pattern: number }} AvatarLook */

/** @type {Map<string, AvatarLook>} looks by person: each group of messages asks for that of its author */
const known = new Map();
const MOST_KNOWN = 2000;

/**
 * How somebody's avatar looks: two letters on their colour, and a pattern that follows from their id. So two people
 * of one initial and one colour rarely look alike, and nobody's avatar changes by itself.
 *
 * @param {{ id: string, name: string, color: string }} user
 */
export function avatarLook({ id, name, color }) {
  const key = `${id} ${color} ${name}`;
  let look = known.get(key);
  if (!look) {
    if (known.size >= MOST_KNOWN) known.clear();
    const pattern = hash(id) % PATTERNS;
    look = { initials: initialsOf(name), background: color, ink: inkOn(color), pattern };
    known.set(key, look);
  }
  return look;
}

/**
 * The first letters of the first and the last word, or the first two letters of a single word.
 *
 * @param {string} name
 */
function initialsOf(name) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  if (words.length > 1) return words.slice(0, 1).concat(words.slice(-1)).map(initial).join('');
  const word = words[0] ?? name;
  const first = clip(word, 1);
  return first.toLocaleUpperCase() + clip(word.slice(first.length), 1);
}

/** @param {string} word */
const initial = (word) => clip(word, 1).toLocaleUpperCase();

/** @param {string} text @returns {number} FNV-1a, 32 bits */
function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  // The low bits of FNV mix least.
  return (value ^ (value >>> 15)) >>> 0;
}
