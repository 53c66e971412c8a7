// @ts-check
/** @import { ApiError, ChatClient, SocketConstructor, SocketLike } from '../chat-client.js' */
/** @import { ChatEvent } from '../../src/protocol/events.ts' */
/** @import { Room, User } from '../../src/protocol/resources.ts' */
import { backoff, ORDINARY, OVERLOADED } from './backoff.js';
import { randomId } from './random-id.js';

/**
 * @typedef {'connecting' | 'live' | 'waiting' | 'closed'} ConnectionState `waiting`: until the next attempt
 * @typedef {'left' | 'signed_out' | 'removed' | 'deleted' | 'done'} ClosedReason `done`: closed by this side
 *
 * @typedef {object} RoomHandlers
 * @property {(event: ChatEvent) => void} onEvent each event once; numbered ones in order of seq
 * @property {(state: ConnectionState, reason?: ClosedReason) => void} [onState]
 * @property {(trouble: string) => void} [onTrouble] why the server does not take the connection, in words for a
 *   person, where it said so; empty once it does
 * @property {(welcome: { room: Room, me: User, online: User[], head: number, epoch: string }, fresh: boolean) => void} [onWelcome]
 *   `fresh`: the stream starts at the head, so what came before is to be loaded
 * @property {() => void} [onReset] what was loaded before no longer holds: load it again
 * @property {(clientMsgId: string, seq: number) => void} [onSent] the message is durable on the server
 * @property {(clientMsgId: string, refusal: { code: string, message: string }) => void} [onRefused] it will not be sent again
 * @property {(clientMsgId: string, refusal: { code: string, message: string }) => void} [onDelayed] it will be sent again by itself
 *
 * @typedef {{ text: string, clientMsgId: string, replyTo?: number }} Outgoing
 */

/** @type {Record<number, ClosedReason>} close codes after which nobody comes back */
const FINAL_CODES = { 1000: 'left', 4003: 'removed', 4004: 'deleted' };
const TOKEN_EXPIRED = 4001;
const SESSION_REVOKED = 4002;
/** @type {Record<number, string>} close codes after which one stays away for longer, and why */
const OVERLOAD_CODES = {
  1013: 'The server is busy.',
  4008: 'Too much was sent from here at once; the server wants a pause.',
};
/** A browser does not tell why; that the server answers over HTTP leaves few reasons. */
const NOT_TAKEN =
  'The server takes no further live connection. If many windows or devices are open, close some.';

/** @type {Record<string, ClosedReason>} refusals over HTTP that say the same as a final close code */
const FINAL_REFUSALS = { forbidden: 'removed', room_not_found: 'deleted' };

const IDLE_MS = 25_000;
const ANSWER_MS = 10_000;
const STEADY_MS = 10_000;

const MAX_TEXT = 4_000;

export class RoomConnection {
  #client;
  #Socket;
  #roomId;
  #handlers;
  /** @type {SocketLike | null} */
  #socket = null;
  /** @type {ConnectionState} */
  #state = 'connecting';
  #welcomed = false;
  #liveSince = 0;
  #failures = 0;
  #closeWhenSent = false;
  /** @type {string | null} */
  #myId = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watchTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #sendTimer;
  /** @type {Outgoing[]} in the order in which they were written; the first one is under way while live */
  #unsent = [];
  #sendFailures = 0;

  /** @type {number | undefined} the seq up to which this connection has seen everything */
  lastSeq;
  /** @type {string | undefined} */
  epoch;

  /**
   * @param {ChatClient} client
   * @param {SocketConstructor} Socket
   * @param {string} roomId
   * @param {RoomHandlers} handlers
   * @param {{ after?: number | undefined, epoch?: string | undefined }} from
   */
  constructor(client, Socket, roomId, handlers, { after, epoch }) {
    this.#client = client;
    this.#Socket = Socket;
    this.#roomId = roomId;
    this.#handlers = handlers;
    this.lastSeq = after;
    this.epoch = epoch;
    void this.#connect();
  }

  get state() {
    return this.#state;
  }

