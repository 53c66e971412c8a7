import type { FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { callbackify } from 'node:util';
import type { Turns } from './turns.ts';

/** Bytes of one write, and chunks: many small ones would take more memory than their bytes. */
const BATCH_BYTES = 256 * 1024;
const BATCH_CHUNKS = 64;
/** Bytes that wait while a batch is written: more cost memory for each upload, and save no time. */
const WAITING_BYTES = 64 * 1024;
/** After so many bytes a file waits for the disk: a commit of the database would have to wait for all of them. */
const SYNC_BYTES = 2 * 2 ** 20;
/** Chunks of so many bytes have memory of their own. Smaller ones may share it with others. */
const OWN_BYTES = 16 * 1024;

/** The turns of all files that are written: to copy bytes to the system, and to wait until the disk has them. */
export interface WriterTurns {
  readonly writing: Turns;
  readonly syncing: Turns;
}

/**
 * Writes a file. Its writes take turns with those of others, and what waits for its turn is read no further: a few
 * uploads at a time take the CPU and the disk, however many there are.
 *
 * It takes the memory of the chunks, which are empty once they are written. The garbage collector would leave it until
 * tens of MiB have piled up, and then look through the whole heap: half the CPU of an upload, and pauses for all others.
 */
export class FileWriter extends Writable {
  readonly #file: FileHandle;
  readonly #turns: WriterTurns;
  #batch: Buffer[] = [];
  #bytes = 0;
  #unsynced = 0;

  /** The caller closes the file. */
  constructor(file: FileHandle, turns: WriterTurns) {
    super({ highWaterMark: WAITING_BYTES, decodeStrings: true });
    this.#file = file;
    this.#turns = turns;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#batch.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < BATCH_BYTES && this.#batch.length < BATCH_CHUNKS) done();
    else this.#flush(done);
  }

  override _final(done: (error?: Error) => void): void {
    if (this.#bytes === 0) done();
    else this.#flush(done);
  }

  #flush(done: (error?: Error) => void): void {
    callbackify(() => this.#writeInTurn())(done);
  }

  async #writeInTurn(): Promise<void> {
    const { writing, syncing } = this.#turns;
    await writing.run(() => this.#writeBatch());
    if (this.#unsynced < SYNC_BYTES) return;
    this.#unsynced = 0;
    await syncing.run(() => this.#file.datasync());
  }

  async #writeBatch(): Promise<void> {
    const [batch, bytes] = [this.#batch, this.#bytes];
    [this.#batch, this.#bytes] = [[], 0];
    const { bytesWritten } = await this.#file.writev(batch);
    // A disk that is nearly full takes a part; the next write says why.
    if (bytesWritten < bytes) {
      await this.#file.writeFile(Buffer.concat(batch).subarray(bytesWritten));
    }
    batch.forEach(free);
    this.#unsynced += bytes;
  }
}

function free({ length, buffer }: Buffer): void {
  const isOwn = length >= OWN_BYTES && length * 2 > buffer.byteLength;
  if (isOwn && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
