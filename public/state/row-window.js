// @ts-check

/** Rows of a room that are kept at most, all of them in the DOM; a few more where a chunk is not full. */
export const MOST_ROWS = 400;

/**
 * Chooses which chunks of rows to keep: those around the reader. Drops from the end that is farther away, while at
 * least `most` rows are left.
 *
 * @param {readonly number[]} sizes the number of rows in each chunk
 * @param {number} at the chunk that the reader sees
 * @param {number} most
 * @returns {{ from: number, to: number }} the first chunk to keep, and the one after the last
 */
export function keptChunks(sizes, at, most) {
  const sum = (/** @type {readonly number[]} */ part) => part.reduce((a, b) => a + b, 0);
  let above = sum(sizes.slice(0, at));
  let below = sum(sizes.slice(at + 1));
  let left = sum(sizes);
  let from = 0;
  let to = sizes.length;
  for (;;) {
    const isAbove = above > below;
    const size = (isAbove ? sizes[from] : sizes[to - 1]) ?? 0;
    if ((isAbove ? above : below) === 0 || left - size < most) return { from, to };
    left -= size;
    if (isAbove) {
      above -= size;
      from += 1;
    } else {
      below -= size;
      to -= 1;
    }
  }
}
