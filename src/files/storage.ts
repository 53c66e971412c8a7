import type { Readable } from 'node:stream';

/** What is kept of a file: its bytes, and of a picture a small copy too. */
export type FilePart = 'content' | 'thumbnail';

/** A part of a file that is being read. It can be read to its end after the file was removed. */
export interface OpenFile {
  /** In bytes. */
  readonly size: number;
  /** Reads bytes from a position on into a buffer; returns how many, 0 at the end. */
  read(buffer: Buffer, position: number): Promise<number>;
  close(): void;
}

/**
 * Where files are kept, by their ids. This is what another storage has to implement. Its errors are those of the system, with a `code`
 * and a `syscall`: whoever calls decides what they mean.
 */
export interface FileStorage {
  /**
   * Writes a new file to the local disk, under a temporary name, and returns its path. The file may be replaced there,
   * and a thumbnail put beside it as `PATH.thumbnail`. Where the content fails, nothing stays. The storage may take the
   * memory of the content: its chunks are empty afterwards.
   */
  stage(id: string, content: Readable): Promise<string>;
  /** Keeps a staged file and its thumbnail. Once it resolves, they survive a crash and a power cut. */
  keep(id: string): Promise<void>;
  /** Opens a part of a file; null where there is none. */
  open(id: string, part: FilePart): Promise<OpenFile | null>;
  /** Removes a file, staged or kept, and its thumbnail. Nothing happens where there is none. */
  remove(id: string): Promise<void>;
  /** The ids of all kept files, or thumbnails, some at a time, in no order. */
  list(): AsyncIterable<readonly string[]>;
  /** The ids of all staged files, in no order. */
  listStaged(): Promise<readonly string[]>;
  /** When a file, staged or kept, was last changed, in milliseconds since 1970; null where there is none. */
  changedAt(id: string): Promise<number | null>;
  /** Names the database whose files these are; null where that was never set. */
  readOwner(): Promise<string | null>;
  /** Sets it. Once it resolves, it survives a crash. */
  writeOwner(owner: string): Promise<void>;
}
