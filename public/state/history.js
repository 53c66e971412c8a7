// @ts-check
/** @import { ListMessages } from '../../src/protocol/commands.ts' */
/** @import { Message, MessagePage, User } from '../../src/protocol/resources.ts' */
/** @import { ReactionEvent } from './reactions.js' */
/** @import { CachedPage } from './storage/database.js' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, signal } from '@preact/signals-core';
import { withLatestAuthor } from './people.js';
import { Quotes } from './quotes.js';
import { withReaction } from './reactions.js';
import { api } from './session.js';
import { Timeline } from './timeline.js';

/**
 * @typedef {'loading' | 'ready' | 'failed'} LoadState
 *
 * @typedef {object} HistoryHandlers
 * @property {() => void} flushEvents applies the events that wait for a frame
 * @property {(message: Message) => void} onMessage a message is in the timeline now
 * @property {() => void} onLoad a page is in the timeline now
 */

const PAGE = 50;
const LONG_PAGE = 200;
/** More messages than this are not loaded again, but replaced by the newest page. */
export const LONGEST_REPLAY = 1_000;

/** The loaded messages of one room: up to the present, or around an older message. */
export class History {
  timeline = new Timeline();
  quotes;
  /** @type {Signal<LoadState>} the first page: the newest, or the one around a message */
  first = signal('loading');
  /** @type {Signal<LoadState>} the pages before it */
  older = signal('ready');
  hasOlder = signal(false);
  /** @type {Signal<LoadState>} the pages after it */
  newer = signal('ready');
  /** Whether an older part is shown, which does not reach to the present. */
  isPast = signal(false);
  /** @type {Signal<{ seq: number } | null>} the message to scroll to; a new object each time */
  target = signal(null);

  #roomId;
  #handlers;
  /** Counts what was cleared: a page that was requested before a clear is dropped. */
  #generation = 0;
  #oldestLoaded = 0;
  #newestLoaded = 0;
  /** Pages under way. They may lack the changes that arrive meanwhile, which are kept until the last one is there. */
  #loads = 0;
  /** @type {Map<number, Message>} */
  #changedMeanwhile = new Map();
  /** @type {ReactionEvent[]} */
  #reactedMeanwhile = [];

  /**
   * @param {string} roomId
   * @param {HistoryHandlers} handlers
   */
  constructor(roomId, handlers) {
    this.#roomId = roomId;
    this.#handlers = handlers;
    this.quotes = new Quotes(roomId);
  }

