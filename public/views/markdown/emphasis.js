// @ts-check
import { Lexer, Tokenizer } from 'marked';
import { UNSPACED } from '../../shared/unspaced.js';

/*
 * Bold, italic and struck text: which marks belong together is decided by marked. It receives only those marks that
 * may be meant as such; every other character that it knows is replaced by one that means nothing to it. Nothing is
 * removed, so what it returns applies to the text as typed.
 */

/**
 * @typedef {object} Emphasis
 * @property {'strong' | 'em' | 'del'} kind
 * @property {number} start
 * @property {number} end
 * @property {number} marks the length of the mark on each side
 * @property {Emphasis[]} children
 */

/**
 * The most marks in a message. The time of marked grows with their square or faster (4,000 characters of `*_a` take
 * a second); with these it takes some milliseconds. Text beyond them stays as typed.
 */
export const MAX_MARKS = 200;

const MARKS = /\*+|_+|~+/g;
/** Marks of other lengths mean something else: `__init__`, `~5`, a line of stars. */
const LENGTHS = { '*': [1, 2, 3], _: [1], '~': [2] };

const WIDE = `(?![\\0-\\x7F])[\\p{P}\\uFE0F]|[${UNSPACED}]`;
/**
 * What a mark may follow, where it begins. Markdown allows more, but then people find their formulas, paths and
 * faces changed: `2*3*4`, `src/*.js`, `^_^`. Halves of surrogates are mostly emoji.
 */
const BEFORE = new RegExp(`^(?:$|[\\s"'(*_~]|${WIDE}|[\\uDC00-\\uDFFF])`, 'u');
const AFTER = new RegExp(`^(?:$|[\\s"').,;:!?*_~-]|${WIDE}|[\\uD800-\\uDBFF])`, 'u');
const NOT_FIRST = /^(?:$|[\s/=+|^,;)%])/;
const NOT_LAST = /^(?:$|[\s/=+|^(])/;

/** Letters that stand for the brackets, backslashes and other marks that marked knows. */
const HIDDEN = { '[': '(', '<': '(', '`': "'", ']': ')', '>': ')', '!': '.', '&': '.', '\\': '.' };

/** marked's own rules, where the mark may begin. */
class Marks extends Tokenizer {
  /**
   * @override
   * @param {string} rest
   * @param {string} masked
   * @param {string} [before]
   */
  emStrong(rest, masked, before = '') {
    return BEFORE.test(before) ? super.emStrong(rest, masked, before) : undefined;
  }

  /**
   * Links have been found already.
   *
   * @override
   * @returns {undefined}
   */
  url() {
    return undefined;
  }

  /**
   * Every line break is one.
   *
   * @override
   * @returns {undefined}
   */
  br() {
    return undefined;
  }
}

/**
 * Finds emphasis in the paragraphs of one message.
 *
 * @returns {(paragraph: string, start: number) => Emphasis[]} takes a paragraph, in which code, links and mentions
 *   are letters, and where it begins in the message
 */
export function emphasisFinder() {
  let left = MAX_MARKS;
  return (paragraph, start) => {
    const { meant, count } = meantMarks(paragraph);
    if (count < 2 || count > left) return [];
    left -= count;
    return toEmphasis(new Lexer({ gfm: true, tokenizer: new Marks() }).inlineTokens(meant), start);
  };
}

/**
 * Replaces all characters that mean something to marked, except for the marks that may begin or end something.
 *
 * @param {string} paragraph
 */
function meantMarks(paragraph) {
  let count = 0;
  const escaped = paragraph.replace(/\\[*_~\\]/g, '..');
  const plain = escaped.replace(
    /[[\]<>`!&\\]/g,
    (letter) => HIDDEN[/** @type {keyof typeof HIDDEN} */ (letter)],
  );
  const meant = plain.replace(MARKS, (mark, /** @type {number} */ at) => {
    const [before, next] = [plain[at - 1] ?? '', plain[at + mark.length] ?? ''];
    const length = LENGTHS[/** @type {keyof typeof LENGTHS} */ (mark[0])];
    const begins = BEFORE.test(before) && !NOT_FIRST.test(next);
    const ends = AFTER.test(next) && !NOT_LAST.test(before);
    const isQuoted = before === next && /["']/.test(next);
    if (!length.includes(mark.length) || isQuoted || !(begins || ends))
      return '.'.repeat(mark.length);
    count += 1;
    return mark;
  });
  return { meant, count };
}

/** @typedef {{ type: string, raw: string, tokens?: Part[] }} Part What is used of marked's tokens. */

/**
 * @param {readonly Part[]} tokens
 * @param {number} start
 * @returns {Emphasis[]}
 */
function toEmphasis(tokens, start) {
  /** @type {Emphasis[]} */
  const found = [];
  let at = start;
  for (const { type, raw, tokens: inner = [] } of tokens) {
    if (type === 'strong' || type === 'em' || type === 'del') {
      const marks = type === 'em' ? 1 : 2;
      const children = toEmphasis(inner, at + marks);
      found.push({ kind: type, start: at, end: at + raw.length, marks, children });
    }
    at += raw.length;
  }
  return found;
}
