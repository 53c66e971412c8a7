/** How long after the last group began the next one waits for more to come with it, in milliseconds. */
const LINGER_MS = 6;
/** How many groups go by, at least and at most, before one waits longer to see whether it pays. */
const [MIN_GROUPS, MAX_GROUPS] = [16, 512] as const;

/**
 * When a group goes. A group costs a wait for the disk, a way to another thread and back, and a write
 * to every socket, so under a steady load a few milliseconds of gathering save most of the work. But
 * who waits for an answer before they go on only lose by it. Nobody tells which of the two it is, so
 * a group goes when as many are there as the last one had, and at the latest LINGER_MS after the last
 * began; and now and then, ever more seldom where it is in vain, one waits that long in any case.
 */
export class Pace {
  #startedAt = -Infinity;
  /** How many are worth waiting for. */
  #expected = 1;
  #groups = 0;
  #nextTrial: number = MIN_GROUPS;
  #isTrial = false;

  /** How long a group of `size` has yet to wait, in milliseconds; `now` is on the same clock always. */
  waitMs(size: number, now: number): number {
    if (size >= this.#expected && !this.#isTrial) return 0;
    return Math.max(0, this.#startedAt + LINGER_MS - now);
  }

  /** A group of `size` goes. */
  start(size: number, now: number): void {
    const waited = now - this.#startedAt < 2 * LINGER_MS;
    if (this.#isTrial) {
      const pays = waited && size > this.#expected;
      this.#nextTrial = pays ? MIN_GROUPS : Math.min(this.#nextTrial * 2, MAX_GROUPS);
    }
    // After a pause nothing was waited for, and nothing is learnt.
    if (waited) this.#expected = size < this.#expected ? (this.#expected + size) >> 1 : size;
    this.#groups = this.#isTrial ? 0 : this.#groups + 1;
    this.#isTrial = this.#groups >= this.#nextTrial;
    this.#startedAt = now;
  }
}
