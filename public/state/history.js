// @ts-check
/** @import { ListMessages } from '../../src/protocol/commands.ts' */
/** @import { Message, MessagePage, User } from '../../src/protocol/resources.ts' */
/** @import { HistoryHandlers, ListPage, LoadState, Part } from './history-parts.js' */
/** @import { ReactionEvent } from './reactions.js' */
/** @import { Signal } from '@preact/signals-core' */
/** @import { Note } from './timeline.js' */
import { batch, signal } from '@preact/signals-core';
import { LONG_PAGE, newestPart, NEXT_PAGE, partAround } from './history-parts.js';
import { Meanwhile } from './meanwhile.js';
import { whenPrepared } from './markup.js';
import { withLatestAuthor } from './people.js';
import { Quotes } from './quotes.js';
import { withReaction } from './reactions.js';
import { Reader } from './reader.js';
import { MOST_ROWS } from './row-window.js';
import { api } from './client.js';
import { Timeline } from './timeline.js';

/** More events than this are not replayed: the newest page replaces what is shown. */
export const LONGEST_REPLAY = 1_000;

/** The loaded messages of one room: up to the present, or around an older message; never more than some hundreds. */
export class History {
  timeline = new Timeline();
  quotes;
  /** @type {Signal<LoadState>} the first part of a visit: the newest, or the one around a message */
  first = signal('loading');
  jump = signal(/** @type {LoadState} another part, which takes its place */ ('ready'));
  /** @type {Signal<LoadState>} the pages before it */
  older = signal('ready');
  hasOlder = signal(false);
  /** @type {Signal<LoadState>} the pages after it */
  newer = signal('ready');
  /** Whether an older part is shown, which does not reach to the present. */
  isPast = signal(false);
  /** @type {Signal<{ seq: number | null } | null>} the message to scroll to, null for the end; a new object each time */
  target = signal(null);
  reader = new Reader();

  #handlers;
  /** @type {ListPage} */
  #list;
  /** Counts the parts that were opened: a page that was requested for an earlier one is dropped. */
  #generation = 0;
  #meanwhile = new Meanwhile();
  /** Whether events may be missing between what is shown and the present, until it is loaded again. */
  #isStale = false;
  /** @type {() => Promise<void>} opens the part that was wanted last */
  #reopen = () => this.loadNewest();

  /**
   * @param {string} roomId
   * @param {HistoryHandlers} handlers
   */
  constructor(roomId, handlers) {
    this.#list = (query) => whenPrepared(api.listMessages(roomId, query));
    this.#handlers = handlers;
    this.quotes = new Quotes(roomId);
  }

  /** Whether anything was requested yet. */
  get wasOpened() {
    return this.#generation > 0;
  }

  /** Shows the newest messages. */
  async loadNewest() {
    await this.#open(() => newestPart(this.#list));
  }

  /** Opens again what was wanted last: the newest messages, or those around another one. */
  async reopen() {
    await this.#reopen();
  }

  /** Opens again what was wanted last; what is shown may lack events, and stays until then. */
  async startOver() {
    this.#isStale = true;
    this.first.value = 'loading';
    await this.#reopen();
  }

  /** The reader enters the room again, at the present. */
  enter() {
    this.#reopen = () => this.loadNewest();
    this.reader.left = null;
    if (this.isPast.value || this.jump.value !== 'ready') void this.loadNewest();
  }

  /**
   * Shows a message, however old: loads the part of the history around it if needed.
   *
   * @param {number} seq
   */
  async goTo(seq) {
    if (this.timeline.has(seq) && this.jump.value === 'ready') this.target.value = { seq };
    else await this.#open(() => partAround(seq, this.#list, () => ({ seq })));
  }

  /**
   * Shows the first message past a seq that somebody else has sent.
   *
   * @param {number} after
   */
  async goToUnread(after) {
    const { isNew } = this.#handlers;
    await this.#open(() =>
      partAround(after + 1, this.#list, (later) => later.find(isNew) ?? later[0]),
    );
  }

  /**
   * Shows the first message that was sent at a time or later, or else the newest. Rejects where that fails.
   *
   * @param {number} time in milliseconds
   */
  async goToTime(time) {
    const generation = this.#generation;
    const seq = await (await import('./date-search.js')).findFirstSince(time, this.#list);
    if (generation !== this.#generation) return;
    await (seq === null ? this.goToPresent() : this.goTo(seq));
  }

  /** Shows the room's first messages. */
  async goToStart() {
    await this.#open(() => partAround(1, this.#list, ([oldest]) => oldest));
  }

  /** Shows the newest messages again. */
  async goToPresent() {
    const isReady = [this.first, this.jump].every(({ value }) => value === 'ready');
    if (isReady && !this.isPast.value) this.target.value = { seq: null };
    else await this.loadNewest();
  }

  async loadOlder() {
    if (this.older.value === 'loading' || this.first.value !== 'ready' || !this.hasOlder.value)
      return;
    const query = { before: this.timeline.loaded.oldest, limit: NEXT_PAGE };
    await this.#loadPage(this.older, query, (hasMore) => (this.hasOlder.value = hasMore));
  }

  /** Loads what comes after the older part that is shown, until it reaches the present. */
  async loadNewer() {
    if (this.newer.value === 'loading' || this.first.value !== 'ready' || !this.isPast.value)
      return;
    const query = { after: this.timeline.loaded.newest, limit: NEXT_PAGE };
    await this.#loadPage(this.newer, query, (hasMore) => {
      this.isPast.value = hasMore;
      this.#placeSent();
    });
  }

  /**
   * Returns a message as it is now, on the screen or not; null until it is loaded.
   *
   * @param {number} seq
   */
  messageAt(seq) {
    // A message may leave the timeline while another one quotes it.
    void this.timeline.chunks.value;
    return this.timeline.messageAt(seq) ?? this.quotes.at(seq);
  }

