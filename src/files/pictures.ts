import type { Queue } from '../counting.ts';
import { FairQueue, type Share } from '../fair-queue.ts';
import { ChatError } from '../protocol/errors.ts';
import { UnfitPicture, type PictureSize } from './picture-formats.ts';
import { PictureProcess } from './picture-process.ts';
import type { Job, Outcome } from './picture-worker.ts';

/** Pictures that may wait for a process. Most take less than a second. */
const MAX_WAITING = 50;
/** Pictures at once: bounds the memory, since a large one takes some 500 MB. */
const MAX_PROCESSES = 2;
/** How long a picture may take, in milliseconds: a large animation takes a minute of one core. */
const TIMEOUT = 120_000;
/** A process without pictures ends after this time, in milliseconds: it takes 60 to 250 MB. */
const IDLE_TIME = 30_000;

interface Waiting {
  readonly job: Job;
  readonly resolve: (size: PictureSize) => void;
  readonly reject: (error: unknown) => void;
}

/** Cleans pictures in processes of their own, for one address after the other. */
export class Pictures {
  readonly #waiting = new FairQueue<Waiting>(MAX_WAITING);
  readonly #busy = new Set<PictureProcess>();
  /** With the timers that end them. */
  readonly #idle = new Map<PictureProcess, NodeJS.Timeout>();
  #isClosed = false;

  /**
   * Replaces a picture by its clean copy, with a thumbnail beside it. Throws `UnfitPicture` for one that cannot be
   * read, is too large or takes too long, and `overloaded` where too many wait.
   */
  clean(job: Job, share: Share): Promise<PictureSize> {
    return new Promise((resolve, reject) => {
      const dropped = this.#waiting.add({ job, resolve, reject }, share);
      dropped?.reject(new ChatError('overloaded', { retryAfter: 5 }));
      this.#startNext();
    });
  }

  /** Pictures that wait for a process, and those in one. */
  queue(): Queue {
    return { waiting: this.#waiting.size, running: this.#busy.size };
  }

  /** Ends the processes; what they work on, and what waits, is rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#startNext();
    for (const timer of this.#idle.values()) clearTimeout(timer);
    await Promise.all([...this.#busy, ...this.#idle.keys()].map((one) => one.end()));
  }

  #startNext(): void {
    if (!this.#isClosed && this.#busy.size === MAX_PROCESSES) return;
    const next = this.#waiting.next();
    if (!next) return;
    if (this.#isClosed) next.reject(new ChatError('shutting_down'));
    else void this.#run(next);
    this.#startNext();
  }

  async #run(waiting: Waiting): Promise<void> {
    const { job, resolve, reject } = waiting;
    const idle = this.#takeIdle();
    const process = idle ?? new PictureProcess();
    this.#busy.add(process);
    const result = await process.clean(job, TIMEOUT);
    this.#busy.delete(process);
    // It had ended while it was idle, which says nothing about the picture.
    if (result === null && idle && !this.#isClosed) return this.#run(waiting);
    const outcome = result ?? (await process.ended);
    if ('size' in outcome) resolve(outcome.size);
    else reject(this.#isClosed ? new ChatError('shutting_down') : errorOf(outcome));
    if (process.isAlive && !this.#isClosed) this.#keepIdle(process);
    this.#startNext();
  }

  #takeIdle(): PictureProcess | undefined {
    const process = [...this.#idle.keys()].find(({ isAlive }) => isAlive);
    if (process) this.#forget(process);
    return process;
  }

  #keepIdle(process: PictureProcess): void {
    this.#idle.set(
      process,
      setTimeout(() => void process.end(), IDLE_TIME),
    );
    void process.ended.finally(() => this.#forget(process));
  }

  #forget(process: PictureProcess): void {
    clearTimeout(this.#idle.get(process));
    this.#idle.delete(process);
  }
}

function errorOf(outcome: Exclude<Outcome, { size: PictureSize }>): Error {
  if ('unfit' in outcome) return new UnfitPicture(outcome.unfit);
  const { failed, code, syscall } = outcome;
  return Object.assign(new Error(failed), { code, syscall });
}
