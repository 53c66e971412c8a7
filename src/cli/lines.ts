import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/* Files in JSON Lines: one object a line, each line ended by a line feed. */

/** Characters that are written at once. */
const BATCH_CHARS = 256 * 1024;
/** The longest line, in bytes. A message with all the reactions that it can have takes some 300 KB. */
const MAX_LINE_BYTES = 4 * 2 ** 20;

/** What a file of lines has. */
export interface LineCount {
  readonly count: number;
  readonly sha256: string;
}

/** Writes a new file of lines. */
export class LineWriter {
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  #count = 0;
  #waiting = '';

  static async open(path: string): Promise<LineWriter> {
    return new LineWriter(await open(path, 'wx', 0o600));
  }

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(lines: readonly object[]): Promise<void> {
    for (const line of lines) {
      this.#waiting += `${JSON.stringify(line)}\n`;
      this.#count += 1;
      if (this.#waiting.length >= BATCH_CHARS) await this.#flush();
    }
  }

  /** Ends the file. Once it resolves, its bytes are on disk. */
  async end(): Promise<LineCount> {
    await this.#flush();
    await this.#file.sync();
    await this.#file.close();
    return { count: this.#count, sha256: this.#hash.digest('hex') };
  }

  /** Closes a file that stays incomplete. */
  async abandon(): Promise<void> {
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = '';
    this.#hash.update(bytes);
    await this.#file.writeFile(bytes);
  }
}

/** A line, as it stands in its file. */
export interface Line {
  /** 1, 2, 3 … */
  readonly number: number;
  readonly bytes: Buffer;
  /** Where the next line begins, in bytes. */
  readonly end: number;
}

/** Where to begin to read: how many lines are before it, and bytes. */
export interface LinePlace {
  readonly line: number;
  readonly offset: number;
}

const LINE_FEED = 10;

/** Reads lines from a place on, also a last one without an end. Empty lines are counted and left out. */
export async function* readLines(path: string, from: LinePlace): AsyncIterable<Line> {
  let { line: number, offset } = from;
  let rest = Buffer.alloc(0);
  const lineOf = (bytes: Buffer, length: number): Line => {
    number += 1;
    offset += length;
    return { number, bytes, end: offset };
  };
  for await (const chunk of createReadStream(path, { start: offset, highWaterMark: 256 * 1024 })) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      const line = lineOf(bytes.subarray(start, end), end + 1 - start);
      start = end + 1;
      if (!isBlank(line.bytes)) yield line;
    }
    rest = Buffer.from(bytes.subarray(start));
    if (rest.length > MAX_LINE_BYTES) {
      throw new LineFault(number + 1, `is longer than ${MAX_LINE_BYTES / 2 ** 20} MiB`);
    }
  }
  if (!isBlank(rest)) yield lineOf(rest, rest.length);
}

const isBlank = (bytes: Buffer) => bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);

/** The object of a line. Throws a `LineFault`. */
export function objectOf({ number, bytes }: Line): object {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch (error) {
    const why = error instanceof TypeError ? 'is no UTF-8' : `is no JSON: ${messageOf(error)}`;
    throw new LineFault(number, why);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LineFault(number, 'is no object');
  }
  return value;
}

/** It leaves out the byte order mark with which some programs begin a file. */
const decoder = new TextDecoder('utf-8', { fatal: true });

const messageOf = (error: unknown) => (error as Error).message;

/** What is wrong with a line. */
export class LineFault extends Error {
  readonly number: number;

  constructor(number: number, why: string) {
    super(why);
    this.number = number;
  }
}
