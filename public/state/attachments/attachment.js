// @ts-check
/** @import { Refusal } from '../../i18n/refusals.js' */
/** @import { StoredFile } from '../storage/database.js' */
/** @import { Signal } from '@preact/signals-core' */
import { signal } from '@preact/signals-core';
import { randomId } from '../../client/random-id.js';

/** @typedef {'waiting' | 'uploading' | 'uploaded' | 'failed'} UploadState `failed`: for good, unless somebody retries */

/** What the server shows as a picture, and browsers can. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

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
  }

  /** What the database keeps of it, beside its bytes. */
  get stored() {
    const { key, name, size, type, fileId } = this;
    return { key, name, size, type, fileId, alt: this.alt.peek() };
  }

  /** A URL of the picture for as long as it is shown; null for other files. */
  get preview() {
    if (this.blob && PICTURES.has(this.type)) this.#preview ??= URL.createObjectURL(this.blob);
    return this.#preview;
  }

  /** Nobody looks at it any more. */
  dispose() {
    if (this.#preview) URL.revokeObjectURL(this.#preview);
    this.#preview = null;
  }
}
