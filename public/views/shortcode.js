// @ts-check
import { codeAndLinksIn, codeIn } from '../shared/code-and-links.js';

/** The longest that is looked for. */
const MAX_LENGTH = 50;
/** Where a word could begin, so not in `10:30`, `a::b` or `https://`; two characters, so not in `:D`. */
const SHORTCODE = /(?<![\p{L}\p{N}:/_+-]):([a-z\d_+-]{2,})(:?)$/iu;

/**
 * Returns the shortcode of an emoji that is being typed at an offset, or was just finished by a colon: `:smi`,
 * `:smile:`. There is none in code and links.
 *
 * @param {string} text
 * @param {number} caret
 * @returns {{ start: number, typed: string, finished: boolean } | null}
 */
export function shortcodeAt(text, caret) {
  const from = Math.max(0, caret - MAX_LENGTH);
  const match = SHORTCODE.exec(text.slice(from, caret));
  if (!match) return null;
  const [, typed = '', colon = ''] = match;
  const start = from + match.index;
  const finished = colon !== '';
  // A number is more likely a time or a port; only `:100:` is certain.
  if (!finished && /^\d+$/.test(typed)) return null;
  return isLiteral(text, start) ? null : { start, typed: typed.toLowerCase(), finished };
}

/**
 * @param {string} text
 * @param {number} at
 */
function isLiteral(text, at) {
  const has = (/** @type {readonly (readonly [number, number])[]} */ ranges) =>
    ranges.some(([start, end]) => start <= at && at < end);
  if (has(codeAndLinksIn(text))) return true;
  // Code that is being typed has no end yet.
  const head = text.slice(0, at);
  return head.includes('`') && ['`', '``'].some((mark) => has(codeIn(`${head}: ${mark}`)));
}
