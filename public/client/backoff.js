// @ts-check

/** How long to wait before trying again: ordinary trouble, and a server that says it has too much to do. */
export const ORDINARY = { baseMs: 500, capMs: 15_000 };
export const OVERLOADED = { baseMs: 4_000, capMs: 60_000 };

/**
 * Exponential back-off with full jitter: after a restart thousands of clients come back at once,
 * and only the whole range of the delay spreads them evenly.
 *
 * @param {number} attempt 0 for the first retry
 * @param {{ baseMs: number, capMs: number }} pace
 * @returns {number} milliseconds
 */
export function backoff(attempt, { baseMs, capMs }) {
  return Math.random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
}
