// @ts-check
/** @import { Message, Room, RoomEvent, User } from '../chat-client.js' */
/** @import { ClosedReason, ConnectionState, RoomConnection } from '../client/room-connection.js' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, signal } from '@preact/signals-core';
import { frameQueue } from './frame-queue.js';
import { Roster } from './roster.js';
import { client, me } from './session.js';
import { Timeline } from './timeline.js';

/**
 * A message of one's own that the server has not yet sent back.
 *
 * @typedef {{ clientMsgId: string, text: string, state: 'sending' | 'sent' | 'failed', trouble: string }} PendingMessage
 *   `sent`: the server has it, its event is on the way; `trouble`: why it failed or is held up, for the
 *   writer to read, otherwise empty
 * @typedef {'loading' | 'ready' | 'failed'} LoadState
 */

const PAGE = 50;
const PEOPLE_PAGE = 200;
const TYPING_EVERY_MS = 3_000;

/** Who missed more than this is better served by the newest page than by a replay of everything. */
const LONGEST_REPLAY = 1_000;

/** One room as it is shown: what was said, what is being sent, who is there. */
export class Conversation {
  timeline = new Timeline();
  roster = new Roster();
  /** @type {Signal<Room | null>} null until the server has welcomed us */
  room = signal(null);
  /** @type {Signal<ConnectionState>} */
  connectionState = signal('connecting');
  /** @type {Signal<ClosedReason | null>} */
  closedReason = signal(null);
  /** @type {Signal<readonly PendingMessage[]>} */
  pending = signal([]);

  /** @type {Signal<LoadState>} the newest page */
  history = signal('loading');
  /** @type {Signal<LoadState>} the pages before it */
  older = signal('ready');
  hasOlder = signal(false);
  /** @type {Signal<string | null>} */
  morePeople = signal(null);

  /** Whether the reader sees the newest message; while not, `unseen` counts what arrives. */
  atBottom = signal(true);
  unseen = signal(0);
  draft = '';

