// @ts-check

/** @typedef {{ start: number, end: number, text: string }} Line without its break */

/**
 * @param {string} text
 * @returns {Line[]}
 */
export function linesOf(text) {
  /** @type {Line[]} */
  const lines = [];
  let start = 0;
  for (const { 0: lineBreak, index } of text.matchAll(/\r?\n|$/g)) {
    lines.push({ start, end: index, text: text.slice(start, index) });
    start = index + lineBreak.length;
  }
  return lines;
}

/**
 * Returns where text ends that a block follows: the break between the two is the block's, unless it ends an empty
 * line.
 *
 * @param {string} text
 * @param {number} from
 * @param {number} block where it starts
 */
export function breakBefore(text, from, block) {
  const [lineBreak = ''] = /\r?\n$/.exec(text.slice(Math.max(from, block - 2), block)) ?? [];
  const end = block - lineBreak.length;
  return end > from && text[end - 1] !== '\n' ? end : block;
}

const BREAK = /[ \t]*\r?\n/y;

/**
 * Returns where the line after a block begins; the end of the block, where other text follows in its line.
 *
 * @param {string} text
 * @param {number} end
 */
export function breakAfter(text, end) {
  BREAK.lastIndex = end;
  return end + (BREAK.exec(text)?.[0].length ?? 0);
}
