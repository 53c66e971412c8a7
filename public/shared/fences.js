// @ts-check

/** The lines that begin and end a block of code. */
const FENCE = /^ {0,3}(?:`{3,}[^`\n]*|~{3,}.*)$\n?/gm;

/**
 * Returns a text without the fences of its code, for where it is shown in a line; a text of nothing else as it is.
 *
 * @param {string} text
 */
export const withoutFences = (text) => text.replaceAll(FENCE, '').trim() || text;