  /**
   * Queues a message; it goes out now or after the next reconnect, again and again under the same
   * `clientMsgId`, until the server has it or refuses it for good. Order is kept.
   *
   * @param {{ text: string, clientMsgId?: string, replyTo?: number }} message
   * @returns {string} its `clientMsgId`
   * @throws {RangeError} for a text that is empty or longer than 4,000 code points: the server would
   *   close the socket over a frame that is too large, and each reconnect would send it again
   */
  send({ text, clientMsgId = randomId(), replyTo }) {
    const length = [...text].length;
    if (length < 1 || length > MAX_TEXT)
      throw new RangeError(`A message has 1 to ${MAX_TEXT} characters, not ${length}.`);
    this.#unsent.push({ text, clientMsgId, ...(replyTo === undefined ? {} : { replyTo }) });
    if (this.#unsent.length === 1) this.#sendFirst();
    return clientMsgId;
  }

  /** Tells the others that the user is typing. Lost without harm where there is no connection. */
  typing() {
    if (this.#state === 'live') this.#write({ type: 'typing' });
  }

  /** Skips the wait before the next attempt, or asks a quiet connection whether it still lives. */
  wake() {
    if (this.#state === 'waiting') void this.#connect();
    else if (this.#state === 'live') this.#probe();
  }

  /** Closes at once; what is still unsent is dropped. */
  close() {
    this.#stop('done');
  }

  /** Closes as soon as every queued message has arrived or been refused. */
  closeWhenSent() {
    this.#closeWhenSent = true;
    this.#closeIfDone();
  }

  /** Takes back `closeWhenSent`. */
  keepOpen() {
    this.#closeWhenSent = false;
  }

  async #connect() {
    clearTimeout(this.#retryTimer);
    this.#setState('connecting');
    let ticket;
    try {
      ticket = await this.#client.ticket();
    } catch (error) {
      return this.#comeBackUnless(error);
    }
    if (this.#state !== 'connecting') return;
    const url = this.#client.url(`ws/chat/${encodeURIComponent(this.#roomId)}`, {
      token: ticket,
      after: this.lastSeq,
      epoch: this.epoch,
    });
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new this.#Socket(url.href);
    // A socket that was let go may still speak; nobody listens any more.
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#receive(JSON.parse(data));
    });
    socket.addEventListener('close', ({ code }) => {
      if (socket === this.#socket) void this.#closed(code);
    });
    // In a browser an error says nothing, and in Node an unheard one throws. The close says it all.
    socket.addEventListener('error', () => {});
    this.#socket = socket;
    this.#welcomed = false;
    this.#watch(ANSWER_MS, () => void this.#closed(1006));
  }

  /** @param {any} frame */
  #receive(frame) {
    this.#watch(IDLE_MS, () => this.#probe());
    switch (frame.type) {
      case 'welcome': {
        const fresh = this.lastSeq === undefined;
        this.#welcomed = true;
        this.#myId = frame.me.id;
        this.epoch = frame.epoch;
        this.lastSeq ??= frame.head;
        return this.#handlers.onWelcome?.(frame, fresh);
      }
      case 'reset':
        this.lastSeq = frame.head;
        return this.#handlers.onReset?.();
      case 'live':
        this.#liveSince = Date.now();
        this.#setState('live');
        this.#handlers.onTrouble?.('');
        return this.#sendFirst();
      case 'ack':
        return frame.clientMsgId === undefined
          ? undefined
          : this.#settle(frame.clientMsgId, frame.seq);
      case 'error':
        return this.#refused(frame);
      case 'token_expiring':
        return void this.#renewToken(frame.expiresAt);
      case 'pong':
        return;
      default:
        return this.#deliver(frame);
    }
  }

  /** @param {ChatEvent} event */
  #deliver(event) {
    if ('seq' in event) {
      // Held-back and replayed events may overlap: each is shown once.
      if (event.seq <= (this.lastSeq ?? 0)) return;
      this.lastSeq = event.seq;
    }
    this.#handlers.onEvent(event);
    if (
      event.type === 'message.created' &&
      event.message.clientMsgId &&
      event.message.author.id === this.#myId
    ) {
      // The ack may have been lost with the last connection; the event proves as much.
      this.#settle(event.message.clientMsgId, event.seq);
    }
  }

