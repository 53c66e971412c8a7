// @ts-check

/**
 * A part of a text by its UTF-16 offsets, the second one exclusive.
 *
 * @typedef {readonly [start: number, end: number]} Range
 */

/**
 * Returns the parts of a text that are not prose: code as in Markdown (spans, fenced blocks) and URLs. Takes time
 * linear in the length of any text.
 *
 * @param {string} text
 * @returns {Range[]}
 */
export const codeAndLinksIn = (text) => [...codeIn(text), ...linksIn(text)];

/** A line that opens or closes a fenced block; a run of backticks; an empty line. */
const CODE_TOKEN =
  /^(?: {0,3}>)* {0,3}(?:(`{3,})(?=([^`\r\n]*)$)|(~{3,})(?=([^\r\n]*)$))|(`+)|^(?<!\r(?=\n))[ \t]*$/gmu;

/**
 * @typedef {object} CodeToken
 * @property {number} start
 * @property {number} end
 * @property {'`' | '~' | ''} mark '' for an empty line
 * @property {boolean} isFence
 * @property {boolean} isBare whether nothing follows on its line, so that it may close a block
 * @property {number} opens how many marks close it; 0: it opens nothing
 * @property {number} closes how many marks it has
 */

/**
 * Returns the parts of a text that are code as in Markdown, in order: spans and fenced blocks, with the backticks or
 * tildes that enclose them.
 *
 * @param {string} text
 * @returns {Range[]}
 */
export function codeIn(text) {
  /** @type {Range[]} */
  const ranges = [];
  const tokens = Array.from(text.matchAll(CODE_TOKEN), (match) => toCodeToken(text, match));
  /** @type {Map<number, number>} by length of a run of backticks, the token before which there is none, so that no search repeats */
  const unclosed = new Map();
  let end = 0;
  for (const [i, opening] of tokens.entries()) {
    const { start, isFence, opens } = opening;
    if (start < end || opens === 0 || (!isFence && i < (unclosed.get(opens) ?? 0))) continue;
    const at = indexFrom(tokens, i + 1, isFence ? closesBlock(opening) : endsSpan(opening));
    const closing = tokens[at];
    if (!isFence && closing?.closes !== opens) {
      unclosed.set(opens, at);
      continue;
    }
    // A block without an end reaches to the end of the text.
    end = closing?.end ?? text.length;
    ranges.push([start, end]);
  }
  return ranges;
}

/**
 * @param {string} text
 * @param {RegExpExecArray} match
 * @returns {CodeToken}
 */
function toCodeToken(text, match) {
  const [all, backticks, info, tildes, tildeInfo, run] = match;
  const start = match.index;
  const marks = backticks ?? tildes ?? run ?? '';
  const isFence = run === undefined && marks !== '';
  // A backslash escapes a backtick, but not inside of code.
  const hidden = run !== undefined && isEscaped(text, start) ? 1 : 0;
  return {
    start,
    end: start + all.length,
    mark: marks === '' ? '' : tildes === undefined ? '`' : '~',
    isFence,
    isBare: (info ?? tildeInfo ?? '').trim() === '',
    opens: marks.length - hidden,
    closes: marks.length,
  };
}

/**
 * @param {string} text
 * @param {number} at
 */
function isEscaped(text, at) {
  let start = at;
  while (text[start - 1] === '\\') start -= 1;
  return (at - start) % 2 === 1;
}

/**
 * Returns the index of the first token that fits, or the length of the list.
 *
 * @param {readonly CodeToken[]} tokens
 * @param {number} start
 * @param {(token: CodeToken) => boolean} fits
 */
function indexFrom(tokens, start, fits) {
  for (let i = start; i < tokens.length; i += 1) {
    const token = tokens[i];
    if (token && fits(token)) return i;
  }
  return tokens.length;
}

/**
 * @param {CodeToken} opening
 * @returns {(token: CodeToken) => boolean}
 */
const closesBlock =
  ({ mark, opens }) =>
  (token) =>
    token.isFence && token.isBare && token.mark === mark && token.closes >= opens;

/**
 * Matches the token that closes a span, or that a span cannot cross. Three or more backticks may begin a block
 * anywhere, as people write them in chats; fewer are a span, which stays in its paragraph.
 *
 * @param {CodeToken} opening
 * @returns {(token: CodeToken) => boolean}
 */
const endsSpan =
  ({ opens }) =>
  ({ mark, isFence, closes }) =>
    (mark === '`' && closes === opens) || (opens < 3 && (mark === '' || isFence));

/** What marks a URL: its scheme, or without one, the end of its host and what follows. */
const URL_MARK =
  /(?<=[\p{L}\p{N}]):\/\/|(?<=[\p{L}\p{N}])\.(?:xn--[a-z\d-]+|\p{L}{2,})(?::\d{1,5})?(?=\/|[?#][\p{L}\p{N}])/giu;
const HOST = /(?:[\p{L}\p{N}\p{M}._~%:@+-]|\[[\da-f:.]+\])*/iuy;
const PAIRS = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
/** Brackets, quotes and full stops of all scripts; those of ASCII may be part of a URL. */
const ENDS_URL =
  /[\s\p{Cc}<>"`\uFF5C\p{Pi}\p{Pf}]|(?![\0-\x7F\u00B7\u2027\u30FB])[\p{Ps}\p{Pe}\p{Po}]/u;
const BEGINS_WORD = /[\p{L}\p{N}]/uy;

/**
 * @param {string} text
 * @returns {Range[]}
 */
function linksIn(text) {
  /** @type {Range[]} */
  const ranges = [];
  let end = 0;
  for (const { 0: mark, index } of text.matchAll(URL_MARK)) {
    if (index < end) continue;
    HOST.lastIndex = index + mark.length;
    const host = mark === '://' ? /** @type {RegExpExecArray} */ (HOST.exec(text))[0] : '';
    end = index + mark.length + host.length;
    if (/[/?#]/.test(text[end] ?? '')) end = endOfPath(text, end);
    ranges.push([index, end]);
  }
  return ranges;
}

/**
 * @param {string} text
 * @param {number} start
 */
function endOfPath(text, start) {
  /** @type {string[]} */
  const open = [];
  for (let at = start; at < text.length;) {
    const letter = String.fromCodePoint(/** @type {number} */ (text.codePointAt(at)));
    const closing = PAIRS.get(letter);
    if (closing !== undefined) open.push(closing);
    // A bracket that was opened before the URL belongs to the sentence.
    else if (')]}'.includes(letter) && open.pop() !== letter) return at;
    else if (ENDS_URL.test(letter)) return at;
    at += letter.length;
    BEGINS_WORD.lastIndex = at;
    if (letter === "'" && !BEGINS_WORD.test(text)) return at - 1;
  }
  return text.length;
}
