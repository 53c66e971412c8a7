// @ts-check

/* For the server and the page alike: no DOM, no Node. */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * UTF-16 units that a grapheme has on average, at most: the longest emoji has 15. Marks can be piled on one
 * letter without end, and must not make a short text a long one.
 */
const MAX_UNITS = 20;

/**
 * The first graphemes of a text: what people call characters, so that no emoji, flag, syllable or
 * accented letter is cut in two. At most 20 UTF-16 units for each.
 *
 * @param {string} text
 * @param {number} graphemes how many at most
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

/** How far the beginning of a grapheme is looked for, in UTF-16 units. */
const MAX_BACK = 64;

/**
 * Where the grapheme begins that a place is in: there a text can be cut. Of a grapheme that began more than
 * 64 UTF-16 units before, a part is cut off.
 *
 * @param {string} text
 * @param {number} at by UTF-16 offset
 */
export function graphemeAt(text, at) {
  const start = segmenter.segment(text).containing(at)?.index ?? text.length;
  return at - start <= MAX_BACK ? start : pointAt(text, at);
}

/**
 * The same for the code point.
 *
 * @param {string} text
 * @param {number} at
 */
function pointAt(text, at) {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff ? at - 1 : at;
}
