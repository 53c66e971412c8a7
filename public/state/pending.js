// @ts-check
/** @import { Refusal } from '../i18n/refusals.js' */
/** @import { OutboxEntry } from './storage/database.js' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';
import { deleteEntry, saveEntry } from './storage/outbox-store.js';

/**
 * A message of the user whose event has not arrived yet.
 *
 * @typedef {Omit<OutboxEntry, 'state'> & { state: 'sending' | 'sent' | 'failed', onlyHere?: boolean }} PendingMessage
 *   `sent`: the server has it, its event is on the way; `trouble`: why it failed or is delayed; `onlyHere`: the browser
 *   could not keep it, and a reload loses it
 */

/**
 * The messages that were sent from here to one room and are not in its history yet. What the server does not have is
 * also in the database, for a page that is loaded again.
 */
export class PendingMessages {
  /** @type {Signal<readonly PendingMessage[]>} */
  all = signal([]);

  /** Whether something is to be sent. */
  get isWaiting() {
    return this.all.peek().some(({ state }) => state === 'sending');
  }

  /** @param {OutboxEntry} entry a new message */
  add(entry) {
    this.all.value = [...this.all.value, entry];
    void this.#save(entry);
  }

  /** @param {readonly OutboxEntry[]} entries of the database */
  restore(entries) {
    const known = new Set(this.all.peek().map(({ clientMsgId }) => clientMsgId));
    const added = entries.filter(({ clientMsgId }) => !known.has(clientMsgId));
    if (added.length > 0)
      this.all.value = [...this.all.peek(), ...added].toSorted((a, b) => a.writtenAt - b.writtenAt);
  }

  /** @param {string} clientMsgId of a message that the server has */
  sent(clientMsgId) {
    this.#change(clientMsgId, { state: 'sent', trouble: null });
    void deleteEntry(clientMsgId);
  }

  /**
   * @param {string} clientMsgId
   * @param {Refusal} refusal for good
   */
  failed(clientMsgId, { code, message }) {
    void this.#save(this.#change(clientMsgId, { state: 'failed', trouble: { code, message } }));
  }

  /**
   * @param {string} clientMsgId of a message that is sent later
   * @param {Refusal} trouble
   */
  delayed(clientMsgId, trouble) {
    this.#change(clientMsgId, { trouble });
  }

  /** @param {string} clientMsgId of a failed message that is to be sent again */
  retried(clientMsgId) {
    void this.#save(this.#change(clientMsgId, { state: 'sending', trouble: null }));
  }

  /** @param {string} clientMsgId of a message that has its place in the history, or is discarded */
  remove(clientMsgId) {
    const rest = this.all.peek().filter((message) => message.clientMsgId !== clientMsgId);
    if (rest.length === this.all.peek().length) return;
    this.all.value = rest;
    void deleteEntry(clientMsgId);
  }

  /**
   * The room is closed to the user: whatever is not sent yet has failed.
   *
   * @param {Refusal | null} trouble
   */
  failUnsent(trouble) {
    for (const { clientMsgId, state } of this.all.peek())
      if (state === 'sending')
        void this.#save(this.#change(clientMsgId, { state: 'failed', trouble }));
  }

  /** The browser has lost what it kept. */
  saveAgain() {
    for (const message of this.all.peek()) void this.#save(message);
  }

  /**
   * @param {string} clientMsgId
   * @param {Partial<PendingMessage>} change
   * @returns {PendingMessage | undefined} the message after the change
   */
  #change(clientMsgId, change) {
    const all = this.all
      .peek()
      .map((one) => (one.clientMsgId === clientMsgId ? { ...one, ...change } : one));
    this.all.value = all;
    return all.find((one) => one.clientMsgId === clientMsgId);
  }

  /** @param {PendingMessage | undefined} message */
  async #save(message) {
    if (!message || message.state === 'sent') return;
    const { onlyHere = false, state, ...entry } = message;
    const isKept = await saveEntry({ ...entry, state });
    if (isKept === onlyHere) this.#change(message.clientMsgId, { onlyHere: !isKept });
  }
}
