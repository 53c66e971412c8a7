// @ts-check
/** @import { FileInfo } from '../../../src/protocol/resources.ts' */
/** @import { Refusal } from '../../i18n/refusals.js' */
/** @import { StoredFile } from '../storage/database.js' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';
import { randomId } from '../../client/random-id.js';
import { kindOf } from '../../shared/files.js';
import { api } from '../client.js';

/** @typedef {'waiting' | 'uploading' | 'uploaded' | 'failed'} UploadState `failed`: for good, unless somebody retries */

/** The proportions of a picture until they are known, in pixels. */
const GUESS = { width: 400, height: 300 };

/** A file that somebody has chosen for a message, on its way to the server. */
export class Attachment {
  /** @type {Signal<UploadState>} */
  state;
  /** How much of it has gone out, from 0 to 1. */
  progress = signal(0);
  /** @type {Signal<Refusal | null>} why it failed or waits */
  trouble = signal(null);
  alt;
  /** @type {string | null} its id on the server, once it is there */
  fileId;
  /** Whether the database keeps its bytes until its message has arrived. */
  isKept;
  /** The size of a picture in pixels; null where it is none. @type {Signal<typeof GUESS | null>} */
  box;
  /** Ends its upload, while there is one. @type {(() => void) | null} */
  onStop = null;
  #isWanted = false;
  /** @type {string | null} */
  #preview = null;

  /**
   * @param {string} roomId
   * @param {Omit<StoredFile, 'key'> & { key?: string, blob: Blob | null, isKept?: boolean }} file `blob`: null where
   *   its bytes are lost
   */
  constructor(roomId, { key = randomId(), name, size, type, alt, fileId, blob, isKept = false }) {
    this.roomId = roomId;
    this.key = key;
    this.name = name;
    this.size = size;
    this.type = type;
    this.blob = blob;
    this.isKept = isKept;
    this.alt = signal(alt);
    this.fileId = fileId;
    this.state = signal(fileId === null ? 'waiting' : 'uploaded');
    const mayBePicture = blob !== null && kindOf({ type, width: 1 }) === 'picture';
    this.box = signal(mayBePicture ? GUESS : null);
    if (mayBePicture) this.#measure();
  }

  #measure() {
    const image = new Image();
    image.addEventListener('load', () => {
      this.box.value = { width: image.naturalWidth, height: image.naturalHeight };
    });
    // No picture after all, or none that the browser can show.
    image.addEventListener('error', () => (this.box.value = null));
    image.src = this.preview ?? '';
  }

  /** Uploads it, unless that is under way or done. Resolves when the upload has ended, however it has. */
  async upload() {
    this.#isWanted = true;
    const uploads = await import('./uploads.js').catch(() => null);
    if (!this.#isWanted) return;
    if (uploads) return uploads.upload(this);
    // A file of the page did not arrive.
    this.trouble.value = { code: 'unreachable', message: '' };
    this.state.value = 'failed';
  }

  /** Ends its upload. */
  stop() {
    this.#isWanted = false;
    this.onStop?.();
  }

  /** Nobody sends it: the server shall forget it. */
  discard() {
    this.stop();
    this.dispose();
    // Where this fails, the server deletes the file after a day.
    if (this.fileId !== null) api.files.delete(this.fileId).catch(() => {});
  }

  /** What the database keeps of it, beside its bytes. */
  get stored() {
    const { key, name, size, type, fileId } = this;
    return { key, name, size, type, fileId, alt: this.alt.peek() };
  }

  /** What readers will receive of it, as far as that is known. @returns {FileInfo} */
  get info() {
    const { width = null, height = null } = this.box.value ?? {};
    const { key, fileId, name, type, size } = this;
    const alt = this.alt.value || null;
    return { id: fileId ?? key, name, type, size, width, height, alt, createdAt: '' };
  }

  /** A URL of the picture for as long as it is shown; null for other files. */
  get preview() {
    if (!this.blob || this.box.value === null) return null;
    this.#preview ??= URL.createObjectURL(this.blob);
    return this.#preview;
  }

  /** Nobody looks at it any more. */
  dispose() {
    if (this.#preview) URL.revokeObjectURL(this.#preview);
    this.#preview = null;
  }
}
