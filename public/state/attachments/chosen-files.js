// @ts-check
/** @import { TextKey } from '../../i18n/translate.js' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';
import { canKeep } from '../outbox.js';
import { Attachment } from './attachment.js';

const MOST_FILES = 10;

/** The files that somebody has chosen for the next message to a room. They are uploaded at once. */
export class ChosenFiles {
  /** @type {Signal<readonly Attachment[]>} */
  all = signal([]);
  #roomId;

  /** @param {string} roomId */
  constructor(roomId) {
    this.#roomId = roomId;
  }

  get isEmpty() {
    return this.all.peek().length === 0;
  }

  /**
   * @param {readonly File[]} files
   * @returns {TextKey | null} why not all of them are taken
   */
  add(files) {
    const fit = files.slice(0, MOST_FILES - this.all.peek().length);
    const added = fit.map((blob) => {
      const { name, size, type } = blob;
      return new Attachment(this.#roomId, { name, size, type, blob, alt: '', fileId: null });
    });
    this.all.value = [...this.all.peek(), ...added];
    for (const attachment of added) void attachment.upload();
    return fit.length < files.length ? 'attachments.tooMany' : null;
  }

  /** @param {Attachment} attachment */
  remove(attachment) {
    this.all.value = this.all.peek().filter((one) => one !== attachment);
    attachment.discard();
  }

  /** Removes them all. */
  clear() {
    const all = this.all.peek();
    this.all.value = [];
    for (const attachment of all) attachment.discard();
  }

  /**
   * Returns why they cannot be sent now.
   *
   * @returns {TextKey | null}
   */
  get obstacle() {
    const all = this.all.peek();
    if (all.some(({ state }) => state.peek() === 'failed')) return 'attachments.someFailed';
    const areThere = all.every(({ fileId }) => fileId !== null);
    return areThere || canKeep(all) ? null : 'attachments.tooMuchWaiting';
  }

  /** Returns them, and starts with none. */
  take() {
    const all = this.all.peek();
    this.all.value = [];
    return all;
  }
}
