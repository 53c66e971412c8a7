// @ts-check
import { codeIn } from '../../shared/code-and-links.js';

/*
 * Code in a message. Where it is, is said by the grammar that the server uses too, since a mention in code alerts
 * nobody; so what is shown as code is what the server took for code.
 */

/**
 * @typedef {object} Code
 * @property {'code'} kind
 * @property {number} start
 * @property {number} end
 * @property {string} code without what encloses it
 * @property {boolean} isBlock whether it has lines of its own
 * @property {string} language as typed; empty for none
 * @property {boolean} isQuoted whether it begins in a quote
 */

/** What precedes a fence on its line: a quote, indentation. */
const FENCE = /^((?: {0,3}>)* {0,3})(`{3,}(?=[^`\r\n]*$)|~{3,})([^\r\n]*)$/;
const QUOTED = /^(?: {0,3}> ?)+/;
/** What follows the marks in their line, if it names a language. Other text there is the first line of the code. */
const LANGUAGE = /^[ \t]*([\w+#.-]{1,20})?[ \t]*(?:\r?\n|$)/;

/**
 * Returns the code in a text, in order.
 *
 * @param {string} text
 * @returns {Code[]}
 */
export const codePieces = (text) =>
  codeIn(text).map(([start, end]) => {
    const raw = text.slice(start, end);
    const isLineStart = start === 0 || /[\r\n]/.test(text[start - 1] ?? '');
    const fence = isLineStart ? FENCE.exec(raw.split(/\r?\n/, 1)[0] ?? '') : null;
    const parts = fence ? fenced(raw, fence) : span(raw);
    // Nothing is enclosed, so the marks are all there is to see.
    const code = /\S/.test(parts.code) ? parts : { ...NOTHING, code: raw };
    return { kind: 'code', start, end, ...code };
  });

const NOTHING = { isBlock: false, language: '', isQuoted: false };

/**
 * @param {string} raw
 * @param {RegExpExecArray} fence its first line
 */
function fenced(raw, [first, before = '', marks = '', info = '']) {
  const isQuoted = before.includes('>');
  const lines = raw.slice(first.length - info.length).split('\n');
  const last = FENCE.exec(lines.at(-1) ?? '');
  const isClosed = lines.length > 1 && last?.[2]?.startsWith(marks) && last[3]?.trim() === '';
  if (isClosed) lines.pop();
  const code = lines.map((line) => (isQuoted ? line.replace(QUOTED, '') : line)).join('\n');
  return { ...block(code), isQuoted };
}

/** @param {string} inner what the marks of a block enclose */
function block(inner) {
  const [before = '', language = ''] = LANGUAGE.exec(inner) ?? [];
  const code = inner.slice(before.length).replace(/\r?\n[ \t]*$/, '');
  return { ...NOTHING, code, isBlock: true, language };
}

/** @param {string} raw */
function span(raw) {
  const [opening = ''] = /^`+/.exec(raw) ?? [];
  const [closing = ''] = /`+$/.exec(raw) ?? [];
  // The first of the opening backticks may be escaped; then it belongs to the code.
  const marks = Math.min(opening.length, closing.length);
  const inner = raw.slice(marks, raw.length - marks);
  if (marks >= 3 && inner.includes('\n')) return block(inner);
  // A space on both sides is there to part the code from the marks.
  const isPadded = /^ .*\S.* $/s.test(inner);
  return { ...NOTHING, code: isPadded ? inner.slice(1, -1) : inner };
}
