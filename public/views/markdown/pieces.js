// @ts-check
/** @import { Code } from './code.js' */

/** @typedef {{ kind: 'atom', start: number, end: number }} Atom A link or mention. */

/** Stands for the characters of code, links and mentions: a letter to every rule. */
const LETTER = '\uE000';

/**
 * Returns code and the atoms outside of it, in order.
 *
 * @param {readonly Code[]} code
 * @param {readonly { start: number, end: number }[]} atoms
 * @returns {(Code | Atom)[]}
 */
export function merge(code, atoms) {
  let next = 0;
  const outside = atoms.filter(({ start, end }) => {
    while ((code[next]?.end ?? Infinity) <= start) next += 1;
    return end <= (code[next]?.start ?? Infinity);
  });
  return [...code, ...outside.map(toAtom)].toSorted((a, b) => a.start - b.start);
}

/**
 * @param {{ start: number, end: number }} place
 * @returns {Atom}
 */
const toAtom = ({ start, end }) => ({ kind: 'atom', start, end });

/**
 * Returns the text with letters in place of its pieces, so that no rule applies to them.
 *
 * @param {string} text
 * @param {readonly { start: number, end: number }[]} pieces
 */
export function mask(text, pieces) {
  let masked = '';
  for (const { start, end } of pieces)
    masked += text.slice(masked.length, start) + LETTER.repeat(end - start);
  return masked + text.slice(masked.length);
}
