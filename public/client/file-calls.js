// @ts-check
/** @import { FileLink } from '../../src/protocol/files.ts' */
/** @import { FileInfo } from '../../src/protocol/resources.ts' */
/** @import { Send } from './api.js' */
/** @import { OnProgress } from './upload.js' */
import { path } from './path.js';

/**
 * @typedef {object} UploadOptions
 * @property {string} [name] for the readers; without it, that of a `File`
 * @property {OnProgress} [onProgress] called in browsers
 * @property {AbortSignal} [signal] ends the upload; the call rejects with its reason
 */

/** The calls about pictures and files. */
export class FileCalls {
  #send;

  /** @param {Send} send */
  constructor(send) {
    this.#send = send;
  }

  /**
   * @param {string} roomId
   * @param {Blob} blob
   * @param {UploadOptions} [options]
   */
  async upload(roomId, blob, { name = nameOf(blob), onProgress, signal } = {}) {
    const body = new FormData();
    body.append('file', blob, name);
    const options = { body, onProgress, signal };
    return /** @type {FileInfo} */ (await this.#send('POST', path`rooms/${roomId}/files`, options));
  }

  /** @param {string} fileId */
  async link(fileId) {
    return /** @type {FileLink} */ (await this.#send('POST', path`files/${fileId}/link`));
  }

  /** @param {string} fileId */
  async delete(fileId) {
    await this.#send('DELETE', path`files/${fileId}`);
  }
}

/** @param {Blob} blob */
const nameOf = (blob) => ('name' in blob && typeof blob.name === 'string' ? blob.name : 'file');
