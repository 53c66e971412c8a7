/**
 * While it delays, the time between the starts of two groups, in milliseconds. The first job of a group waits
 * that long, and then for the commit and the writes to all sockets.
 */
const DELAY_MS = 7;
/** How many groups start, at least and at most, before one is delayed on trial. */
const [MIN_GROUPS, MAX_GROUPS] = [16, 512] as const;

/**
 * Decides when a group commits. A group costs a wait for the disk, a round trip to another thread, and a write to
 * every socket, so under a steady load a delay of some milliseconds saves most of the work. Senders that wait for
 * an ack before they send again only lose by it. It learns which case applies: it delays as long as more jobs keep
 * arriving until the delay is over. Where the second half of a delay brought nothing, groups start as soon as they
 * have as many jobs as the last one. Occasionally it delays anyway, less often each time that proves pointless.
 */
export class CommitDelay {
  #startedAt = -Infinity;
  /** How many jobs there were at the last call, and since when. */
  #size = 0;
  #grewAt = -Infinity;
  #delays = false;
  /** How many jobs to wait for while it does not delay. */
  #expected = 1;
  #groups = 0;
  #nextTrial: number = MIN_GROUPS;

  /**
   * How much longer a group of `size` has to wait, in milliseconds. To be called whenever a job arrives; `now` is
   * always on the same clock.
   */
  waitMs(size: number, now: number): number {
    if (size !== this.#size) this.#grewAt = now;
    this.#size = size;
    if (size >= this.#expected && !this.#delays && !this.#isTrial) return 0;
    return Math.max(0, this.#startedAt + DELAY_MS - now);
  }

  /** A group of `size` starts. */
  start(size: number, now: number): void {
    // After a pause nothing waited, so there is nothing to learn.
    if (now - this.#startedAt < 2 * DELAY_MS) this.#learn(size, now);
    this.#startedAt = now;
    this.#size = 0;
  }

  #learn(size: number, now: number): void {
    const keptComing = now - this.#grewAt < DELAY_MS / 2;
    if (this.#delays) {
      this.#delays = keptComing;
      this.#groups = 0;
    } else if (this.#isTrial) {
      this.#delays = keptComing && size > this.#expected;
      this.#nextTrial = this.#delays ? MIN_GROUPS : Math.min(this.#nextTrial * 2, MAX_GROUPS);
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
