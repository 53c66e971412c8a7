// @ts-check
/** @import { Refusal } from '../i18n/refusals.js' */
/** @import { OutboxEntry, StoredBytes } from './storage/database.js' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';
import { Attachment } from './attachments/attachment.js';
import { keepPreview } from './attachments/sent-previews.js';
import { deleteEntry, saveEntry } from './storage/outbox-store.js';

/**
 * A message of the user whose event has not arrived yet.
 *
 * @typedef {Omit<OutboxEntry, 'state' | 'files'> & { state: 'sending' | 'sent' | 'failed',
 *   attachments: readonly Attachment[], onlyHere?: boolean }} PendingMessage `sent`: the server has it, its event is on
 *   the way; `trouble`: why it failed or is delayed; `onlyHere`: the browser could not keep it, and a reload loses it
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

  /**
   * @param {OutboxEntry} entry a new message
   * @param {readonly Attachment[]} attachments its files
   * @param {boolean} areKept whether the database keeps their bytes
   */
  add(entry, attachments, areKept) {
    const message = { ...entry, attachments };
    for (const attachment of attachments) attachment.isKept = areKept;
    this.all.value = [...this.all.value, message];
    void this.#saveWithFiles(message);
  }

  /** @param {string} clientMsgId */
  find(clientMsgId) {
    return this.all.peek().find((message) => message.clientMsgId === clientMsgId);
  }

  /**
   * @param {readonly OutboxEntry[]} entries of the database
   * @param {readonly StoredBytes[]} bytes of their files
   */
  restore(entries, bytes) {
    const added = entries.filter(({ clientMsgId }) => !this.find(clientMsgId));
    if (added.length === 0) return;
    const restored = added.map(({ files = [], ...entry }) => ({
      ...entry,
      attachments: files.map((file) => {
        const { blob = null } = bytes.find(({ key }) => key === file.key) ?? {};
        return new Attachment(entry.roomId, { ...file, blob, isKept: blob !== null });
      }),
    }));
    this.all.value = [...this.all.peek(), ...restored].toSorted(
      (a, b) => a.writtenAt - b.writtenAt,
    );
  }

  /** @param {string} clientMsgId of a message of which another file is on the server */
  uploaded(clientMsgId) {
    void this.#save(this.find(clientMsgId));
  }

  /** @param {string} clientMsgId of a message that the server has */
  sent(clientMsgId) {
    this.#change(clientMsgId, { state: 'sent', trouble: null });
    void deleteEntry(clientMsgId);
  }

  /**
   * @param {string} clientMsgId
   * @param {Refusal | null} refusal for good
   */
  failed(clientMsgId, refusal) {
    this.#fail(clientMsgId, refusal && { code: refusal.code, message: refusal.message });
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

  /** @param {string} clientMsgId of a message that has its place in the history */
  remove(clientMsgId) {
    const message = this.find(clientMsgId);
    if (!message) return;
    this.all.value = this.all.peek().filter((one) => one !== message);
    for (const attachment of message.attachments) {
      // Another tab may have sent the message before this one had uploaded its files.
      attachment.stop();
      keepPreview(attachment);
    }
    void deleteEntry(clientMsgId);
  }

  /** @param {string} clientMsgId of a message that shall not be sent */
  discard(clientMsgId) {
    const { attachments = [] } = this.find(clientMsgId) ?? {};
    this.remove(clientMsgId);
    for (const attachment of attachments) attachment.discard();
  }

  /** The page forgets them, the database does not. */
  forget() {
    for (const { attachments } of this.all.peek())
      for (const attachment of attachments) attachment.stop();
  }

  /**
   * The room is closed to the user: whatever is not sent yet has failed.
   *
   * @param {Refusal | null} trouble
   */
  failUnsent(trouble) {
    for (const { clientMsgId, state } of this.all.peek())
      if (state === 'sending') this.#fail(clientMsgId, trouble);
  }

  /** The browser has lost what it kept. */
  saveAgain() {
    for (const message of this.all.peek()) void this.#saveWithFiles(message);
  }

  /**
   * @param {string} clientMsgId
   * @param {Refusal | null} trouble
   */
  #fail(clientMsgId, trouble) {
    const message = this.#change(clientMsgId, { state: 'failed', trouble });
    for (const attachment of message?.attachments ?? []) attachment.stop();
    void this.#save(message);
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

  /** @param {PendingMessage} message of whose files the database keeps the bytes, too */
  async #saveWithFiles(message) {
    const { clientMsgId, attachments } = message;
    const files = attachments.flatMap(({ key, blob, isKept }) =>
      isKept && blob ? { clientMsgId, key, blob } : [],
    );
    await this.#save(message, files);
  }

  /** @param {PendingMessage | undefined} message */
  async #save(message, /** @type {readonly StoredBytes[]} */ files = []) {
    if (!message || message.state === 'sent') return;
    const { onlyHere = false, ...kept } = message;
    const isKept = await saveEntry(toEntry(kept), files);
    if (isKept === onlyHere) this.#change(message.clientMsgId, { onlyHere: !isKept });
  }
}

/**
 * @param {Omit<PendingMessage, 'onlyHere'>} message
 * @returns {OutboxEntry}
 */
function toEntry({ attachments, ...message }) {
  const state = message.state === 'failed' ? 'failed' : 'sending';
  if (attachments.length === 0) return { ...message, state };
  return { ...message, state, files: attachments.map(({ stored }) => stored) };
}
