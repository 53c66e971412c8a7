// @ts-check
/** @import { ChatEvent } from '../../src/protocol/events.ts' */
/** @import { Room, User } from '../../src/protocol/resources.ts' */
/** @import { Refusal } from '../i18n/refusals.js' */
/** @import { ClosedReason } from '../client/close-codes.js' */
/** @import { ConnectionState, Welcome } from '../client/room-connection.js' */
/** @import { Attachment } from './attachments/attachment.js' */
/** @import { PendingMessage } from './pending.js' */
/** @import { CachedPage } from './storage/database.js' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, signal } from '@preact/signals-core';
import { RoomConnection } from '../client/room-connection.js';
import { MessageUploads, toSend } from './attachments/message-uploads.js';
import { forgetPage, keepLater } from './cache.js';
import { Composer } from './composer.js';
import { FrameQueue } from './frame-queue.js';
import { History, LONGEST_REPLAY } from './history.js';
import { newestRows, restoreRows } from './history-copy.js';
import { prepareMarkup } from './markup.js';
import { canKeep, newEntry, pendingIn } from './outbox.js';
import { fetchPerson } from './people.js';
import { ReadMarker } from './read-marker.js';
import { applyToRoom } from './room-events.js';
import { knownRoom, putRoom } from './room-list.js';
import { dropRoom } from './room-calls.js';
import { Roster } from './roster.js';
import { client } from './client.js';
import { me } from './session.js';
import { readPage } from './storage/cache-store.js';
import { soon } from './storage/database.js';

const TYPING_EVERY_MS = 3_000;
/** The newest rows that are kept for the next load of the page. */
const ROWS_KEPT = 50;

/** One room while it is kept: its connection, and everything that the page shows of it. */
export class OpenRoom {
  history;
  pending;
  readMarker;
  roster;
  composer;
  /** @type {Signal<Room | null>} null until the server has sent it */
  room = signal(null);
  /** @type {Signal<Refusal | null>} why the server does not accept the connection, where it said so */
  trouble = signal(null);
  /** @type {Signal<ConnectionState>} */
  connectionState = signal('connecting');
  /** @type {Signal<ClosedReason | null>} */
  closedReason = signal(null);

  #roomId;
  /** @type {RoomConnection | null} */
  #connection = null;
  /** The seq up to which `room` counts its members. */
  #countedTo = 0;
  /** @type {User[]} */
  #onlineAtWelcome = [];
  /** Whether events may have been missed while there was no connection. */
  #isStale = false;
  #typedAt = 0;
  #queue = new FrameQueue((/** @type {ChatEvent[]} */ events) => this.#apply(events));
  /** Whether somebody looks at the room. */
  #isWanted = false;
  #isClosed = false;
  /** @type {CachedPage | null} what is shown of an earlier visit, until the server has responded */
  #restored = null;
  #restoring;
  #uploads;