  /**
   * Shows rows that were kept from an earlier visit, if nothing was loaded yet.
   *
   * @param {Pick<CachedPage, 'rows' | 'hasOlder'>} page
   * @returns {boolean} whether it shows them
   */
  restore({ rows, hasOlder }) {
    if (this.#generation > 0 || this.#loads > 0 || rows.length === 0) return false;
    batch(() => {
      for (const row of rows) {
        if ('message' in row) this.#place(withLatestAuthor(row.message));
        else this.timeline.putNote(row.seq, row.at, row.note);
      }
      const { oldest, newest } = this.timeline.loaded;
      this.#oldestLoaded = oldest;
      this.#newestLoaded = newest;
      this.hasOlder.value = hasOlder;
      this.first.value = 'ready';
    });
    return true;
  }

  /**
   * Returns the newest rows, to be kept for another visit; null while they are not loaded.
   *
   * @param {number} most
   */
  newest(most) {
    if (this.first.peek() !== 'ready' || this.isPast.peek()) return null;
    const rows = this.timeline.newest(most + 1);
    return { rows: rows.slice(-most), hasOlder: this.hasOlder.peek() || rows.length > most };
  }

  async loadNewest() {
    await this.#loadPage(this.first, {});
  }

  async loadOlder() {
    if (this.older.value === 'loading' || this.first.value !== 'ready' || !this.hasOlder.value)
      return;
    await this.#loadPage(this.older, { before: this.#oldestLoaded });
  }

  /** Loads what comes after the older part that is shown, until it reaches the present. */
  async loadNewer() {
    if (this.newer.value === 'loading' || !this.isPast.value) return;
    await this.#loadPage(this.newer, { after: this.#newestLoaded });
    // Messages that arrived while the last page was under way are not in it.
    if (!this.isPast.value) await this.#loadPage(this.newer, { after: this.#newestLoaded });
  }

  /**
   * Shows a message, however old: loads the part of the history around it if needed.
   *
   * @param {number} seq
   */
  async goTo(seq) {
    if (!this.timeline.has(seq)) {
      this.clear();
      this.isPast.value = true;
      await this.#loadPage(this.first, { before: seq + PAGE / 2 });
      if (this.first.value === 'ready') await this.loadNewer();
    }
    this.target.value = { seq };
  }

  /** Shows the newest messages again. */
  async goToPresent() {
    this.clear();
    await this.loadNewest();
  }

  /**
   * Returns a message as it is now, on the screen or not; null until it is loaded.
   *
   * @param {number} seq
   */
  messageAt(seq) {
    return this.timeline.messageAt(seq) ?? this.quotes.at(seq);
  }

  /** @param {Message} message that was just sent */
  add(message) {
    // An older part has no place for it; it comes with the present.
    if (!this.isPast.value) this.#place(message);
  }

  /** @param {Message} message that was edited or deleted, wherever it is shown */
  change(message) {
    if (this.#loads > 0) this.#changedMeanwhile.set(message.seq, message);
    this.timeline.updateMessage(message);
    this.quotes.update(message);
  }

  /** @param {ReactionEvent} event */
  react(event) {
    if (this.#loads > 0) this.#reactedMeanwhile.push(event);
    this.#applyReaction(event);
  }

  /** @param {User} user whose name or colour has changed */
  updateUser(user) {
    this.timeline.updateUser(user);
    this.quotes.updateUser(user);
  }

  clear() {
    this.#generation += 1;
    this.#handlers.flushEvents();
    batch(() => {
      this.timeline.clear();
      this.quotes.clear();
      this.hasOlder.value = false;
      this.older.value = 'ready';
      this.newer.value = 'ready';
      this.isPast.value = false;
    });
  }

  /**
   * Loads what is shown again, since events may have been missed; what is too much is no longer shown.
   * Rejects where that fails.
   */
  async reload() {
    this.quotes.reload();
    const { oldest, count } = this.timeline.loaded;
    if (count === 0) return;
    if (count > LONGEST_REPLAY) return void this.goToPresent();
    const to = { after: oldest - 1, left: count };
    while (to.left > 0) {
      const query = { after: to.after, limit: Math.min(LONG_PAGE, to.left) };
      const isShown = await this.#readPage(query, ({ messages, hasMore }) => {
        to.after = messages.at(-1)?.seq ?? to.after;
        to.left = hasMore ? to.left - messages.length : 0;
      });
      if (!isShown) return;
    }
  }

  /**
   * @param {Signal<LoadState>} state
   * @param {ListMessages} bounds
   */
  async #loadPage(state, bounds) {
    const generation = this.#generation;
    if (state === this.first) this.#newestLoaded = 0;
    state.value = 'loading';
    try {
      const isShown = await this.#readPage({ ...bounds, limit: PAGE }, ({ messages, hasMore }) => {
        this.#newestLoaded = Math.max(this.#newestLoaded, messages.at(-1)?.seq ?? 0);
        if (state === this.newer) {
          this.isPast.value = hasMore;
        } else {
          this.#oldestLoaded = messages[0]?.seq ?? 0;
          this.hasOlder.value = hasMore;
        }
        state.value = 'ready';
      });
      if (isShown) this.#handlers.onLoad();
    } catch {
      if (generation === this.#generation) state.value = 'failed';
    }
  }

  /**
   * Loads a page and puts its messages into the timeline, with the changes that have arrived meanwhile.
   *
   * @param {ListMessages} query
   * @param {(page: MessagePage) => void} then called in the same batch
   * @returns {Promise<boolean>} false where the timeline was cleared meanwhile
   */
  async #readPage(query, then) {
    const generation = this.#generation;
    this.#loads += 1;
    try {
      const page = await api.listMessages(this.#roomId, query);
      if (generation !== this.#generation) return false;
      this.#handlers.flushEvents();
      batch(() => {
        for (const message of page.messages)
          this.#place(withLatestAuthor(this.#changedMeanwhile.get(message.seq) ?? message));
        for (const event of this.#reactedMeanwhile) this.#applyReaction(event);
        then(page);
      });
      return true;
    } finally {
      this.#loads -= 1;
      if (this.#loads === 0) {
        this.#changedMeanwhile.clear();
        this.#reactedMeanwhile = [];
      }
    }
  }

  /** @param {Message} message */
  #place(message) {
    this.timeline.putMessage(message);
    this.#handlers.onMessage(message);
  }

  /** @param {ReactionEvent} event */
  #applyReaction(event) {
    const message = this.timeline.messageAt(event.target);
    if (message) this.timeline.updateMessage(withReaction(message, event));
  }
}
