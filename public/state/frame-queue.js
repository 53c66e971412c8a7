// @ts-check

/** The longest wait: a hidden page gets no animation frames. */
const LONGEST_WAIT_MS = 200;
/** Items of one frame: rows for about ten milliseconds, so that a key typed meanwhile is shown at once. */
const MOST_PER_FRAME = 24;
/** What waits beyond this passes together: rows so far behind would be replaced before anybody reads them. */
const MOST_WAITING = 400;

/**
 * Collects items and passes them on once per animation frame, so that a burst of events costs few renders, and none
 * of them takes long.
 *
 * @template T
 */
export class FrameQueue {
  #apply;
  /** @type {T[]} */
  #items = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #frame = 0;

  /** @param {(items: T[]) => void} apply */
  constructor(apply) {
    this.#apply = apply;
  }

  /** @param {T} item */
  push(item) {
    this.#items.push(item);
    if (this.#items.length === 1) this.#schedule();
  }

  /** Passes on all items now. */
  flush() {
    this.#pass(this.#items.length);
  }

  #schedule() {
    const pass = () => {
      const { length } = this.#items;
      this.#pass(document.hidden || length > MOST_WAITING ? length : MOST_PER_FRAME);
    };
    this.#timer = setTimeout(pass, LONGEST_WAIT_MS);
    this.#frame = requestAnimationFrame(pass);
  }

  /** @param {number} most */
  #pass(most) {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    const items = this.#items.splice(0, most);
    if (this.#items.length > 0) this.#schedule();
    if (items.length > 0) this.#apply(items);
  }
}
