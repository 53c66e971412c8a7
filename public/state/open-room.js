// @ts-check
/** @import { ApiError } from '../chat-client.js' */
/** @import { ChatEvent, EventOf } from '../../src/protocol/events.ts' */
/** @import { Message, Room, User } from '../../src/protocol/resources.ts' */
/** @import { ClosedReason } from '../client/close-codes.js' */
/** @import { ConnectionState, RoomConnection } from '../client/room-connection.js' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, signal } from '@preact/signals-core';
import { frameQueue } from './frame-queue.js';
import { asNow, fetchPerson, withNewLook } from './people.js';
import { Quotes } from './quotes.js';
import { dropRoom, markRead } from './rooms.js';
import { Roster } from './roster.js';
import { api, client, me } from './session.js';
import { Timeline } from './timeline.js';

/**
 * A message of one's own that the server has not yet sent back.
 *
 * @typedef {{ clientMsgId: string, text: string, replyTo: number | undefined, state: 'sending' | 'sent' | 'failed',
 *   trouble: string }} PendingMessage
 *   `sent`: the server has it, its event is on the way; `trouble`: why it failed or is held up, for the
 *   writer to read, otherwise empty
 * @typedef {'loading' | 'ready' | 'failed'} LoadState
 *
 * What the next message is: an answer to another one, or a better text for it.
 * @typedef {{ kind: 'reply' | 'edit', message: Message }} ComposeMode
 */

const PAGE = 50;
const LONG_PAGE = 200;
const TYPING_EVERY_MS = 3_000;
/** The server is told how far one has read at most this often. */
const READ_EVERY_MS = 1_000;

/** Who missed more than this is better served by the newest page than by a replay of everything. */
const LONGEST_REPLAY = 1_000;