  #roomId;
  #onRoom;
  /** @type {RoomConnection | null} */
  #connection = null;
  /** The seq up to which `room` counts its members. */
  #countedTo = 0;
  /** @type {User[]} */
  #onlineAtWelcome = [];
  #generation = 0;
  #oldestLoaded = 0;
  #typedAt = 0;
  /** @type {Map<number, Message>} changes to messages that a page under way may still carry as they were */
  #changedMeanwhile = new Map();
  #queue = frameQueue((/** @type {RoomEvent[]} */ events) =>
    batch(() => events.forEach((event) => this.#apply(event))),
  );

  /**
   * @param {string} roomId
   * @param {(room: Room) => void} onRoom called when the server tells how the room is now
   */
  constructor(roomId, onRoom) {
    this.#roomId = roomId;
    this.#onRoom = onRoom;
  }

  /**
   * Connects, from where the last visit ended.
   *
   * @param {number} knownHead the room's newest seq, as far as it is known
   */
  enter(knownHead) {
    if (this.#connection && this.#connection.state !== 'closed') return this.#connection.keepOpen();
    const { lastSeq, epoch } = this.#connection ?? {};
    const from =
      lastSeq === undefined || knownHead - lastSeq > LONGEST_REPLAY
        ? {}
        : { after: lastSeq, epoch };
    this.closedReason.value = null;
    this.connectionState.value = 'connecting';
    this.#connection = client.openRoom(
      this.#roomId,
      {
        onEvent: (event) => this.#queue.push(event),
        onState: (state, reason) => this.#connectionChanged(state, reason),
        onWelcome: ({ room, online, head }, fresh) => {
          this.room.value = room;
          this.#countedTo = head;
          this.#onlineAtWelcome = online;
          this.#onRoom(room);
          if (fresh) this.#startOver();
        },
        onReset: () => this.#startOver(),
        onSent: (clientMsgId, seq) => {
          // Its event takes its place in the timeline, or has done so already.
          if (this.timeline.has(seq)) this.#dropPending(clientMsgId);
          else this.#markPending(clientMsgId, { state: 'sent', trouble: '' });
        },
        onRefused: (clientMsgId, { message }) =>
          this.#markPending(clientMsgId, { state: 'failed', trouble: message }),
        onDelayed: (clientMsgId, { message }) =>
          this.#markPending(clientMsgId, { trouble: message }),
      },
      from,
    );
  }

  /** Disconnects once everything that was sent has arrived. */
  leave() {
    this.#connection?.closeWhenSent();
  }

  close() {
    this.#connection?.close();
  }

  wake() {
    this.#connection?.wake();
  }

  async loadNewest() {
    await this.#loadPage(this.history, {});
  }

  async loadOlder() {
    if (this.older.value === 'loading' || this.history.value !== 'ready' || !this.hasOlder.value)
      return;
    await this.#loadPage(this.older, { before: this.#oldestLoaded });
  }

  /** @param {string} [cursor] of the next page, the first one without it */
  async loadPeople(cursor) {
    const path = `rooms/${encodeURIComponent(this.#roomId)}/users`;
    try {
      const { users, nextCursor } = await client.request('GET', path, {
        query: { cursor, limit: PEOPLE_PAGE },
      });
      this.roster.add(users);
      this.morePeople.value = nextCursor;
    } catch {
      // Whoever is online is known from the socket; the others appear with the next load.
    }
  }

  /** @param {string} text 1 to 4,000 code points */
  send(text) {
    this.#typedAt = 0;
    if (!this.#connection) return;
    const clientMsgId = this.#connection.send({ text });
    this.pending.value = [
      ...this.pending.value,
      { clientMsgId, text, state: 'sending', trouble: '' },
    ];
  }

  /** @param {PendingMessage} message a failed one */
  retry({ clientMsgId, text }) {
    if (!this.#connection) return;
    this.#markPending(clientMsgId, { state: 'sending', trouble: '' });
    this.#connection.send({ clientMsgId, text });
  }

  /** @param {PendingMessage} message a failed one */
  discard({ clientMsgId }) {
    this.#dropPending(clientMsgId);
  }

  /** Called with each keystroke; tells the others now and then. */
  typing() {
    if (Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    this.#connection?.typing();
  }

  /** Loads the newest messages and the people, in place of whatever was there. */
  #startOver() {
    this.#generation += 1;
    this.#queue.flush();
    batch(() => {
      this.timeline.clear();
      this.roster.clear();
      this.hasOlder.value = false;
      this.older.value = 'ready';
    });
    void this.loadNewest();
    void this.loadPeople();
  }

  /**
   * @param {Signal<LoadState>} state
   * @param {{ before?: number }} bounds
   */
  async #loadPage(state, bounds) {
    const generation = this.#generation;
    state.value = 'loading';
    try {
      const path = `rooms/${encodeURIComponent(this.#roomId)}/messages`;
      /** @type {{ messages: Message[], hasMore: boolean }} */
      const { messages, hasMore } = await client.request('GET', path, {
        query: { ...bounds, limit: PAGE },
      });
      if (generation !== this.#generation) return;
      this.#queue.flush();
      batch(() => {
        for (const message of messages)
          this.#place(this.#changedMeanwhile.get(message.seq) ?? message);
        this.#oldestLoaded = messages[0]?.seq ?? 0;
        this.hasOlder.value = hasMore;
        state.value = 'ready';
      });
    } catch {
      if (generation === this.#generation) state.value = 'failed';
    } finally {
      if (generation === this.#generation) this.#changedMeanwhile.clear();
    }
  }

  /** @param {RoomEvent} event */
  #apply(event) {
    switch (event.type) {
      case 'message.created':
        this.#place(event.message);
        this.roster.stoppedTyping(event.message.author.id);
        if (!this.atBottom.value && event.message.author.id !== me.value?.id)
          this.unseen.value += 1;
        return;
      case 'message.edited':
      case 'message.deleted':
        if (!this.timeline.updateMessage(event.message))
          this.#changedMeanwhile.set(event.message.seq, event.message);
        return;
      case 'member.joined':
        this.timeline.putNote(event.seq, event.at, { user: event.user, verb: 'joined' });
        this.roster.update(event.user, { role: event.role });
        return this.#countMember(event.seq, 1);
      case 'member.left':
        this.timeline.putNote(event.seq, event.at, {
          user: event.user,
          verb: event.reason === 'left' ? 'left' : 'was removed',
        });
        this.roster.remove(event.user.id);
        return this.#countMember(event.seq, -1);
      case 'member.updated':
        return this.roster.update(event.user, { role: event.role });
      case 'room.updated':
        if (this.room.value) this.room.value = { ...this.room.value, ...event.room };
        return;
      case 'presence.joined':
        return this.roster.update(event.user, { online: true });
      case 'presence.left':
        return this.roster.update(event.user, { online: false });
      case 'typing':
        if (event.user.id !== me.value?.id) this.roster.startedTyping(event.user);
        return;
      // The conversation shows nothing of these; the end of a room comes as the close of its connection.
      case 'reaction.added':
      case 'reaction.removed':
      case 'read':
      case 'room.created':
      case 'room.deleted':
    }
  }

  /** @param {Message} message */
  #place(message) {
    this.timeline.putMessage(message);
    if (message.clientMsgId && message.author.id === me.value?.id)
      this.#dropPending(message.clientMsgId);
  }

  /**
   * @param {number} seq of the event that changes the count; a replayed one is counted in the welcome already
   * @param {1 | -1} change
   */
  #countMember(seq, change) {
    const room = this.room.value;
    if (room && seq > this.#countedTo)
      this.room.value = { ...room, memberCount: room.memberCount + change };
  }

  /**
   * @param {ConnectionState} state
   * @param {ClosedReason} [reason]
   */
  #connectionChanged(state, reason) {
    batch(() => {
      this.connectionState.value = state;
      if (state === 'live') {
        // Only now: replayed joins and departures would otherwise undo what the welcome said.
        this.#queue.flush();
        this.roster.setOnline(this.#onlineAtWelcome);
      }
      if (state === 'closed') {
        this.closedReason.value = reason ?? null;
        this.pending.value = this.pending.value.map((message) =>
          message.state === 'sending' ? { ...message, state: 'failed' } : message,
        );
      }
    });
  }

  /** @param {string} clientMsgId */
  #dropPending(clientMsgId) {
    const rest = this.pending.value.filter((message) => message.clientMsgId !== clientMsgId);
    if (rest.length < this.pending.value.length) this.pending.value = rest;
  }

  /**
   * @param {string} clientMsgId
   * @param {Partial<PendingMessage>} change
   */
  #markPending(clientMsgId, change) {
    this.pending.value = this.pending.value.map((message) =>
      message.clientMsgId === clientMsgId ? { ...message, ...change } : message,
    );
  }
}
