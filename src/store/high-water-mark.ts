import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * Detects a restored backup. It keeps the last position of the log in a file of DATA_DIR, on SQLite beside the
 * database and written after each commit. A database behind its mark was replaced by an older copy: what comes next there differs from what
 * readers with earlier cursors have seen, so its epoch must change. A database with history and no mark comes
 * from a backup, too. Nothing waits for the mark to reach the disk: after a power cut it can be too small, and
 * never too large.
 */
export class HighWaterMark {
  readonly #fd: number;
  #epoch: string;
  #warned = false;

  /** True where the mark was not set by this database, whose log has come as far as `pos`. */
  static isRestored(file: string, epoch: string, pos: number): boolean {
    const mark = HighWaterMark.read(file);
    return mark === null || mark.epoch !== epoch || mark.pos > pos;
  }

  /** The mark in a file; null where there is none. */
  static read(file: string): { epoch: string; pos: number } | null {
    try {
      const [epoch, pos] = readFileSync(file, 'utf8').split(/\s/);
      return epoch && pos ? { epoch, pos: Number(pos) } : null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return null;
    }
  }

  constructor(file: string, epoch: string, pos: number) {
    // Not truncated: a process that is killed right here leaves the previous mark.
    this.#fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.#epoch = epoch;
    this.set(pos);
  }

  /** Marks another database from now on. */
  rename(epoch: string, pos: number): void {
    this.#epoch = epoch;
    this.set(pos);
  }

  /** Where the write fails, the previous mark stands: too small, and so never wrong. */
  set(pos: number): void {
    try {
      // Padded: what a longer one has left must not be read as a part of it.
      writeSync(this.#fd, `${this.#epoch} ${pos}`.padEnd(60) + '\n', 0);
      this.#warned = false;
    } catch (error) {
      if (!this.#warned) process.emitWarning(`the mark of the log: ${(error as Error).message}`);
      this.#warned = true;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}