/** One room as it is shown: what was said, what is being sent, who is there. */
export class OpenRoom {
  timeline = new Timeline();
  quotes = new Quotes((seq) => this.#fetchMessage(seq));
  roster = new Roster();
  /** @type {Signal<Room | null>} null until the server has welcomed us */
  room = signal(null);
  /** Why the server does not take the connection, where it said so. */
  trouble = signal('');
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

  /** Whether the reader sees the newest message; while not, `unseen` has the seqs of what arrives. */
  atBottom = signal(true);
  /** @type {Signal<ReadonlySet<number>>} */
  unseen = signal(new Set());
  draft = '';
  /** @type {Signal<ComposeMode | null>} null: a message of its own */
  composeMode = signal(null);
  /** What the writer has to know about it; empty for nothing. */
  notice = signal('');
  /** @type {Signal<number | null>} the first message that was new when the room was opened */
  firstNew = signal(null);
  /** Whether an older part of the history is shown, which does not reach to the present. */
  past = signal(false);
  /** @type {Signal<LoadState>} the pages after it */
  newer = signal('ready');
  /** @type {Signal<{ seq: number } | null>} the message to be shown; a new object each time */
  target = signal(null);

  #roomId;
  #onRoom;
  /** @type {RoomConnection | null} */
  #connection = null;
  /** The seq up to which `room` counts its members. */
  #countedTo = 0;
  /** @type {User[]} */
  #onlineAtWelcome = [];
  /** Whether news may have been missed while nobody was here. */
  #isDoubtful = false;
  #generation = 0;
  #oldestLoaded = 0;
  #newestLoaded = 0;
  /** What was new when the room was opened: after the first seq, up to the second. */
  #unread = { after: 0, upTo: 0 };
  #readUpTo = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #readTimer;
  #typedAt = 0;
  /** Pages of messages that are under way. */
  #loads = 0;
  /** @type {Map<number, Message>} changes to messages that a page under way may still carry as they were */
  #changedMeanwhile = new Map();
  /** @type {EventOf<'reaction.added' | 'reaction.removed'>[]} the same for reactions */
  #reactedMeanwhile = [];
  #queue = frameQueue((/** @type {(ChatEvent)[]} */ events) =>
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
    const isFresh = this.#isDoubtful || lastSeq === undefined;
    const from = isFresh || knownHead - lastSeq > LONGEST_REPLAY ? {} : { after: lastSeq, epoch };
    this.#isDoubtful = false;
    this.closedReason.value = null;
    this.connectionState.value = 'connecting';
    this.#connection = client.openRoom(
      this.#roomId,
      {
        onEvent: (event) => this.#queue.push(event),
        onState: (state, reason) => this.#connectionChanged(state, reason),
        onTrouble: (trouble) => (this.trouble.value = trouble),
        onWelcome: ({ room, online, head }, fresh) => {
          this.room.value = room;
          this.#countedTo = head;
          this.#onlineAtWelcome = online;
          this.#readUpTo = room.lastReadSeq;
          this.#onRoom(room);
          if (!fresh) return;
          this.#checkComposeMode();
          this.#unread = { after: room.lastReadSeq, upTo: room.unreadCount > 0 ? head : 0 };
          this.firstNew.value = null;
          this.#startOver();
        },
        onReset: () => {
          this.#checkComposeMode();
          this.#startOver();
        },
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

  /** Loads what comes after the older part that is shown, until it reaches the present. */
  async loadNewer() {
    if (this.newer.value === 'loading' || !this.past.value) return;
    await this.#loadPage(this.newer, { after: this.#newestLoaded });
    // What came in while the last page was under way belongs to the present.
    if (!this.past.value) await this.#loadPage(this.newer, { after: this.#newestLoaded });
  }

  /**
   * Shows a message, however old: with the part of the history around it, where it is not there.
   *
   * @param {number} seq
   */
  async goTo(seq) {
    if (!this.timeline.has(seq)) {
      this.#clear();
      this.past.value = true;
      await this.#loadPage(this.history, { before: seq + PAGE / 2 });
      if (this.history.value === 'ready') await this.loadNewer();
    }
    this.target.value = { seq };
  }

  /** Shows the newest messages again. */
  async goToPresent() {
    this.#clear();
    await this.loadNewest();
  }

  /** Tells the server what has been read, if somebody is looking at the newest message. */
  noteRead() {
    const seq = this.#connection?.lastSeq ?? 0;
    const isSeen = this.atBottom.value && !this.past.value && !document.hidden;
    const isThere = this.connectionState.value === 'live' && this.history.value === 'ready';
    if (!isSeen || !isThere || seq <= this.#readUpTo || this.#readTimer) return;
    this.#readUpTo = seq;
    this.#readTimer = setTimeout(() => {
      this.#readTimer = undefined;
      this.noteRead();
    }, READ_EVERY_MS);
    // It is told again with the next message, or when the room is opened again.
    markRead(this.#roomId, seq).catch(() => {});
  }

  /** @param {string} [cursor] of the next page, the first one without it */
  async loadPeople(cursor) {
    this.roster.expect();
    try {
      const { users, nextCursor } = await api.listMembers(this.#roomId, {
        cursor,
        limit: LONG_PAGE,
      });
      this.roster.add(users);
      this.morePeople.value = nextCursor;
    } catch {
      // Whoever is online is known from the socket; the others appear with the next load.
    }
  }

  /**
   * @param {string} text 1 to 4,000 code points
   * @param {number} [replyTo]
   */
  send(text, replyTo) {
    this.#typedAt = 0;
    if (!this.#connection) return;
    if (this.past.value) void this.goToPresent();
    const clientMsgId = this.#connection.send({ text, replyTo });
    this.pending.value = [
      ...this.pending.value,
      { clientMsgId, text, replyTo, state: 'sending', trouble: '' },
    ];
  }

  /** @param {PendingMessage} message a failed one */
  retry({ clientMsgId, text, replyTo }) {
    if (!this.#connection) return;
    this.#markPending(clientMsgId, { state: 'sending', trouble: '' });
    this.#connection.send({ clientMsgId, text, replyTo });
  }

  /**
   * @param {number} seq
   * @param {string} text
   */
  async edit(seq, text) {
    const message = await api
      .editMessage(this.#roomId, seq, text)
      .catch((/** @type {ApiError} */ error) => {
        if (error.code === 'message_not_found') this.#checkComposeMode();
        throw error;
      });
    // What happened to it since may have been told of already.
    const shown = this.timeline.messageAt(seq);
    const isNews = !shown?.deletedAt && (shown?.editedAt ?? '') <= (message.editedAt ?? '');
    if (isNews) this.timeline.updateMessage(message);
  }

  /** @param {number} seq */
  async delete(seq) {
    await api.deleteMessage(this.#roomId, seq);
  }

  /**
   * Adds one's own reaction, or takes it back.
   *
   * @param {Message} message
   * @param {string} emoji
   */
  async toggleReaction({ seq, reactions }, emoji) {
    const mine = reactions.some(
      (one) => one.emoji === emoji && one.userIds.includes(me.value?.id ?? ''),
    );
    if (mine) await api.removeReaction(this.#roomId, seq, emoji);
    else await api.addReaction(this.#roomId, seq, emoji);
  }

  /**
   * A message as it is now, on the screen or not; null until it is known.
   *
   * @param {number} seq
   */
  messageAt(seq) {
    return this.timeline.messageAt(seq) ?? this.quotes.at(seq);
  }

  /** The stream of news was away: what no event has told of is read again. */
  refresh() {
    this.#isDoubtful = this.connectionState.value !== 'live';
    if (this.#isDoubtful) return;
    this.quotes.reload();
    void this.loadPeople();
    void this.#reloadMessages();
    for (const id of this.timeline.noted)
      fetchPerson(id).then(
        (user) => this.updateUser(user),
        () => {},
      );
  }

  /** Somebody has another name or colour. @param {User} user */
  updateUser(user) {
    batch(() => {
      this.timeline.updateUser(user);
      this.quotes.updateUser(user);
      this.roster.updateUser(user);
      const room = this.room.value;
      const isPeer = room?.kind === 'direct' && user.id !== me.value?.id;
      if (isPeer && this.roster.all.value.some(({ id }) => id === user.id))
        this.room.value = { ...room, name: user.name };
      const { composeMode } = this;
      if (composeMode.value?.message.author.id === user.id) {
        const { message } = composeMode.value;
        const author = withNewLook(message.author, user);
        composeMode.value = { ...composeMode.value, message: { ...message, author } };
      }
    });
  }

  /**
   * @param {number} seq
   * @returns {Promise<Message>}
   */
  async #fetchMessage(seq) {
    const message = await api.getMessage(this.#roomId, seq);
    return { ...message, author: asNow(message.author) };
  }

  /** What is being answered or edited may have changed without an event. */
  #checkComposeMode() {
    const seq = this.composeMode.value?.message.seq;
    if (seq === undefined) return;
    this.#fetchMessage(seq).then(
      (message) => this.#followComposeMode(message),
      () => {},
    );
  }

  /** @param {Message} message as it is now */
  #followComposeMode(message) {
    const { composeMode } = this;
    if (composeMode.value?.message.seq !== message.seq) return;
    if (!message.deletedAt) {
      composeMode.value = { ...composeMode.value, message };
      return;
    }
    this.notice.value =
      composeMode.value.kind === 'edit'
        ? 'The message that you were editing was deleted.'
        : 'The message that you were answering was deleted.';
    composeMode.value = null;
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
    this.#clear();
    this.roster.clear();
    void this.loadNewest();
    void this.loadPeople();
  }

  #clear() {
    this.#generation += 1;
    this.#queue.flush();
    batch(() => {
      this.timeline.clear();
      this.quotes.clear();
      this.hasOlder.value = false;
      this.older.value = 'ready';
      this.newer.value = 'ready';
      this.past.value = false;
    });
  }

  /**
   * @param {Signal<LoadState>} state
   * @param {{ before?: number, after?: number }} bounds
   */
  async #loadPage(state, bounds) {
    const generation = this.#generation;
    if (state === this.history) this.#newestLoaded = 0;
    state.value = 'loading';
    try {
      const isThere = await this.#readPage({ ...bounds, limit: PAGE }, ({ messages, hasMore }) => {
        this.#newestLoaded = Math.max(this.#newestLoaded, messages.at(-1)?.seq ?? 0);
        if (state === this.newer) {
          this.past.value = hasMore;
        } else {
          this.#oldestLoaded = messages[0]?.seq ?? 0;
          this.hasOlder.value = hasMore;
        }
        state.value = 'ready';
      });
      if (isThere) this.noteRead();
    } catch {
      if (generation === this.#generation) state.value = 'failed';
    }
  }

  /**
   * Reads a page and places what it has, as it is by then.
   *
   * @param {{ before?: number, after?: number, limit: number }} query
   * @param {(page: { messages: Message[], hasMore: boolean }) => void} then called in the same batch
   * @returns {Promise<boolean>} false where something else is to be shown by now
   */
  async #readPage(query, then) {
    const generation = this.#generation;
    this.#loads += 1;
    try {
      const page = await api.listMessages(this.#roomId, query);
      if (generation !== this.#generation) return false;
      this.#queue.flush();
      batch(() => {
        for (const message of page.messages) {
          const changed = this.#changedMeanwhile.get(message.seq) ?? message;
          this.#place({ ...changed, author: asNow(changed.author) });
        }
        for (const event of this.#reactedMeanwhile) this.#changeReaction(event);
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

  /** Reads what is shown again, in its place; what is too much to read is no longer shown. */
  async #reloadMessages() {
    const { oldest, count } = this.timeline.loaded;
    if (count === 0) return;
    if (count > LONGEST_REPLAY) return void this.goToPresent();
    const to = { after: oldest - 1, left: count };
    try {
      while (to.left > 0) {
        const query = { after: to.after, limit: Math.min(LONG_PAGE, to.left) };
        const isThere = await this.#readPage(query, ({ messages, hasMore }) => {
          to.after = messages.at(-1)?.seq ?? to.after;
          to.left = hasMore ? to.left - messages.length : 0;
        });
        if (!isThere) return;
      }
    } catch {
      this.#isDoubtful = true;
    }
  }

  /** @param {ChatEvent} event */
  #apply(event) {
    switch (event.type) {
      case 'message.created':
        this.roster.stoppedTyping(event.message.author.id);
        // An older part of the history has no place for it; it comes with the present.
        if (!this.past.value) this.#place(event.message);
        if (!this.atBottom.value && !this.#isOwn(event.message) && !event.message.deletedAt)
          this.unseen.value = new Set(this.unseen.value).add(event.seq);
        return this.noteRead();
      case 'message.edited':
      case 'message.deleted':
        return this.#changeMessage(event);
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
        if (this.room.value && event.user.id === me.value?.id)
          this.room.value = { ...this.room.value, role: event.role };
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
      case 'reaction.added':
      case 'reaction.removed':
        if (this.#loads > 0) this.#reactedMeanwhile.push(event);
        this.#changeReaction(event);
        return;
      case 'user.updated':
        return this.updateUser(event.user);
      case 'read':
        this.#readUpTo = Math.max(this.#readUpTo, event.lastReadSeq);
        return this.#dropUnseen((seq) => seq <= event.lastReadSeq);
      // The conversation shows nothing of these; the end of a room comes as the close of its connection.
      case 'room.created':
      case 'room.deleted':
      case 'mention':
    }
  }

  /** @param {EventOf<'message.edited' | 'message.deleted'>} event that a message was edited or deleted, wherever it is shown */
  #changeMessage({ message }) {
    if (this.#loads > 0) this.#changedMeanwhile.set(message.seq, message);
    this.timeline.updateMessage(message);
    this.quotes.update(message);
    this.#followComposeMode(message);
    if (message.deletedAt) this.#dropUnseen((seq) => seq === message.seq);
  }

  /** @param {(seq: number) => boolean} isOver */
  #dropUnseen(isOver) {
    const rest = [...this.unseen.value].filter((seq) => !isOver(seq));
    if (rest.length < this.unseen.value.size) this.unseen.value = new Set(rest);
  }

  /** @param {Message} message */
  #isOwn = ({ author }) => author.id === me.value?.id;

  /**
   * A replay may tell again what the message already has: then nothing changes.
   *
   * @param {EventOf<'reaction.added' | 'reaction.removed'>} event
   */
  #changeReaction({ type, target, emoji, actor }) {
    const message = this.timeline.messageAt(target);
    if (!message || !actor) return;
    const others = message.reactions.map((one) => ({
      emoji: one.emoji,
      userIds: one.emoji === emoji ? one.userIds.filter((id) => id !== actor.id) : one.userIds,
    }));
    if (type === 'reaction.added') {
      const same = others.find((one) => one.emoji === emoji);
      if (same) same.userIds = [...same.userIds, actor.id];
      else others.push({ emoji, userIds: [actor.id] });
    }
    const reactions = message.deletedAt ? [] : others.filter(({ userIds }) => userIds.length > 0);
    this.timeline.updateMessage({ ...message, reactions });
  }

  /** @param {Message} message */
  #place(message) {
    this.timeline.putMessage(message);
    const { after, upTo } = this.#unread;
    const isNew = message.seq > after && message.seq <= upTo && !this.#isOwn(message);
    if (isNew && message.seq < (this.firstNew.value ?? Infinity)) this.firstNew.value = message.seq;
    if (message.clientMsgId && this.#isOwn(message)) this.#dropPending(message.clientMsgId);
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
        if (this.#isDoubtful) this.refresh();
        this.noteRead();
      }
      if (state === 'closed') {
        this.closedReason.value = reason ?? null;
        if (reason && reason !== 'done') this.#forget(reason);
        this.pending.value = this.pending.value.map((message) =>
          message.state === 'sending' ? { ...message, state: 'failed' } : message,
        );
      }
    });
  }

  /**
   * No event tells any more of what is shown, nor may it be read, perhaps: it goes.
   *
   * @param {ClosedReason} reason
   */
  #forget(reason) {
    this.#connection = null;
    this.#clear();
    this.history.value = 'loading';
    this.roster.clear();
    this.morePeople.value = null;
    this.unseen.value = new Set();
    this.composeMode.value = null;
    if (reason === 'deleted') dropRoom(this.#roomId);
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
