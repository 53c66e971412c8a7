// @ts-check

/* For the server and the page alike: no DOM, no Node. */

/** Cf characters that are visible: Arabic, Syriac and Kaithi signs that enclose numbers. */
const SIGNS = '\\u0600-\\u0605\\u06DD\\u070F\\u0890\\u0891\\u08E2\\u{110BD}\\u{110CD}';
/** Letters and symbols that are blank: Braille, musical, Egyptian and Khitan ones. */
const BLANKS = '\\u2800\\u{1D159}\\u{13441}\\u{13442}\\u{16FE4}';
const VISIBLE = new RegExp(
  `[${SIGNS}]|[^\\p{White_Space}\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Cf}${BLANKS}]`,
  'u',
);

/**
 * Whether anything in a text is visible. White space of every kind, controls, joiners, variation selectors,
 * fillers and blanks are not; a combining mark by itself is.
 *
 * @param {string} text
 */
export function isVisible(text) {
  return VISIBLE.test(text);
}
