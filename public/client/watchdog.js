// @ts-check

const IDLE_MS = 25_000;
const ANSWER_MS = 10_000;

/**
 * Notices a dead connection. A link can die without a close: after 25 s of silence it sends a ping, and after
 * 10 s more it gives the connection up.
 */
export class Watchdog {
  #ping;
  #onDead;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {{ ping: () => void, onDead: () => void }} handlers */
  constructor({ ping, onDead }) {
    this.#ping = ping;
    this.#onDead = onDead;
  }

  /** Something has arrived. */
  heard() {
    this.#wait(IDLE_MS, () => this.probe());
  }

  /** Finds out at once whether the connection is alive. */
  probe() {
    this.#ping();
    this.expectAnswer();
  }

  /** Gives the connection up unless something arrives soon. */
  expectAnswer() {
    this.#wait(ANSWER_MS, this.#onDead);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  /**
   * @param {number} ms
   * @param {() => void} then
   */
  #wait(ms, then) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }
}
