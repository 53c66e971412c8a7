/**
 * How long after the last group began the next one goes, where it gathers, in milliseconds. Whoever
 * waits from the beginning waits that long, and for the commit and the writes to all sockets besides.
 */
const LINGER_MS = 7;
/** How many groups go by, at least and at most, before one waits longer to see whether it pays. */
const [MIN_GROUPS, MAX_GROUPS] = [16, 512] as const;

/**
 * When a group goes. A group costs a wait for the disk, a way to another thread and back, and a write
 * to every socket, so under a steady load a few milliseconds of gathering save most of the work. But
 * who waits for an answer before they go on only lose by it. Nobody tells which of the two it is, so
 * the pace learns it: it gathers as long as more keeps coming until the time is over; where the last
 * half of the time was in vain, a group goes from then on when as many are there as the last one had.
 * Then and now, ever more seldom where that is in vain, one waits to see whether more would come.
 */
export class CommitDelay {
  #startedAt = -Infinity;
  /** How many were there at the last look, and since when. */
  #size = 0;
  #cameAt = -Infinity;
  #gathers = false;
  /** How many are worth waiting for, where it does not gather. */
  #expected = 1;
  #groups = 0;
  #nextTrial: number = MIN_GROUPS;

  /**
   * How long a group of `size` has yet to wait, in milliseconds; `now` is on the same clock always.
   * To be asked whenever something has come.
   */
  waitMs(size: number, now: number): number {
    if (size !== this.#size) this.#cameAt = now;
    this.#size = size;
    if (size >= this.#expected && !this.#gathers && !this.#isTrial) return 0;
    return Math.max(0, this.#startedAt + LINGER_MS - now);
  }

  /** A group of `size` goes. */
  start(size: number, now: number): void {
    // After a pause nothing was waited for, and nothing is learnt.
    if (now - this.#startedAt < 2 * LINGER_MS) this.#learn(size, now);
    this.#startedAt = now;
    this.#size = 0;
  }

  #learn(size: number, now: number): void {
    const keptComing = now - this.#cameAt < LINGER_MS / 2;
    if (this.#gathers) {
      this.#gathers = keptComing;
      this.#groups = 0;
    } else if (this.#isTrial) {
      this.#gathers = keptComing && size > this.#expected;
      this.#nextTrial = this.#gathers ? MIN_GROUPS : Math.min(this.#nextTrial * 2, MAX_GROUPS);
      this.#groups = 0;
    } else {
      this.#groups += 1;
    }
    this.#expected = size < this.#expected ? (this.#expected + size) >> 1 : size;
  }

  get #isTrial(): boolean {
    return this.#groups >= this.#nextTrial;
  }
}
