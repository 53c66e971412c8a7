// @ts-check

/* The boxes of pictures, which are known before the pictures have loaded. Sizes are in CSS pixels. */

/** @typedef {{ width: number, height: number }} Size */

/** The largest box of a single picture, and the smallest, which a tiny picture does not fill. */
const MOST = { width: 384, height: 320 };
const LEAST = 96;
/** The proportions of a box, width by height: of a narrower or wider picture it shows the middle. */
const SINGLE = { least: 0.5, most: 3 };
/** A text below a picture needs some width. */
const LEAST_WITH_TEXT = 0.75;
const IN_GRID = { least: 0.75, most: 1.8 };

const clamp = (
  /** @type {number} */ value,
  /** @type {number} */ least,
  /** @type {number} */ most,
) => Math.min(most, Math.max(least, value));

/**
 * @param {{ width: number | null, height: number | null }} picture
 * @returns {Size}
 */
export const sizeOf = ({ width, height }) => ({ width: width ?? 1, height: height ?? 1 });

/** @param {Size} picture */
const ratioOf = ({ width, height }) => width / height;

/**
 * Returns the box of a picture that has no other beside it.
 *
 * @param {Size} picture
 * @param {boolean} hasText
 * @returns {Size}
 */
export function boxOf(picture, hasText) {
  const least = hasText ? LEAST_WITH_TEXT : SINGLE.least;
  const ratio = clamp(ratioOf(picture), least, SINGLE.most);
  const natural = Math.max(picture.width, picture.height * ratio);
  const most = Math.min(MOST.width, MOST.height * ratio);
  const width = clamp(natural, Math.min(most, LEAST * Math.max(1, ratio)), most);
  return { width: Math.round(width), height: Math.round(width / ratio) };
}

/** How many pictures each row of a grid has, by how many there are in all; no message has more. */
const ROWS = [
  [],
  [1],
  [2],
  [1, 2],
  [2, 2],
  [2, 3],
  [3, 3],
  [2, 2, 3],
  [2, 3, 3],
  [3, 3, 3],
  [2, 2, 3, 3],
];

/**
 * Divides pictures into rows, in order.
 *
 * @template Picture
 * @param {readonly Picture[]} pictures
 * @returns {Picture[][]}
 */
export function rowsOf(pictures) {
  let at = 0;
  const sizes = ROWS[pictures.length] ?? [pictures.length];
  return sizes.map((size) => pictures.slice(at, (at += size)));
}

/**
 * Returns the proportions, width by height, of a picture's box in a grid.
 *
 * @param {Size} picture
 * @param {number} inRow how many pictures share the row
 */
export const gridRatio = (picture, inRow) =>
  clamp(ratioOf(picture), inRow === 1 ? 4 / 3 : IN_GRID.least, inRow === 1 ? 2.4 : IN_GRID.most);

/**
 * Whether a picture is smaller than every box: it is not enlarged.
 *
 * @param {Size} picture
 */
export const isTiny = ({ width, height }) => width < LEAST && height < LEAST;
