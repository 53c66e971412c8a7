// @ts-check

/** The longest wait: a hidden page gets no animation frames. */
const LONGEST_WAIT_MS = 200;

/**
 * Collects items and passes them on once per animation frame, so that a burst of events costs one render.
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
    if (this.#items.length > 1) return;
    const flush = () => this.flush();
    this.#timer = setTimeout(flush, LONGEST_WAIT_MS);
    this.#frame = requestAnimationFrame(flush);
  }

  flush() {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    const items = this.#items;
    this.#items = [];
    if (items.length > 0) this.#apply(items);
  }
}