  /** @param {Message} message that was just sent */
  add(message) {
    this.#meanwhile.send(message);
    // An older part has no place for it; it comes with the present.
    if (this.isPast.value || this.#isStale) return;
    this.place(message);
  }

  /**
   * @param {number} seq
   * @param {string} at
   * @param {Note} note about something that happened just now
   */
  addNote(seq, at, note) {
    if (!this.isPast.value && !this.#isStale) this.timeline.putNote(seq, at, note);
  }

  /** @param {Message} message that was edited or deleted, wherever it is shown */
  change(message) {
    this.#meanwhile.change(message);
    this.timeline.updateMessage(message);
    this.quotes.update(message);
  }

  /** @param {ReactionEvent} event */
  react(event) {
    this.#meanwhile.react(event);
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
    this.#isStale = false;
    batch(() => {
      this.timeline.clear();
      this.quotes.clear();
      this.hasOlder.value = false;
      this.jump.value = this.older.value = this.newer.value = 'ready';
      this.isPast.value = false;
    });
  }

  /** Loads what is shown again, since events may have been missed. Rejects where that fails. */
  async reload() {
    this.quotes.reload();
    const { oldest, count } = this.timeline.loaded;
    if (count === 0) return;
    const to = { after: oldest - 1, left: count };
    while (to.left > 0) {
      const query = { after: to.after, limit: Math.min(LONG_PAGE, to.left) };
      const isShown = await this.#readPage(query, ({ messages, hasMore }) => {
        // Those that were dropped meanwhile stay away.
        this.#placePage(messages.filter(({ seq }) => this.timeline.has(seq)));
        to.after = messages.at(-1)?.seq ?? to.after;
        to.left = hasMore ? to.left - messages.length : 0;
      });
      if (!isShown) return;
    }
  }

  /**
   * Replaces what is loaded by another part of the history, in one step.
   *
   * @param {() => Promise<Part>} load
   */
  async #open(load) {
    this.#reopen = () => this.#open(load);
    const generation = (this.#generation += 1);
    const state = this.first.value === 'ready' ? this.jump : this.first;
    batch(() => {
      this.jump.value = this.older.value = this.newer.value = 'ready';
      state.value = 'loading';
    });
    try {
      await this.#meanwhile.during(async () => {
        const part = await load();
        if (generation !== this.#generation) return;
        this.#handlers.flushEvents();
        batch(() => this.#replace(part));
        this.#handlers.onLoad();
      });
    } catch {
      if (generation !== this.#generation) return;
      if (this.#isStale) this.clear();
      state.value = 'failed';
    }
  }

  /** @param {Part} part that takes the place of what is loaded */
  #replace({ messages, hasOlder, hasNewer, target }) {
    this.#isStale = false;
    this.timeline.clear();
    this.hasOlder.value = hasOlder;
    this.isPast.value = hasNewer;
    this.#placePage(messages);
    this.#placeSent();
    this.first.value = this.jump.value = 'ready';
    this.target.value = { seq: target };
  }

  /**
   * @param {Signal<LoadState>} state
   * @param {ListMessages} query
   * @param {(hasMore: boolean) => void} then called in the batch that shows the page
   */
  async #loadPage(state, query, then) {
    const generation = this.#generation;
    state.value = 'loading';
    try {
      const isShown = await this.#readPage(query, ({ messages, hasMore }) => {
        this.#placePage(messages);
        then(hasMore);
        state.value = 'ready';
        this.trim();
      });
      if (isShown) this.#handlers.onLoad();
    } catch {
      if (generation === this.#generation) state.value = 'failed';
    }
  }

  /**
   * Loads a page of what is shown.
   *
   * @param {ListMessages} query
   * @param {(page: MessagePage) => void} then called in a batch
   * @returns {Promise<boolean>} false where another part was opened meanwhile
   */
  async #readPage(query, then) {
    const generation = this.#generation;
    return this.#meanwhile.during(async () => {
      const page = await this.#list(query);
      if (generation !== this.#generation) return false;
      this.#handlers.flushEvents();
      batch(() => then(page));
      return true;
    });
  }

  /** Puts loaded messages into the timeline, with the changes that have arrived meanwhile. @param {readonly Message[]} messages */
  #placePage(messages) {
    for (const message of messages)
      this.place(withLatestAuthor(this.#meanwhile.changed.get(message.seq) ?? message));
    for (const event of this.#meanwhile.reactions) this.#applyReaction(event);
  }

  /** What was loaded reaches to the present: adds what was sent while it was under way. */
  #placeSent() {
    if (this.isPast.value) return;
    for (const message of this.#meanwhile.sent.values())
      if (!this.timeline.has(message.seq))
        this.place(this.#meanwhile.changed.get(message.seq) ?? message);
  }

  /** Drops rows far from the reader, after some were added: they are loaded again when the reader comes near. */
  trim() {
    const { older, newer } = this.timeline.trim(this.reader.seq, MOST_ROWS);
    if (older.length > 0) this.hasOlder.value = true;
    if (newer.length > 0) this.isPast.value = true;
    const dropped = [...older, ...newer];
    if (dropped.length === 0) return;
    const { quoted } = this.timeline;
    for (const row of dropped)
      if ('message' in row && quoted.has(row.seq)) this.quotes.keep(row.message.peek());
  }

  /** @param {Message} message that is shown from now on, in its place */
  place(message) {
    this.timeline.putMessage(message);
    this.#handlers.onMessage(message);
  }

  /** @param {ReactionEvent} event */
  #applyReaction(event) {
    const message = this.timeline.messageAt(event.target);
    if (message) this.timeline.updateMessage(withReaction(message, event));
  }
}
