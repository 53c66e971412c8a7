// @ts-check
/** @import { Message, User } from '../../src/protocol/resources.ts' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';
import { withLatestAuthor, withProfile } from './people.js';
import { api } from './client.js';

/** More than the rows of a room that are shown at once can quote, so that none is dropped while it is shown. */
const MOST_QUOTES = 1_000;

/**
 * @param {string} roomId
 * @param {number} seq
 */
export async function fetchMessage(roomId, seq) {
  return withLatestAuthor(await api.getMessage(roomId, seq));
}

/** Messages of a room that others reply to and that are not in the timeline: as they are now, not as they were. */
export class Quotes {
  /** @type {Map<number, Signal<Message | null>>} null: not loaded yet, or gone */
  #quotes = new Map();
  /** @type {Set<number>} those being loaded */
  #loading = new Set();
  #roomId;

  /** @param {string} roomId */
  constructor(roomId) {
    this.#roomId = roomId;
  }

  /**
   * Returns a message by its seq; null until it is loaded.
   *
   * @param {number} seq
   */
  at(seq) {
    let quote = this.#quotes.get(seq);
    if (!quote) {
      quote = signal(/** @type {Message | null} */ (null));
      void this.#load(seq, quote);
    }
    this.#put(seq, quote);
    return quote.value;
  }

  /** @param {Message} message that is quoted and no longer in the timeline */
  keep(message) {
    this.#put(message.seq, signal(/** @type {Message | null} */ (message)));
  }

  /**
   * The one asked for last is dropped last.
   *
   * @param {number} seq
   * @param {Signal<Message | null>} quote
   */
  #put(seq, quote) {
    this.#quotes.delete(seq);
    this.#quotes.set(seq, quote);
    for (const oldest of this.#quotes.keys()) {
      if (this.#quotes.size <= MOST_QUOTES) break;
      this.#quotes.delete(oldest);
    }
  }

  /** @param {Message} message after an event */
  update(message) {
    const quote = this.#quotes.get(message.seq);
    if (!quote) return;
    quote.value = message;
    // A response under way is older than this.
    this.#loading.delete(message.seq);
  }

  /** @param {User} user whose name or colour has changed */
  updateUser(user) {
    for (const quote of this.#quotes.values()) {
      const message = quote.peek();
      if (message?.author.id === user.id)
        quote.value = { ...message, author: withProfile(message.author, user) };
    }
  }

  /** Loads all of them again: events may have been missed. */
  reload() {
    for (const [seq, quote] of this.#quotes) void this.#load(seq, quote);
  }

  clear() {
    this.#quotes.clear();
    this.#loading.clear();
  }

  /**
   * @param {number} seq
   * @param {Signal<Message | null>} quote
   */
  async #load(seq, quote) {
    this.#loading.add(seq);
    const message = await fetchMessage(this.#roomId, seq).catch(() => null);
    if (this.#quotes.get(seq) !== quote) return;
    if (this.#loading.delete(seq) && message) quote.value = message;
  }
}
