import type { LogEntry } from '../log-entry.ts';
import type { OutputOf } from '../mutation.ts';
import type { IndexMutations } from './fts5-index.ts';

/** How long a sent message waits for others to be indexed with, in milliseconds. */
const GATHER_MS = 3000;
/**
 * Messages that one transaction indexes: an eighth of the backlog, or half of it where a search waits. Larger
 * batches cost less a message, and delay sends for longer.
 */
const MIN_BATCH = 200;
const MAX_BATCH = 1000;
/** Batches between two merges. */
const MAX_UNMERGED = 16;
/**
 * Removals that a search waits for. The shortest runs first, so that an edit is found at once, unless many long
 * messages have just changed.
 */
const MAX_WAITED = 8;
/** How long a stop waits for removals, in milliseconds. */
const MAX_STOP_MS = 2000;

/** Runs one of the index's mutations in the thread that writes. */
export type RunIndexMutation = <K extends keyof IndexMutations>(
  mutation: K,
  input: number | undefined,
  options: { isBackground: boolean },
) => Promise<OutputOf<IndexMutations[K]>>;

/**
 * Keeps the search index up with the log: soon by itself, and at once before a search, which thus finds
 * everything that was acked before.
 */
export class Indexer {
  readonly #run: RunIndexMutation;
  readonly #warn: (error: unknown, message: string) => void;
  /** The newest message that was committed, and how far the index has come. */
  #head: number;
  #indexed = 0;
  #timer: NodeJS.Timeout | null = null;
  /** True from the planning of a run to its end. */
  #isPlanned = false;
  #adding: Promise<void> | null = null;
  /** Whether the index may hold words that no message has any more. */
  #hasRemovals = true;
  #removing: Promise<void> | null = null;
  #isStopped = false;

  /** Continues where a stop has left the index; `head` is the last position of the log. */
  constructor(
    run: RunIndexMutation,
    head: number,
    warn: (error: unknown, message: string) => void,
  ) {
    this.#run = run;
    this.#head = head;
    this.#warn = warn;
    this.#plan(0);
  }

  /** Takes in what was committed. `hasRemovals` where texts were forgotten that the index has. */
  committed(entries: readonly LogEntry[], hasRemovals: boolean): void {
    const last = entries.findLast(({ type }) => type === 'message.created');
    if (last) this.#head = last.pos;
    if (hasRemovals) this.#hasRemovals = true;
    if (last || hasRemovals) this.#plan(GATHER_MS);
  }

  /** How many events of the log, up to the newest message, are not in the index; all, until the first run. */
  get lag(): number {
    return Math.max(0, this.#head - this.#indexed);
  }

  /** Resolves once what was committed before the call is in the index. */
  async caughtUp(): Promise<void> {
    const head = this.#head;
    while (this.#indexed < head && !this.#isStopped) await this.#addOnce({ isBackground: false });
    for (let i = 0; this.#hasRemovals && i < MAX_WAITED && !this.#isStopped; i += 1) {
      await this.#removeOnce({ isBackground: false });
    }
  }

  /**
   * Stops after the removals that can be done in time. Messages that are not indexed yet are indexed after the
   * next start.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    try {
      await this.#adding;
      const end = performance.now() + MAX_STOP_MS;
      while (this.#hasRemovals && performance.now() < end) {
        await this.#removeOnce({ isBackground: false });
      }
    } catch (error) {
      this.#warnAbout(error);
    }
  }

  /** One batch at a time, whoever asks for it. */
  #addOnce(options: { isBackground: boolean }): Promise<void> {
    this.#adding ??= this.#addSome(options).finally(() => (this.#adding = null));
    return this.#adding;
  }

  async #addSome(options: { isBackground: boolean }): Promise<void> {
    const backlog = this.#head - this.#indexed;
    const part = Math.ceil(backlog / (options.isBackground ? 8 : 2));
    const limit = Math.min(Math.max(part, MIN_BATCH), MAX_BATCH);
    const { pos } = await this.#run('addToIndex', limit, options);
    this.#indexed = pos;
  }

  /** One removal at a time, whoever asks for it. */
  #removeOnce(options: { isBackground: boolean }): Promise<void> {
    this.#removing ??= this.#removeSome(options).finally(() => (this.#removing = null));
    return this.#removing;
  }

  async #removeSome(options: { isBackground: boolean }): Promise<void> {
    this.#hasRemovals = await this.#run('removeFromIndex', undefined, options);
  }

  /** Indexes what there is now, and merges in between; searches do not wait for merges. */
  async #indexAll(): Promise<void> {
    const head = this.#head;
    let batches = 0;
    let isDone = false;
    do {
      if (this.#indexed < head) await this.#addOnce({ isBackground: true });
      if (this.#hasRemovals && !this.#isStopped) await this.#removeOnce({ isBackground: true });
      batches += 1;
      isDone = this.#indexed >= head && !this.#hasRemovals;
      if (batches % MAX_UNMERGED === 0 || isDone) await this.#merge();
    } while (!isDone && !this.#isStopped);
  }

  async #merge(): Promise<void> {
    const options = { isBackground: true };
    while (!this.#isStopped && (await this.#run('mergeIndex', undefined, options)));
  }

  #plan(ms: number): void {
    if (this.#isStopped || this.#isPlanned) return;
    this.#isPlanned = true;
    this.#timer = setTimeout(() => void this.#keepUp(), ms).unref();
  }

  async #keepUp(): Promise<void> {
    try {
      await this.#indexAll();
      this.#isPlanned = false;
      if (this.#indexed < this.#head || this.#hasRemovals) this.#plan(GATHER_MS);
    } catch (error) {
      this.#isPlanned = false;
      if (this.#isStopped) return;
      this.#warnAbout(error);
      this.#plan(GATHER_MS);
    }
  }

  #warnAbout(error: unknown): void {
    this.#warn(error, 'the search index could not be brought up to date');
  }
}
