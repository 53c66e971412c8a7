import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * Detects a restored backup. It keeps the last position of the log in a file beside the database, written after
 * each commit. A database behind its mark was replaced by an older copy: what comes next there differs from what
 * readers with earlier cursors have seen, so its epoch must change. A database with history and no mark comes
 * from a backup, too. Nothing waits for the mark to reach the disk: after a power cut it can be too small, and
 * never too large.
 */
export class HighWaterMark {
  readonly #fd: number;
  readonly #epoch: string;
  #warned = false;

  /** True where the mark was not set by this database, whose log has come as far as `pos`. */
  static isRestored(file: string, epoch: string, pos: number): boolean {
    const mark = read(file);
    return mark === null || mark.epoch !== epoch || mark.pos > pos;
  }

  constructor(file: string, epoch: string, pos: number) {
    // Not truncated: a process that is killed right here leaves the previous mark.
    this.#fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.#epoch = epoch;
    this.set(pos);
  }

  /** Where the write fails, the previous mark stands: too small, and so never wrong. */
  set(pos: number): void {
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
