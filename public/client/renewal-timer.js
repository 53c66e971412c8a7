// @ts-check
/** @import { ApiError } from './api-error.js' */

/**
 * A token counts as about to expire this long before its end, or a fifth of its life where that is less, so that
 * no request leaves with a dead one.
 */
const MARGIN_MS = 30_000;
const MARGIN_PART = 1 / 5;
/** The shortest wait before a renewal, and before another one after it has failed. */
const SHORTEST_WAIT_MS = 1_000;
/** The longest wait that `setTimeout` knows. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** Renews the token of a session in time. */
export class RenewalTimer {
  #renew;
  #expiresAt = 0;
  #marginMs = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {() => Promise<unknown>} renew rejects with an `ApiError`; then it is called again later */
  constructor(renew) {
    this.#renew = renew;
  }

  /** @param {string} expiresAt when the new token expires */
  start(expiresAt) {
    this.#expiresAt = Date.parse(expiresAt);
    this.#marginMs = Math.min(MARGIN_MS, this.#remainingMs() * MARGIN_PART);
    this.#plan(SHORTEST_WAIT_MS);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#expiresAt = 0;
  }

  /** Whether the token should be renewed before it is used. */
  isDue() {
    return this.#remainingMs() <= this.#marginMs;
  }

  #remainingMs() {
    return this.#expiresAt - Date.now();
  }

  /**
   * Renews at about half of the remaining life: then a laptop that sleeps for hours wakes with a token that is
   * still valid, and a renewal that fails has half of the rest left to be tried again. Tabs that share a session
   * wait for different times, so that the first of them renews it for all.
   *
   * @param {number} leastMs the shortest wait
   */
  #plan(leastMs) {
    clearTimeout(this.#timer);
    const remaining = this.#remainingMs();
    if (remaining <= 0) return;
    const half = (remaining / 2) * (0.8 + 0.2 * Math.random());
    const wait = Math.min(Math.max(half, leastMs), LONGEST_WAIT_MS);
    this.#timer = setTimeout(() => {
      this.#renew().catch((/** @type {Partial<ApiError>} */ { retryAfter = 0 }) =>
        this.#plan(Math.max(SHORTEST_WAIT_MS, 1000 * retryAfter)),
      );
    }, wait);
    // In Node a pending renewal must not keep the process alive.
    /** @type {{ unref?: () => void }} */ (/** @type {unknown} */ (this.#timer)).unref?.();
  }
}
