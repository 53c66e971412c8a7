// @ts-check
/** @import { ChatEvent } from '../../src/protocol/events.ts' */
/** @import { ServerFrame } from '../../src/protocol/frames.ts' */
/** @import { SessionClient } from './session-client.js' */
/** @import { ApiError } from './api-error.js' */
/** @import { BackoffBounds } from './backoff.js' */
/** @import { ClosedReason } from './close-codes.js' */
/** @import { Message } from './outgoing.js' */
/** @import { SendHandlers } from './send-queue.js' */
/** @import { SocketConstructor, SocketLike } from './socket.js' */
import { backoff, ORDINARY, OVERLOADED } from './backoff.js';
import {
  FINAL_CODES,
  FINAL_REFUSALS,
  LOST,
  OVERLOAD_CODES,
  SESSION_REVOKED,
  TOKEN_EXPIRED,
} from './close-codes.js';
import { toOutgoing } from './outgoing.js';
import { SendQueue } from './send-queue.js';
import { dropSocket, OPEN } from './socket.js';
import { Watchdog } from './watchdog.js';

/**
 * @typedef {'connecting' | 'live' | 'waiting' | 'closed'} ConnectionState `waiting`: until the next attempt
 * @typedef {Extract<ServerFrame, { type: 'welcome' }>} Welcome
 *
 * @typedef {object} ConnectionHandlers
 * @property {(event: ChatEvent) => void} onEvent each event once; durable ones in order of seq
 * @property {(state: ConnectionState, reason?: ClosedReason) => void} [onState]
 * @property {(trouble: string, code: string) => void} [onTrouble] why the server does not accept the connection, in
 *   words for a person and as a code, where it said so; both empty once it does
 * @property {(welcome: Welcome, fresh: boolean) => void} [onWelcome] `fresh`: the stream starts at the head, so
 *   the caller loads what came before
 * @property {() => void} [onReset] what was loaded before is out of date: load it again
 *
 * @typedef {ConnectionHandlers & SendHandlers} RoomHandlers
 *
 * @typedef {object} StartingPoint
 * @property {number} [after] the seq up to which everything was seen
 * @property {string} [epoch]
 * @property {number} [longestReplay] where more events than this were missed, the stream starts at the head instead,
 *   with a fresh `onWelcome`; unlimited without it
 */

/** A browser does not say why it could not connect; that the server responds over HTTP leaves few reasons. */
const NOT_ACCEPTED = {
  code: 'not_accepted',
  message:
    'The server accepts no more live connections. If you have many windows or devices open, close some.',
};

const STEADY_MS = 10_000;

export class RoomConnection {
  #client;
  #Socket;
  #roomId;
  #handlers;
  /** @type {SocketLike | null} */
  #socket = null;
  /** @type {ConnectionState} */
  #state = 'connecting';
  #isWelcomed = false;
  #liveSince = 0;
  #failures = 0;
  /** Counts attempts to connect: one that is overtaken by another, or by an interruption, ends without effect. */
  #attempts = 0;
  #closeWhenSent = false;
  /** @type {string | null} */
  #myId = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;
  #watchdog;
  #queue;
  #longestReplay;
  #unfollowNetwork;

  /** @type {number | undefined} the seq up to which this connection has seen everything */
  lastSeq;
  /** @type {string | undefined} */
  epoch;