  /** @param {string} roomId */
  constructor(roomId) {
    this.#roomId = roomId;
    this.pending = pendingIn(roomId);
    this.#uploads = new MessageUploads(this.pending, () => void this.#enter());
    this.roster = new Roster(roomId);
    this.readMarker = new ReadMarker(roomId, () => this.#newestShown());
    this.history = new History(roomId, {
      flushEvents: () => this.#queue.flush(),
      onMessage: (message) => {
        this.readMarker.shown(message);
        const isOwn = message.author.id === me.value?.id;
        if (message.clientMsgId && isOwn) this.pending.remove(message.clientMsgId);
      },
      onLoad: () => {
        this.readMarker.report();
        keepLater(this);
      },
      isNew: (message) => this.readMarker.isNew(message),
    });
    this.composer = new Composer(roomId, this.history.timeline);
    this.#restoring = this.#restore();
  }

  /** Connects, from where the last visit ended, before this page was loaded, too. */
  enter() {
    this.#isWanted = true;
    void this.#enter();
  }

  async #enter() {
    await this.#restoring;
    if (this.#isClosed) return;
    if (this.#connection === null || this.#connection.state === 'closed') this.#connect();
    else if (this.#isWanted) this.#connection.keepOpen();
    this.sendWaiting();
    if (!this.#isWanted) this.leave();
  }

  #connect() {
    const { lastSeq: after, epoch } = this.#connection ?? this.#restored ?? {};
    // The newest page serves better than a replay of very many events.
    const from = this.#isStale ? {} : { after, epoch, longestReplay: LONGEST_REPLAY };
    // Names in it may have changed without an event of the room.
    this.#isStale = this.#connection === null && this.#restored !== null;
    this.closedReason.value = null;
    this.connectionState.value = 'connecting';
    this.#connection = new RoomConnection(
      client,
      WebSocket,
      this.#roomId,
      {
        onEvent: (event) => this.#queue.push(event),
        onState: (state, reason) => this.#setState(state, reason),
        onTrouble: (message, code) => (this.trouble.value = code ? { code, message } : null),
        onWelcome: (welcome, fresh) => this.#welcome(welcome, fresh),
        onReset: () => this.#startOver(),
        onSent: (clientMsgId, seq) => {
          // Its event takes its place in the timeline, or has done so already.
          if (this.history.timeline.has(seq)) this.pending.remove(clientMsgId);
          else this.pending.sent(clientMsgId);
        },
        onRefused: (id, trouble) => {
          if (!this.#uploads.mends(id, trouble)) this.pending.failed(id, trouble);
        },
        onDelayed: (id, trouble) => this.pending.delayed(id, trouble),
      },
      from,
    );
  }

  /** Shows what was kept of the room when it was last visited. */
  async #restore() {
    const page = await soon(readPage(this.#roomId));
    if (!page) return;
    await prepareMarkup(page.rows.flatMap((row) => ('message' in row ? row.message : [])));
    if (restoreRows(this.history, page)) this.#restored = page;
  }

  /**
   * Returns what is kept of the room for the next load of the page; null while it is incomplete.
   *
   * @returns {CachedPage | null}
   */
  toKeep() {
    const { lastSeq, epoch } = this.#connection ?? {};
    if (this.#isClosed || lastSeq === undefined || epoch === undefined) return null;
    this.#queue.flush();
    const newest = newestRows(this.history, ROWS_KEPT);
    return newest && { roomId: this.#roomId, lastSeq, epoch, savedAt: Date.now(), ...newest };
  }

  /** Disconnects once everything that was sent has arrived. */
  leave() {
    this.#isWanted = false;
    this.#connection?.closeWhenSent();
  }

  /** Disconnects for good. */
  close() {
    this.#isClosed = true;
    this.composer.files.clear();
    this.#connection?.close();
  }

  /**
   * @param {string} text up to 4,000 code points; empty only with files
   * @param {number} [replyTo]
   * @param {readonly Attachment[]} [attachments]
   */
  send(text, replyTo, attachments = []) {
    this.#typedAt = 0;
    if (this.history.isPast.value) void this.history.goToPresent();
    const roomId = this.#roomId;
    const roomName = (knownRoom(roomId) ?? this.room.peek())?.name ?? '';
    const entry = newEntry({ roomId, roomName, text, replyTo });
    this.pending.add(entry, attachments, canKeep(attachments));
    this.sendWaiting();
  }

  /** @param {PendingMessage} message a failed one */
  retry({ clientMsgId }) {
    this.pending.retried(clientMsgId);
    // A room that was closed to the user may be open again.
    if (this.#connection === null) this.enter();
    else this.sendWaiting();
  }

  /** Passes what waits to the connection, which ignores what it has already. */
  sendWaiting() {
    const reason = this.closedReason.peek();
    const isLost = this.#connection === null && reason !== null && reason !== 'signed_out';
    if (isLost) return this.pending.failUnsent(null);
    for (const message of this.pending.all.peek())
      if (message.state === 'sending' && this.#uploads.isReady(message))
        this.#connection?.send(toSend(message));
  }

  /** Called with each keystroke; sends `typing` at most every 3 s. */
  typing() {
    if (Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    this.#connection?.typing();
  }

  /** Loads everything again that no event has changed while the notification stream was away. */
  refresh() {
    this.#isStale = this.connectionState.value !== 'live';
    if (this.#isStale) return;
    void this.roster.load();
    this.history.reload().catch(() => (this.#isStale = true));
    for (const id of this.history.timeline.noted)
      fetchPerson(id).then(
        (user) => this.updateUser(user),
        () => {},
      );
  }

  /** @param {User} user whose name or colour has changed */
  updateUser(user) {
    batch(() => {
      this.history.updateUser(user);
      this.roster.updateUser(user);
      this.composer.updateUser(user);
      const room = this.room.value;
      const isPeer = room?.kind === 'direct' && user.id !== me.value?.id;
      if (isPeer && this.roster.all.value.some(({ id }) => id === user.id))
        this.room.value = { ...room, name: user.name };
    });
  }

  /** @param {ChatEvent[]} events */
  #apply(events) {
    batch(() => {
      events.forEach((event) => applyToRoom(this, event));
      this.history.trim();
    });
    keepLater(this);
  }

  /** The seq up to which everything is on the screen; 0 while that is not known. */
  #newestShown() {
    const { first, isPast } = this.history;
    const isLive = this.connectionState.value === 'live';
    const isComplete = first.value === 'ready' && !isPast.value;
    return isLive && isComplete ? (this.#connection?.lastSeq ?? 0) : 0;
  }

  /**
   * @param {Welcome} welcome
   * @param {boolean} fresh
   */
  #welcome({ room, online, head }, fresh) {
    this.room.value = room;
    this.#countedTo = head;
    this.#onlineAtWelcome = online;
    this.readMarker.welcomed(room);
    putRoom(room);
    if (!fresh && this.#restored === null) return;
    this.readMarker.opened(room, head);
    this.#restored = null;
    if (fresh) {
      void this.history.startOver();
      return this.#loadRest();
    }
    for (const row of this.history.timeline.newest(ROWS_KEPT))
      if ('message' in row) this.readMarker.shown(row.message);
  }

  /** The room has another past than the one that is shown. */
  #startOver() {
    this.history.clear();
    void this.history.loadNewest();
    this.#loadRest();
  }

  #loadRest() {
    this.composer.refresh();
    this.roster.clear();
    void this.roster.load();
  }

  /**
   * @param {ConnectionState} state
   * @param {ClosedReason} [reason]
   */
  #setState(state, reason) {
    batch(() => {
      this.connectionState.value = state;
      if (state === 'live') {
        // Only now: replayed joins and departures would otherwise undo what the welcome said.
        this.#queue.flush();
        this.roster.setOnline(this.#onlineAtWelcome);
        if (this.#isStale) this.refresh();
        this.readMarker.report();
      }
      if (state === 'closed') {
        this.closedReason.value = reason ?? null;
        if (reason && reason !== 'done') this.#clear(reason);
      }
    });
  }

  /**
   * Clears what is shown: no event changes it any more, and the user may not be allowed to read it.
   *
   * @param {ClosedReason} reason
   */
  #clear(reason) {
    this.#connection = null;
    this.#restored = null;
    this.history.clear();
    this.history.first.value = 'loading';
    this.roster.clear();
    this.readMarker.clear();
    this.composer.mode.value = null;
    // After a sign-out it waits for the same user's return.
    if (reason !== 'signed_out') {
      this.pending.failUnsent(null);
      forgetPage(this.#roomId);
    }
    if (reason === 'deleted') dropRoom(this.#roomId);
  }

  /** @param {Partial<Room>} change */
  changeRoom(change) {
    if (this.room.value) this.room.value = { ...this.room.value, ...change };
  }

  /**
   * @param {number} seq of the event that changes the count; the welcome counts a replayed one already
   * @param {1 | -1} change
   */
  countMember(seq, change) {
    const count = this.room.value?.memberCount ?? 0;
    if (seq > this.#countedTo) this.changeRoom({ memberCount: count + change });
  }
}
