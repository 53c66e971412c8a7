// @ts-check
/** @import { Message } from '../../src/protocol/resources.ts' */
/** @import { ListPage } from './history-parts.js' */
import { PAGE } from './history-parts.js';

/**
 * Finds the first message that was sent at a time or later. The API pages by seq alone, so this searches: in turns it
 * interpolates, which takes few requests where the traffic is even, and halves what is left, which bounds them
 * elsewhere: twice the binary logarithm of the number of pages, since a page saves the last halvings.
 *
 * @param {number} time in milliseconds
 * @param {ListPage} list
 * @returns {Promise<number | null>} its seq; null where all messages are older
 */
export async function findFirstSince(time, list) {
  const [oldest, newest] = await Promise.all([list({ after: 0, limit: 1 }), list({ limit: PAGE })]);
  const [first, last] = [oldest.messages[0], newest.messages.at(-1)];
  if (!first || !last || timeOf(last) < time) return null;
  if (timeOf(first) >= time) return first.seq;
  /** Every message up to here is too old. */
  let older = placeOf(first);
  /** The oldest message that is known to be new enough. */
  let later = placeOf(last);
  let page = newest;
  for (let step = 0; ; step += 1) {
    const found = page.messages.find((message) => timeOf(message) >= time);
    if (found) {
      if (found !== page.messages[0]) return found.seq;
      later = placeOf(found);
    }
    if (later.seq - older.seq <= 1) return later.seq;
    const before = nextBound(time, older, later, step);
    page = await list({ before, limit: PAGE });
    const end = page.messages.at(-1);
    if (end && timeOf(end) < time) older = { seq: before - 1, time: timeOf(end) };
  }
}

/** @typedef {{ seq: number, time: number }} Place */

/**
 * Returns the seq to ask for messages before: more than one past `older`, and not past `later`.
 *
 * @param {number} time
 * @param {Place} older
 * @param {Place} later
 * @param {number} step
 */
function nextBound(time, older, later, step) {
  const share = step % 2 === 0 ? (time - older.time) / (later.time - older.time) : 0.5;
  const guess = older.seq + Math.round((later.seq - older.seq) * share);
  // The page ends before the bound: half a page later it has the guess in its middle.
  return Math.min(later.seq, Math.max(older.seq + 2, guess + PAGE / 2));
}

/** @param {Message} message */
const timeOf = ({ createdAt }) => Date.parse(createdAt);

/**
 * @param {Message} message
 * @returns {Place}
 */
const placeOf = (message) => ({ seq: message.seq, time: timeOf(message) });
