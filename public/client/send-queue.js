// @ts-check
/** @import { ServerFrame } from '../../src/protocol/frames.ts' */
/** @import { Outgoing } from './outgoing.js' */
import { backoff, ORDINARY } from './backoff.js';

/**
 * @typedef {Extract<ServerFrame, { type: 'error' }>} Refusal
 *
 * @typedef {object} SendHandlers
 * @property {(clientMsgId: string, seq: number) => void} [onSent] the message is durable on the server
 * @property {(clientMsgId: string, refusal: Refusal) => void} [onRefused] it will not be sent again
 * @property {(clientMsgId: string, refusal: Refusal) => void} [onDelayed] it will be sent again by itself
 */

const ANSWER_MS = 10_000;

/**
 * The messages of one room that the server does not have yet. One is under way at a time: if the server
 * puts it off, a later one cannot overtake it.
 */
export class SendQueue {
  #write;
  #onSilence;
  #onSettled;
  #handlers;
  /** @type {Outgoing[]} in the order in which they were written; the first one is under way while connected */
  #unsent = [];
  #isConnected = false;
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {object} connection
   * @param {(frame: object) => void} connection.write
   * @param {() => void} connection.onSilence a message was sent and the server has not responded for 10 s
   * @param {() => void} connection.onSettled a message has left the queue, and its handler was called
   * @param {SendHandlers} handlers
   */
  constructor({ write, onSilence, onSettled }, handlers) {
    this.#write = write;
    this.#onSilence = onSilence;
    this.#onSettled = onSettled;
    this.#handlers = handlers;
  }

  get isEmpty() {
    return this.#unsent.length === 0;
  }

  /** @param {Outgoing} message a second one of the same `clientMsgId` is ignored */
  add(message) {
    if (this.#unsent.some(({ clientMsgId }) => clientMsgId === message.clientMsgId)) return;
    this.#unsent.push(message);
    if (this.#unsent.length === 1) this.#sendFirst();
  }

  connected() {
    this.#isConnected = true;
    this.#sendFirst();
  }

  disconnected() {
    this.#isConnected = false;
    clearTimeout(this.#timer);
  }

  /**
   * The server has a message. Calling this again has no effect.
   *
   * @param {string} clientMsgId
   * @param {number} seq
   */
  accepted(clientMsgId, seq) {
    if (this.#remove(clientMsgId)) this.#handlers.onSent?.(clientMsgId, seq);
  }

  /** @param {Refusal} refusal of a message, or of another command */
  refused(refusal) {
    const clientMsgId = refusal.clientMsgId ?? refusal.ref;
    if (!clientMsgId || this.#unsent[0]?.clientMsgId !== clientMsgId) return;
    if (!refusal.retryable) {
      this.#remove(clientMsgId);
      this.#handlers.onRefused?.(clientMsgId, refusal);
      return;
    }
    clearTimeout(this.#timer);
    const { retryAfter = 0.5 } = refusal;
    this.#timer = setTimeout(
      () => this.#sendFirst(),
      1000 * retryAfter + backoff(this.#failures++, ORDINARY),
    );
    this.#handlers.onDelayed?.(clientMsgId, refusal);
  }

  #sendFirst() {
    clearTimeout(this.#timer);
    const [message] = this.#unsent;
    if (!message || !this.#isConnected) return;
    this.#write({ type: 'send', ref: message.clientMsgId, ...message });
    this.#timer = setTimeout(this.#onSilence, ANSWER_MS);
  }

  /**
   * @param {string} clientMsgId
   * @returns {boolean} whether it was still unsent
   */
  #remove(clientMsgId) {
    const index = this.#unsent.findIndex((message) => message.clientMsgId === clientMsgId);
    if (index < 0) return false;
    this.#unsent.splice(index, 1);
    this.#failures = 0;
    if (index === 0) this.#sendFirst();
    // Later, so that the handler of this message runs before one of a close.
    queueMicrotask(this.#onSettled);
    return true;
  }
}