  /**
   * One message is under way at a time: if the server puts one off, a later one cannot overtake it.
   */
  #sendFirst() {
    clearTimeout(this.#sendTimer);
    const [message] = this.#unsent;
    if (!message || this.#state !== 'live') return;
    this.#write({ type: 'send', ref: message.clientMsgId, ...message });
    this.#sendTimer = setTimeout(() => void this.#closed(1006), ANSWER_MS);
  }

  /**
   * @param {string} clientMsgId
   * @param {number} seq
   */
  #settle(clientMsgId, seq) {
    if (this.#forget(clientMsgId)) this.#handlers.onSent?.(clientMsgId, seq);
  }

  /**
   * @param {{ code: string, message: string, retryable: boolean, retryAfter?: number, ref?: string,
   *   clientMsgId?: string }} refusal
   */
  #refused(refusal) {
    const clientMsgId = refusal.clientMsgId ?? refusal.ref;
    if (!clientMsgId || this.#unsent[0]?.clientMsgId !== clientMsgId) return;
    if (!refusal.retryable) {
      this.#forget(clientMsgId);
      this.#handlers.onRefused?.(clientMsgId, refusal);
      return;
    }
    clearTimeout(this.#sendTimer);
    const { retryAfter = 0.5 } = refusal;
    this.#sendTimer = setTimeout(
      () => this.#sendFirst(),
      1000 * retryAfter + backoff(this.#sendFailures++, ORDINARY),
    );
    this.#handlers.onDelayed?.(clientMsgId, refusal);
  }

  /**
   * @param {string} clientMsgId
   * @returns {boolean} whether it was still unsent
   */
  #forget(clientMsgId) {
    const index = this.#unsent.findIndex((message) => message.clientMsgId === clientMsgId);
    if (index < 0) return false;
    this.#unsent.splice(index, 1);
    this.#sendFailures = 0;
    if (index === 0) this.#sendFirst();
    // The caller still has to be told of this message before it hears of the close.
    queueMicrotask(() => this.#closeIfDone());
    return true;
  }

  #closeIfDone() {
    if (this.#closeWhenSent && this.#unsent.length === 0) this.close();
  }

  /** @param {number} code of the close; 1006 where the connection is lost without a word */
  async #closed(code) {
    this.#abandon();
    const final = FINAL_CODES[code];
    if (final) return this.#stop(final);
    if (Date.now() - this.#liveSince > STEADY_MS && this.#state === 'live') this.#failures = 0;
    if (!this.#welcomed || code === TOKEN_EXPIRED || code === SESSION_REVOKED) {
      this.#setState('connecting');
      try {
        if (code === TOKEN_EXPIRED) await this.#client.freshToken();
        // A browser does not tell why an upgrade was refused. HTTP does, and also whether there is a newer
        // session: a new password opens one.
        else await this.#client.request('GET', `rooms/${encodeURIComponent(this.#roomId)}`);
      } catch (error) {
        return this.#comeBackUnless(error);
      }
      if (this.#state !== 'connecting') return;
      if (!this.#welcomed) this.#handlers.onTrouble?.(NOT_TAKEN);
    }
    const why = OVERLOAD_CODES[code];
    if (why) this.#handlers.onTrouble?.(why);
    this.#comeBack(why ? OVERLOADED : ORDINARY);
  }

  /** @param {unknown} error of an HTTP call that was to tell whether coming back makes sense */
  #comeBackUnless(error) {
    if (this.#state === 'closed') return;
    const { statusCode, code, message, retryAfter } = /** @type {ApiError} */ (error);
    const final = statusCode === 401 ? 'signed_out' : FINAL_REFUSALS[code];
    if (final) return this.#stop(final);
    const isBusy = statusCode === 429 || statusCode === 503;
    if (isBusy) this.#handlers.onTrouble?.(message);
    this.#comeBack(isBusy ? OVERLOADED : ORDINARY, retryAfter);
  }

  /**
   * @param {{ baseMs: number, capMs: number }} pace
   * @param {number} [retryAfter] seconds that the server wants to be left alone
   */
  #comeBack(pace, retryAfter = 0) {
    this.#setState('waiting');
    this.#retryTimer = setTimeout(
      () => void this.#connect(),
      1000 * retryAfter + backoff(this.#failures++, pace),
    );
  }

  /** @param {ClosedReason} reason */
  #stop(reason) {
    if (this.#state === 'closed') return;
    clearTimeout(this.#retryTimer);
    this.#abandon();
    this.#setState('closed', reason);
  }

  /** Lets go of the socket without waiting for the other side, which may be long gone. */
  #abandon() {
    clearTimeout(this.#watchTimer);
    clearTimeout(this.#sendTimer);
    const socket = this.#socket;
    this.#socket = null;
    // Browsers complain in their console of a socket that is closed before it is open.
    if (socket?.readyState === 0) socket.addEventListener('open', () => socket.close(1000));
    else socket?.close(1000);
  }

  /** @param {string} expiresAt when the token of this connection ends */
  async #renewToken(expiresAt) {
    try {
      this.#write({ type: 'auth', token: await this.#client.tokenAfter(expiresAt) });
    } catch {
      // Without a new token the server closes with 4001, and that path tries again.
    }
  }

  /** A link can die without a close: silence is answered by a ping, and silence after that is the end. */
  #probe() {
    this.#write({ type: 'ping' });
    this.#watch(ANSWER_MS, () => void this.#closed(1006));
  }

  /**
   * @param {number} ms
   * @param {() => void} then
   */
  #watch(ms, then) {
    clearTimeout(this.#watchTimer);
    this.#watchTimer = setTimeout(then, ms);
  }

  /** @param {object} frame */
  #write(frame) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame));
  }

  /**
   * @param {ConnectionState} state
   * @param {ClosedReason} [reason]
   */
  #setState(state, reason) {
    if (state === this.#state) return;
    this.#state = state;
    this.#handlers.onState?.(state, reason);
  }
}
