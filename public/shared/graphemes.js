// @ts-check

/* For the server and the page alike: no DOM, no Node. */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * The most UTF-16 units per grapheme, on average; the longest emoji has 15. Any number of marks can follow one
 * letter, and must not make a short text long.
 */
const MAX_UNITS = 20;

/**
 * Returns the first graphemes of a text, which are what people call characters: no emoji, flag, syllable or
 * accented letter is cut in two. At most 20 UTF-16 units for each.
 *
 * @param {string} text
 * @param {number} graphemes the most to return
 */
export function clip(text, graphemes) {
  if (text.length <= graphemes) return text;
  const most = graphemes * MAX_UNITS;
  let count = 0;
  for (const { index, segment } of segmenter.segment(text)) {
    if (count === graphemes) return text.slice(0, index);
    if (index + segment.length > most) return text.slice(0, index || pointAt(text, most));
    count += 1;
  }
  return text;
}

/** How far back the search for the start of a grapheme goes, in UTF-16 units. */
const MAX_BACK = 64;

/**
 * Returns where the grapheme at an offset starts, so that the text can be cut there. A grapheme that starts
 * more than 64 UTF-16 units before is cut at the offset.
 *
 * @param {string} text
 * @param {number} at a UTF-16 offset
 */
export function graphemeAt(text, at) {
  const start = segmenter.segment(text).containing(at)?.index ?? text.length;
  return at - start <= MAX_BACK ? start : pointAt(text, at);
}

/**
 * Returns where the code point at an offset starts.
 *
 * @param {string} text
 * @param {number} at
 */
function pointAt(text, at) {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff ? at - 1 : at;
}
