import { rm, stat } from 'node:fs/promises';
import type { Queue } from '../counting.ts';
import type { Share } from '../fair-queue.ts';
import { ChatError } from '../protocol/errors.ts';
import {
  cleaned,
  COPY,
  harmless,
  THUMBNAIL,
  UnfitPicture,
  type PictureFormat,
  type PictureSize,
} from './picture-formats.ts';
import { Pictures } from './pictures.ts';
import { typeOf } from './type.ts';

/** What a file is, by its bytes. */
export interface Inspected {
  readonly type: string;
  /** In bytes: of a picture, of its clean copy. */
  readonly size: number;
  /** In pixels; null for all but pictures that were cleaned. */
  readonly width: number | null;
  readonly height: number | null;
}

/** Finds out what files are, and cleans pictures. */
export class Media {
  readonly #pictures = new Pictures();

  /**
   * Inspects a file. Replaces a picture by its clean copy (oriented, without metadata), which is on disk, as is its
   * thumbnail, a WebP at `path` with `.thumbnail`; their folder is not. Throws `validation_failed` for a picture that
   * cannot be read, cleaned or is too large, and `overloaded` where too many wait.
   */
  async inspect(path: string, share: Share): Promise<Inspected> {
    const type = await typeOf(path);
    const format = cleaned.get(type);
    if (!format && type.startsWith('image/') && !harmless.has(type)) {
      const message = `is of a type that can tell a place (${type}); send it as JPEG, PNG or WebP`;
      throw unfit(message);
    }
    const picture = format && (await this.#clean(path, format, share));
    const { size } = await stat(path);
    return {
      // An APNG has become a PNG.
      type: format ? `image/${format}` : type,
      size,
      width: picture?.width ?? null,
      height: picture?.height ?? null,
    };
  }

  /** Pictures that wait to be cleaned, and those that are being cleaned. */
  queue(): Queue {
    return this.#pictures.queue();
  }

  async #clean(path: string, format: PictureFormat, share: Share): Promise<PictureSize> {
    try {
      return await this.#pictures.clean({ path, format }, share);
    } catch (error) {
      await Promise.all([COPY, THUMBNAIL].map((end) => rm(`${path}${end}`, { force: true })));
      throw error instanceof UnfitPicture ? unfit(error.message) : error;
    }
  }

  close(): Promise<void> {
    return this.#pictures.close();
  }
}

const unfit = (message: string) =>
  new ChatError('validation_failed', { details: [{ path: '/file', message }] });
