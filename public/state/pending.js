// @ts-check
/** @import { Refusal } from '../i18n/refusals.js' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';

/**
 * A message of the user whose event has not arrived yet.
 *
 * @typedef {object} PendingMessage
 * @property {string} clientMsgId
 * @property {string} text
 * @property {number} [replyTo]
 * @property {'sending' | 'sent' | 'failed'} state `sent`: the server has it, its event is on the way
 * @property {Refusal | null} trouble why it failed or is delayed
 */

/** The messages that were sent from here to one room and are not in its history yet. */
export class PendingMessages {
  /** @type {Signal<readonly PendingMessage[]>} */
  all = signal([]);

  /** @param {{ clientMsgId: string, text: string, replyTo?: number }} message */
  add(message) {
    this.all.value = [...this.all.value, { ...message, state: 'sending', trouble: null }];
  }

  /**
   * @param {string} clientMsgId
   * @param {Partial<PendingMessage>} change
   */
  update(clientMsgId, change) {
    this.all.value = this.all.value.map((message) =>
      message.clientMsgId === clientMsgId ? { ...message, ...change } : message,
    );
  }

  /** @param {string} clientMsgId */
  remove(clientMsgId) {
    const rest = this.all.value.filter((message) => message.clientMsgId !== clientMsgId);
    if (rest.length < this.all.value.length) this.all.value = rest;
  }

  /** The connection is closed for good: whatever is not sent yet has failed. */
  failUnsent() {
    this.all.value = this.all.value.map((message) =>
      message.state === 'sending' ? { ...message, state: 'failed' } : message,
    );
  }
}
