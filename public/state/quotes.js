// @ts-check
/** @import { Message, User } from '../../src/protocol/resources.ts' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';
import { withNewLook } from './people.js';

/** Messages that others answer and that are not in the timeline: as they are now, not as they were quoted. */
export class Quotes {
  /** @type {Map<number, Signal<Message | null>>} null: not had yet, or not to be had */
  #quotes = new Map();
  /** @type {Set<number>} those that the server is asked for */
  #underWay = new Set();
  #fetchMessage;

  /** @param {(seq: number) => Promise<Message>} fetchMessage */
  constructor(fetchMessage) {
    this.#fetchMessage = fetchMessage;
  }

  /**
   * The message of a seq; null until the server has told of it.
   *
   * @param {number} seq
   */
  at(seq) {
    let quote = this.#quotes.get(seq);
    if (!quote) {
      quote = signal(/** @type {Message | null} */ (null));
      this.#quotes.set(seq, quote);
      void this.#load(seq, quote);
    }
    return quote.value;
  }

  /** @param {Message} message as an event tells of it */
  update(message) {
    const quote = this.#quotes.get(message.seq);
    if (!quote) return;
    quote.value = message;
    // What is under way left before this.
    this.#underWay.delete(message.seq);
  }

  /** @param {User} user who has another name or colour */
  updateUser(user) {
    for (const quote of this.#quotes.values()) {
      const message = quote.peek();
      if (message?.author.id === user.id)
        quote.value = { ...message, author: withNewLook(message.author, user) };
    }
  }

  /** Asks for all of them again: events may have been missed. */
  reload() {
    for (const [seq, quote] of this.#quotes) void this.#load(seq, quote);
  }

  clear() {
    this.#quotes.clear();
    this.#underWay.clear();
  }

  /**
   * @param {number} seq
   * @param {Signal<Message | null>} quote
   */
  async #load(seq, quote) {
    this.#underWay.add(seq);
    const message = await this.#fetchMessage(seq).catch(() => null);
    if (this.#quotes.get(seq) !== quote) return;
    if (this.#underWay.delete(seq) && message) quote.value = message;
  }
}
