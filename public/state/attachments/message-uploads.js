// @ts-check
/** @import { Refusal } from '../../i18n/refusals.js' */
/** @import { PendingMessage, PendingMessages } from '../pending.js' */

/**
 * Returns a message as a connection sends it.
 *
 * @param {PendingMessage} message whose files are on the server
 */
export function toSend({ clientMsgId, text, replyTo, attachments }) {
  const sent = attachments.map(({ fileId, alt }) => ({ id: fileId ?? '', alt: alt.peek() }));
  return {
    clientMsgId,
    text,
    replyTo,
    fileIds: sent.map(({ id }) => id),
    alts: Object.fromEntries(sent.flatMap(({ id, alt }) => (alt === '' ? [] : [[id, alt]]))),
  };
}

/** The uploads that messages of one room wait for. Messages without files do not wait for them. */
export class MessageUploads {
  #pending;
  #onReady;
  /** The messages whose files are being uploaded. @type {Set<string>} */
  #busy = new Set();
  /** The messages whose files the server had forgotten once. @type {Set<string>} */
  #repeated = new Set();

  /**
   * @param {PendingMessages} pending
   * @param {() => void} onReady called when another message may go out
   */
  constructor(pending, onReady) {
    this.#pending = pending;
    this.#onReady = onReady;
  }

  /**
   * Returns whether a message may go out. If not, uploads what is missing.
   *
   * @param {PendingMessage} message
   */
  isReady(message) {
    if (message.attachments.every(({ fileId }) => fileId !== null)) return true;
    void this.#upload(message);
    return false;
  }

  /**
   * Returns whether a refusal of a message is no end of it.
   *
   * @param {string} clientMsgId
   * @param {Refusal} refusal
   */
  mends(clientMsgId, { code }) {
    const message = this.#pending.find(clientMsgId);
    if (!message || message.attachments.length === 0) return false;
    if (code === 'idempotency_mismatch') {
      // Another tab, now gone, had uploaded the files and sent the message.
      this.#pending.remove(clientMsgId);
      return true;
    }
    const isLost = message.attachments.some(({ blob }) => blob === null);
    if (code !== 'file_not_found' || isLost || this.#repeated.has(clientMsgId)) {
      this.#repeated.delete(clientMsgId);
      return false;
    }
    // They were uploaded more than a day ago.
    this.#repeated.add(clientMsgId);
    for (const attachment of message.attachments) attachment.fileId = null;
    void this.#upload(message);
    return true;
  }

  /** @param {PendingMessage} message */
  async #upload({ clientMsgId, attachments }) {
    if (this.#busy.has(clientMsgId)) return;
    this.#busy.add(clientMsgId);
    await Promise.all(
      attachments.map(async (attachment) => {
        await attachment.upload();
        if (attachment.fileId !== null) this.#pending.uploaded(clientMsgId);
      }),
    );
    this.#busy.delete(clientMsgId);
    if (this.#pending.find(clientMsgId)?.state !== 'sending') return;
    const failed = attachments.find(({ state }) => state.peek() === 'failed');
    if (failed) {
      const { code = '', message = '' } = failed.trouble.peek() ?? {};
      this.#pending.failed(clientMsgId, { code, message: message && `${failed.name}: ${message}` });
    } else if (attachments.every(({ fileId }) => fileId !== null)) {
      this.#onReady();
    }
  }
}
