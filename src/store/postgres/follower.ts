import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry } from '../log-entry.ts';
import type { LogPage } from '../queries/replay.ts';
import { fromPayload, positionsOf } from './notification.ts';

/** How long news that is missing may still be on its way, in milliseconds, before the log is read instead. */
const ON_ITS_WAY_MS = 25;
/** How long an ack waits for entries that were committed before, in milliseconds. It is on disk in any case. */
const MAX_WAIT_MS = 2000;
const RETRY_MS = 250;

export interface FollowerOptions {
  /** The last position of the log; what comes after it is delivered. */
  readonly pos: number;
  /** Reads the log after a position; `more` tells whether there is more. */
  readonly read: (after: number) => Promise<LogPage>;
  readonly deliver: (entries: readonly LogEntry[]) => void;
  /** Called for what fails and is tried again. */
  readonly warn: (error: unknown, message: string) => void;
}

/**
 * Delivers what all nodes commit, once and in order. Positions are 1, 2, 3 …, so it knows when news is missing, and
 * then reads the log.
 */
export class Follower {
  readonly #options: FollowerOptions;
  #pos: number;
  /** The last position that it has heard of. */
  #known: number;
  #timer: NodeJS.Timeout | null = null;
  #reading: Promise<void> | null = null;
  #waiting: { readonly pos: number; readonly resolve: () => void }[] = [];
  #isClosed = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#pos = options.pos;
    this.#known = options.pos;
  }

  /** The last position that was delivered. */
  get pos(): number {
    return this.#pos;
  }

  /** Takes what a node has committed, as PostgreSQL notifies it. */
  hear(payload: string): void {
    // The node's own entries have usually been delivered already. What another program notifies has no positions.
    if (!(positionsOf(payload).last > this.#pos)) return;
    const { first, last, entries } = fromPayload(payload);
    this.#take(first, last, entries);
  }

  /**
   * Takes what this node has committed, in one transaction or several, between which others may have committed.
   * Returns a promise where something that was committed before is missing; it resolves once all of it is delivered,
   * or after some seconds.
   */
  committed(entries: readonly LogEntry[]): Promise<void> | undefined {
    const last = entries.at(-1);
    if (!last) return undefined;
    for (const run of runsOf(entries)) this.#take(run[0]!.pos, run.at(-1)!.pos, run);
    return last.pos <= this.#pos ? undefined : this.reached(last.pos);
  }

  /** Resolves once everything up to a position is delivered, or after some seconds. */
  async reached(pos: number): Promise<void> {
    if (pos <= this.#pos) return;
    this.#miss(pos);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#waiting.push({ pos, resolve });
      timer = setTimeout(resolve, MAX_WAIT_MS);
    });
    clearTimeout(timer);
  }

  /** Reads what it has not heard, up to the end of the log: news may have been lost. */
  catchUp(): Promise<void> {
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = null;
      if (this.#known > this.#pos && !this.#isClosed) this.#miss(this.#known);
    });
    return this.#reading;
  }

  /** Starts anew at a position of another database. */
  reset(pos: number): void {
    this.#pos = pos;
    this.#known = pos;
    this.#wake(Number.MAX_SAFE_INTEGER);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#wake(Number.MAX_SAFE_INTEGER);
  }

  #take(first: number, last: number, entries: readonly LogEntry[] | null): void {
    if (this.#reading || first > this.#pos + 1) return this.#miss(last);
    if (entries === null) {
      this.#known = Math.max(this.#known, last);
      return void this.catchUp();
    }
    const unseen = first > this.#pos ? entries : entries.filter(({ pos }) => pos > this.#pos);
    if (unseen.length > 0) this.#deliver(unseen, last);
  }

  #deliver(entries: readonly LogEntry[], pos: number): void {
    this.#pos = Math.max(this.#pos, pos);
    this.#known = Math.max(this.#known, this.#pos);
    if (entries.length > 0) this.#options.deliver(entries);
    this.#wake(this.#pos);
  }

  #miss(pos: number): void {
    this.#known = Math.max(this.#known, pos);
    if (this.#reading || this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (this.#known > this.#pos) void this.catchUp();
    }, ON_ITS_WAY_MS);
  }

  async #readAll(): Promise<void> {
    let isWarned = false;
    for (let more = true; more && !this.#isClosed;) {
      try {
        const after = this.#pos;
        // What it has heard of is in the log by now, or was never true. What it hears from now on may not be read.
        this.#known = after;
        const page = await this.#options.read(after);
        // A reset has come in between.
        if (after !== this.#pos) continue;
        this.#deliver(page.entries, page.cursor);
        ({ more } = page);
      } catch (error) {
        if (!isWarned) this.#options.warn(error, 'the log could not be read; trying again');
        isWarned = true;
        await sleep(RETRY_MS, null, { ref: false });
      }
    }
  }

  #wake(pos: number): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((one) => one.pos > pos);
    for (const one of waiting) if (one.pos <= pos) one.resolve();
  }
}

/** Cuts entries where others have committed in between: the positions of a run have no hole. */
function* runsOf(entries: readonly LogEntry[]): Generator<readonly LogEntry[]> {
  let start = 0;
  for (let i = 1; i <= entries.length; i += 1) {
    if (i < entries.length && entries[i]!.pos === entries[i - 1]!.pos + 1) continue;
    yield entries.slice(start, i);
    start = i;
  }
}