  /**
   * @param {SessionClient} client
   * @param {SocketConstructor} Socket
   * @param {string} roomId
   * @param {RoomHandlers} handlers
   * @param {StartingPoint} from
   */
  constructor(client, Socket, roomId, handlers, { after, epoch, longestReplay = Infinity }) {
    this.#client = client;
    this.#Socket = Socket;
    this.#roomId = roomId;
    this.#handlers = handlers;
    this.lastSeq = after;
    this.epoch = epoch;
    this.#longestReplay = longestReplay;
    this.#unfollowNetwork = client.followNetwork(this);
    const onLost = () => void this.#onClose(LOST);
    this.#watchdog = new Watchdog({ ping: () => this.#write({ type: 'ping' }), onDead: onLost });
    this.#queue = new SendQueue(
      {
        write: (frame) => this.#write(frame),
        onSilence: onLost,
        onSettled: () => this.#closeIfSent(),
      },
      handlers,
    );
    void this.#connect();
  }

  get state() {
    return this.#state;
  }

  /**
   * Queues a message; it goes out now or after the next reconnect, again and again under the same
   * `clientMsgId`, until the server has it or refuses it for good. Order is kept.
   *
   * @param {Message} message
   * @returns {string} its `clientMsgId`
   * @throws {RangeError} for a message that is empty or too long: the server would close the socket over a frame that
   *   is too large, and each reconnect would send it again
   */
  send(message) {
    const outgoing = toOutgoing(message);
    this.#queue.add(outgoing);
    return outgoing.clientMsgId;
  }

  /** Tells the others that the user is typing. Lost without harm while there is no connection. */
  typing() {
    if (this.#state === 'live') this.#write({ type: 'typing' });
  }

  /** Skips the wait before the next attempt, or finds out whether a quiet connection is alive. */
  wake() {
    if (this.#state === 'waiting') void this.#connect();
    else if (this.#state === 'live') this.#watchdog.probe();
  }

  /** Disconnects at once, and tries again: the device has lost its network. */
  interrupt() {
    this.#attempts += 1;
    clearTimeout(this.#retryTimer);
    this.#abandon();
    this.#reconnect(ORDINARY);
  }

  /** Closes at once; unsent messages are dropped. */
  close() {
    this.#stop('done');
  }

  /** Closes as soon as every queued message has arrived or was refused. */
  closeWhenSent() {
    this.#closeWhenSent = true;
    this.#closeIfSent();
  }

  /** Cancels `closeWhenSent`. */
  keepOpen() {
    this.#closeWhenSent = false;
  }

  #closeIfSent() {
    if (this.#closeWhenSent && this.#queue.isEmpty) this.close();
  }

  async #connect() {
    clearTimeout(this.#retryTimer);
    this.#setState('connecting');
    const attempt = ++this.#attempts;
    let token;
    try {
      token = await this.#client.ticket();
    } catch (error) {
      return this.#reconnectUnless(/** @type {ApiError} */ (error), attempt);
    }
    if (attempt !== this.#attempts) return;
    const from = { token, after: this.lastSeq, epoch: this.epoch };
    const socket = new this.#Socket(this.#client.api.roomSocketUrl(this.#roomId, from).href);
    // A socket that was abandoned may still deliver; its events are ignored.
    socket.addEventListener('message', ({ data }) => {
      if (socket !== this.#socket) return;
      this.#receive(/** @type {ServerFrame | ChatEvent} */ (JSON.parse(String(data))));
    });
    socket.addEventListener('close', ({ code = LOST }) => {
      if (socket === this.#socket) void this.#onClose(code);
    });
    // In a browser an error says nothing, and in Node an unheard one throws. The close says it all.
    socket.addEventListener('error', () => {});
    this.#socket = socket;
    this.#isWelcomed = false;
    this.#watchdog.expectAnswer();
  }

  /** @param {ServerFrame | ChatEvent} frame */
  #receive(frame) {
    this.#watchdog.heard();
    if ('roomId' in frame || 'user' in frame) return this.#deliver(frame);
    switch (frame.type) {
      case 'welcome': {
        if (frame.head - (this.lastSeq ?? frame.head) > this.#longestReplay)
          return this.#skipReplay();
        const fresh = this.lastSeq === undefined;
        this.#isWelcomed = true;
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
        this.#handlers.onTrouble?.('', '');
        return this.#queue.connected();
      case 'ack':
        if ('seq' in frame && frame.clientMsgId !== undefined)
          this.#queue.accepted(frame.clientMsgId, frame.seq);
        return;
      case 'error':
        return this.#queue.refused(frame);
      case 'token_expiring':
        return void this.#renewToken(frame.expiresAt);
      case 'pong':
    }
  }

  #skipReplay() {
    this.#abandon();
    this.lastSeq = undefined;
    void this.#connect();
  }

  /** @param {ChatEvent} event */
  #deliver(event) {
    if ('seq' in event) {
      // Held-back and replayed events may overlap: each is delivered once.
      if (event.seq <= (this.lastSeq ?? 0)) return;
      this.lastSeq = event.seq;
    }
    this.#handlers.onEvent(event);
    if (event.type !== 'message.created') return;
    const { clientMsgId, author } = event.message;
    // The ack may have been lost with the last connection; the event proves as much.
    if (clientMsgId && author.id === this.#myId) this.#queue.accepted(clientMsgId, event.seq);
  }

  /** @param {number} code of the close */
  async #onClose(code) {
    this.#abandon();
    const final = FINAL_CODES[code];
    if (final) return this.#stop(final);
    if (Date.now() - this.#liveSince > STEADY_MS && this.#state === 'live') this.#failures = 0;
    if (!this.#isWelcomed || code === TOKEN_EXPIRED || code === SESSION_REVOKED) {
      this.#setState('connecting');
      const attempt = ++this.#attempts;
      try {
        if (code === TOKEN_EXPIRED) await this.#client.freshToken();
        // A browser does not say why an upgrade was refused. HTTP does, and also whether there is a newer
        // session: a new password opens one.
        else await this.#client.api.getRoom(this.#roomId);
      } catch (error) {
        return this.#reconnectUnless(/** @type {ApiError} */ (error), attempt);
      }
      if (attempt !== this.#attempts) return;
      if (!this.#isWelcomed) this.#handlers.onTrouble?.(NOT_ACCEPTED.message, NOT_ACCEPTED.code);
    }
    const why = OVERLOAD_CODES[code];
    if (why) this.#handlers.onTrouble?.(why.message, why.code);
    this.#reconnect(why ? OVERLOADED : ORDINARY);
  }

  /**
   * @param {ApiError} error of a call that shows whether reconnecting can succeed
   * @param {number} attempt that made the call
   */
  #reconnectUnless({ statusCode, code, message, retryAfter }, attempt) {
    if (attempt !== this.#attempts) return;
    const final = statusCode === 401 ? 'signed_out' : FINAL_REFUSALS[code];
    if (final) return this.#stop(final);
    const isBusy = statusCode === 429 || statusCode === 503;
    if (isBusy) this.#handlers.onTrouble?.(message, code);
    this.#reconnect(isBusy ? OVERLOADED : ORDINARY, retryAfter);
  }

  /**
   * @param {BackoffBounds} bounds
   * @param {number} [retryAfter] seconds that the server asks for
   */
  #reconnect(bounds, retryAfter = 0) {
    this.#setState('waiting');
    this.#retryTimer = setTimeout(
      () => void this.#connect(),
      1000 * retryAfter + backoff(this.#failures++, bounds),
    );
  }

  /** @param {ClosedReason} reason */
  #stop(reason) {
    if (this.#state === 'closed') return;
    this.#attempts += 1;
    this.#unfollowNetwork();
    clearTimeout(this.#retryTimer);
    this.#abandon();
    this.#setState('closed', reason);
  }

  #abandon() {
    this.#watchdog.stop();
    this.#queue.disconnected();
    if (this.#socket) dropSocket(this.#socket);
    this.#socket = null;
  }

  /** @param {string} expiresAt when the token of this connection expires */
  async #renewToken(expiresAt) {
    try {
      this.#write({ type: 'auth', token: await this.#client.tokenAfter(expiresAt) });
    } catch {
      // Without a new token the server closes with 4001, and that path tries again.
    }
  }

  /** @param {object} frame */
  #write(frame) {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(frame));
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
