// @ts-check

/** @typedef {{ baseMs: number, capMs: number }} BackoffBounds */

/** @type {BackoffBounds} after an ordinary failure */
export const ORDINARY = { baseMs: 500, capMs: 15_000 };
/** @type {BackoffBounds} where the server says that it is overloaded */
export const OVERLOADED = { baseMs: 4_000, capMs: 60_000 };

/**
 * Exponential back-off with full jitter: after a restart thousands of clients reconnect at once,
 * and only the whole range of the delay spreads them evenly.
 *
 * @param {number} attempt 0 for the first retry
 * @param {BackoffBounds} bounds
 * @returns {number} milliseconds
 */
export function backoff(attempt, { baseMs, capMs }) {
  return Math.random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
}
