import type { FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { callbackify } from 'node:util';
import type { Turns } from './turns.ts';

/** Bytes that wait for a write: more cost memory for each upload, and save no time. */
const WAITING_BYTES = 256 * 1024;
/** After so many bytes a file waits for the disk: a commit of the database would have to wait for all of them. */
const SYNC_BYTES = 4 * 2 ** 20;

/**
 * Writes a file, of which nothing is copied on the way. Its writes take turns with those of others, and what waits for
 * its turn is read no further: a few uploads at a time take the CPU and the disk, however many there are.
 */
export class FileWriter extends Writable {
  readonly #file: FileHandle;
  readonly #turns: Turns;
  #unsynced = 0;

  /** The caller closes the file. */
  constructor(file: FileHandle, turns: Turns) {
    super({ highWaterMark: WAITING_BYTES, decodeStrings: true });
    this.#file = file;
    this.#turns = turns;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#flush([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error) => void): void {
    this.#flush(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  #flush(chunks: Buffer[], done: (error?: Error) => void): void {
    callbackify(() => this.#turns.run(() => this.#writeAll(chunks)))(done);
  }

  async #writeAll(chunks: Buffer[]): Promise<void> {
    const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
    const { bytesWritten } = await this.#file.writev(chunks);
    // A disk that is nearly full takes a part; the next write says why.
    if (bytesWritten < bytes) {
      await this.#file.writeFile(Buffer.concat(chunks).subarray(bytesWritten));
    }
    this.#unsynced += bytes;
    if (this.#unsynced < SYNC_BYTES) return;
    this.#unsynced = 0;
    await this.#file.datasync();
  }
}
