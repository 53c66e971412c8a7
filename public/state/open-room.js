// @ts-check
/** @import { ChatEvent } from '../../src/protocol/events.ts' */
/** @import { Room, User } from '../../src/protocol/resources.ts' */
/** @import { Refusal } from '../i18n/refusals.js' */
/** @import { ClosedReason } from '../client/close-codes.js' */
/** @import { ConnectionState, RoomConnection, Welcome } from '../client/room-connection.js' */
/** @import { PendingMessage } from './pending.js' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, signal } from '@preact/signals-core';
import { Composer } from './composer.js';
import { FrameQueue } from './frame-queue.js';
import { History, LONGEST_REPLAY } from './history.js';
import { newEntry, pendingIn } from './outbox.js';
import { fetchPerson } from './people.js';
import { ReadMarker } from './read-marker.js';
import { applyToRoom } from './room-events.js';
import { knownRoom, putRoom } from './room-list.js';
import { dropRoom } from './room-calls.js';
import { Roster } from './roster.js';
import { client, me } from './session.js';

const TYPING_EVERY_MS = 3_000;

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
  #queue = new FrameQueue((/** @type {ChatEvent[]} */ events) =>
    batch(() => {
      events.forEach((event) => applyToRoom(this, event));
      this.history.trim();
    }),
  );

  /** @param {string} roomId */
  constructor(roomId) {
    this.#roomId = roomId;
    this.pending = pendingIn(roomId);
    this.roster = new Roster(roomId);
    this.readMarker = new ReadMarker(roomId, () => this.#newestShown());
    this.history = new History(roomId, {
      flushEvents: () => this.#queue.flush(),
      onMessage: (message) => {
        this.readMarker.shown(message);
        const isOwn = message.author.id === me.value?.id;
        if (message.clientMsgId && isOwn) this.pending.remove(message.clientMsgId);
      },
      onLoad: () => this.readMarker.report(),
      isNew: (message) => this.readMarker.isNew(message),
    });
    this.composer = new Composer(roomId, this.history.timeline);
  }

  /**
   * Connects, from where the last visit ended.
   *
   * @param {number} knownHead the room's newest seq, as far as it is known
   */
  enter(knownHead) {
    if (this.#connection && this.#connection.state !== 'closed') {
      this.#connection.keepOpen();
      return this.sendWaiting();
    }
    const { lastSeq, epoch } = this.#connection ?? {};
    const isFresh = this.#isStale || lastSeq === undefined;
    // The newest page serves better than a replay of very many events.
    const from = isFresh || knownHead - lastSeq > LONGEST_REPLAY ? {} : { after: lastSeq, epoch };
    this.#isStale = false;
    this.closedReason.value = null;
    this.connectionState.value = 'connecting';
    this.#connection = client.openRoom(
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
        onRefused: (id, trouble) => this.pending.failed(id, trouble),
        onDelayed: (id, trouble) => this.pending.delayed(id, trouble),
      },
      from,
    );
    this.sendWaiting();
  }

  /** Disconnects once everything that was sent has arrived. */
  leave() {
    this.#connection?.closeWhenSent();
  }

  close() {
    this.#connection?.close();
  }

  /**
   * @param {string} text 1 to 4,000 code points
   * @param {number} [replyTo]
   */
  send(text, replyTo) {
    this.#typedAt = 0;
    if (this.history.isPast.value) void this.history.goToPresent();
    const roomId = this.#roomId;
    const roomName = (knownRoom(roomId) ?? this.room.peek())?.name ?? '';
    this.pending.add(newEntry({ roomId, roomName, text, replyTo }));
    this.sendWaiting();
  }

  /** @param {PendingMessage} message a failed one */
  retry({ clientMsgId }) {
    this.pending.retried(clientMsgId);
    // A room that was closed to the user may be open again.
    if (this.#connection === null) this.enter(0);
    else this.sendWaiting();
  }

  /** Passes what waits to the connection, which ignores what it has already. */
  sendWaiting() {
    for (const { state, clientMsgId, text, replyTo } of this.pending.all.peek())
      if (state === 'sending') this.#connection?.send({ clientMsgId, text, replyTo });
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
    if (!fresh) return;
    this.readMarker.opened(room, head);
    void this.history.startOver();
    this.#loadRest();
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
    this.history.clear();
    this.history.first.value = 'loading';
    this.roster.clear();
    this.readMarker.clear();
    this.composer.mode.value = null;
    // After a sign-out it waits for the same user's return.
    if (reason !== 'signed_out') this.pending.failUnsent(null);
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
