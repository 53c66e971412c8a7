import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * How far the log has come, noted beside the database after each commit. A database that is behind
 * its note has been replaced by an older copy: what comes next there is not what readers with
 * cursors of before have seen, so it must go by another name (its epoch changes). A database with
 * history and no note comes from a backup, too. The note is not waited for: a power cut may take
 * the newest notes, which makes it too small and never too large.
 */
export class HighWaterMark {
  readonly #fd: number;
  readonly #epoch: string;
  #warned = false;

  /** True where the database, which has come as far as `pos`, is not the one the note is about. */
  static isRestored(file: string, epoch: string, pos: number): boolean {
    const note = read(file);
    return note === null || note.epoch !== epoch || note.pos > pos;
  }

  constructor(file: string, epoch: string, pos: number) {
    // Not truncated: a process that is killed right here leaves the note of before.
    this.#fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.#epoch = epoch;
    this.note(pos);
  }

  /** Where the disk takes no note, the one of before stands: too small, and so never wrong. */
  note(pos: number): void {
    try {
      writeSync(this.#fd, `${this.#epoch} ${pos}\n`, 0);
      this.#warned = false;
    } catch (error) {
      if (!this.#warned) process.emitWarning(`charla.db-pos: ${(error as Error).message}`);
      this.#warned = true;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function read(file: string): { epoch: string; pos: number } | null {
  try {
    const [epoch, pos] = readFileSync(file, 'utf8').split(/\s/);
    return epoch && pos ? { epoch, pos: Number(pos) } : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return null;
  }
}
