import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, opendir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilePart, FileStorage, OpenFile } from '../files/storage.ts';
import { sync } from './new-folder.ts';

/*
 * The bytes of files in an export: `files/ID`, and `files/ID.thumbnail` of a picture. Files never change, so those that
 * a killed run has copied are not copied again.
 */

export const FILES = 'files';
/** Those of a killed run. */
const BEFORE = 'files.before';
/** What a killed run has left, and the next one uses. */
export const KEPT = [FILES, BEFORE];
export const THUMBNAIL = '.thumbnail';

/** How much is read at once, in bytes. */
const CHUNK = 256 * 1024;

/** A file that was copied. */
interface Copied {
  readonly size: number;
  readonly sha256: string;
}

/** Copies files to the folder of an export. */
export class FileCopies {
  readonly #from: FileStorage | null;
  readonly #to: string;
  readonly #before: string;

  /** `from` is null where there is no FILES_DIR. */
  static async open(from: FileStorage | null, folder: string): Promise<FileCopies> {
    const copies = new FileCopies(from, folder);
    await mkdir(copies.#before, { recursive: true, mode: 0o700 });
    await mkdir(copies.#to, { recursive: true, mode: 0o700 });
    for await (const { name } of await opendir(copies.#to)) {
      await rename(join(copies.#to, name), join(copies.#before, name));
    }
    return copies;
  }

  private constructor(from: FileStorage | null, folder: string) {
    this.#from = from;
    this.#to = join(folder, FILES);
    this.#before = join(folder, BEFORE);
  }

  /** Copies a file and its thumbnail; null where its bytes are gone. */
  async copy(id: string): Promise<Copied | null> {
    const copied = await this.#copyPart(id, 'content', id);
    if (copied) await this.#copyPart(id, 'thumbnail', id + THUMBNAIL);
    return copied;
  }

  /** Removes what is no part of this export. Once it resolves, the names of the copies are on disk. */
  async finish(): Promise<void> {
    await rm(this.#before, { recursive: true });
    await sync(this.#to);
  }

  async #copyPart(id: string, part: FilePart, name: string): Promise<Copied | null> {
    const source = (await this.#from?.open(id, part)) ?? null;
    if (!source) return null;
    try {
      const before = join(this.#before, name);
      const to = join(this.#to, name);
      const known = await hashOfSize(before, source.size);
      if (known !== null) {
        await rename(before, to);
        return { size: source.size, sha256: known };
      }
      const sha256 = await write(source, `${before}.part`);
      await rename(`${before}.part`, to);
      return { size: source.size, sha256 };
    } finally {
      source.close();
    }
  }
}

/** Writes a file; returns the SHA-256 of its bytes, which are on disk. */
async function write(source: OpenFile, path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w', 0o600);
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    let position = 0;
    for (;;) {
      const bytes = await source.read(buffer, position);
      if (bytes === 0) break;
      position += bytes;
      hash.update(buffer.subarray(0, bytes));
      await file.writeFile(buffer.subarray(0, bytes));
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** The SHA-256 of a file of this size; null where there is none. */
async function hashOfSize(path: string, size: number): Promise<string | null> {
  const file = await openOwn(path);
  if (!file) return null;
  try {
    if ((await file.stat()).size !== size) return null;
    const hash = createHash('sha256');
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      hash.update(chunk as Buffer);
    }
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

/** Opens a regular file, and not what a link leads to; null where there is none. */
export async function openOwn(path: string) {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ELOOP') throw error;
    return null;
  }
}
