// @ts-check
/** @import { Message } from '../../src/protocol/resources.ts' */
/** @import { ReactionEvent } from './reactions.js' */

/** What happens in a room while pages are under way. They may lack it, so it is kept until the last one is there. */
export class Meanwhile {
  /** @type {Map<number, Message>} messages that were sent, by seq */
  sent = new Map();
  /** @type {Map<number, Message>} messages that were edited or deleted, by seq */
  changed = new Map();
  /** @type {ReactionEvent[]} */
  reactions = [];
  #loads = 0;

  /**
   * Keeps what happens while `load` runs.
   *
   * @template T
   * @param {() => Promise<T>} load
   */
  async during(load) {
    this.#loads += 1;
    try {
      return await load();
    } finally {
      this.#loads -= 1;
      if (this.#loads === 0) {
        this.sent.clear();
        this.changed.clear();
        this.reactions = [];
      }
    }
  }

  /** @param {Message} message that was just sent */
  send(message) {
    if (this.#loads > 0) this.sent.set(message.seq, message);
  }

  /** @param {Message} message that was edited or deleted */
  change(message) {
    if (this.#loads > 0) this.changed.set(message.seq, message);
  }

  /** @param {ReactionEvent} event */
  react(event) {
    if (this.#loads > 0) this.reactions.push(event);
  }
}
