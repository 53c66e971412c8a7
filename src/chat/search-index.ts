import type { LogEntry } from '../store/queries/log.ts';
import type { Store } from '../store/store.ts';
import type { ChatMutations } from './mutations.ts';

/** How long what was sent waits for more to be indexed with, in milliseconds. */
const GATHER_MS = 3000;
/**
 * Messages that are indexed in one transaction: an eighth of what is behind, or half of it where a
 * search waits. Many at once cost less, and hold up sends for longer.
 */
const MIN_BATCH = 200;
const MAX_BATCH = 1000;
/** Batches between two tidyings. */
const MAX_UNTIDY = 16;
/**
 * Parts of what is not said any more that a search waits for. The shortest goes first, so an edit is found
 * at once, unless many have just changed long messages.
 */
const MAX_WAITED = 8;
/** How long a stop waits for them, in milliseconds. */
const MAX_STOP_MS = 2000;

/**
 * Keeps the search index up with the log: soon by itself, and at once for whoever searches, so that a
 * search finds everything that was acked before.
 */
export class SearchIndex {
  readonly #store: Store<ChatMutations>;
  readonly #onError: (error: unknown) => void;
  /** The newest message that was committed, and how far the index has come. */
  #head = 0;
  #indexed = 0;
  #timer: NodeJS.Timeout | null = null;
  /** True from the planning of a run to its end. */
  #planned = false;
  #underWay: Promise<void> | null = null;
  /** Whether the index may hold words that are not said any more. */
  #hasRemovals = false;
  #removal: Promise<void> | null = null;
  #stopped = false;

  constructor(store: Store<ChatMutations>, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Goes on where a stop has left it; `head` is the last position of the log. */
  start(head: number): void {
    this.#head = Math.max(this.#head, head);
    this.#hasRemovals = true;
    this.#plan(0);
  }

  /** Takes note of what was committed. */
  note(entries: readonly LogEntry[]): void {
    const last = entries.findLast(({ type }) => type === 'message.created');
    if (last) this.#head = last.pos;
    if (last) this.#plan(GATHER_MS);
    const isChanged = entries.some(({ type }) => /^message\.(?:edited|deleted)$/.test(type));
    if (isChanged) this.noteRemovals();
  }

  /** Takes note that messages say something else now, or nothing any more. */
  noteRemovals(): void {
    this.#hasRemovals = true;
    this.#plan(GATHER_MS);
  }

  /** Resolves once what was committed before the call is in the index. */
  async caughtUp(): Promise<void> {
    const head = this.#head;
    while (this.#indexed < head && !this.#stopped) await this.#indexOnce({ isChore: false });
    for (let parts = 0; this.#hasRemovals && parts < MAX_WAITED && !this.#stopped; parts += 1) {
      await this.#removeOnce({ isChore: false });
    }
  }

  /**
   * What is left goes in at the next start. What is not said any more is taken out before, in so far as
   * there is time for it.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    try {
      await this.#underWay;
      await this.#store.settled();
      const end = performance.now() + MAX_STOP_MS;
      while (this.#hasRemovals && performance.now() < end)
        await this.#removeOnce({ isChore: false });
    } catch (error) {
      this.#onError(error);
    }
  }

  /** One batch at a time, whoever asks for it. */
  #indexOnce(options: { isChore: boolean }): Promise<void> {
    this.#underWay ??= this.#indexSome(options).finally(() => (this.#underWay = null));
    return this.#underWay;
  }

  async #indexSome(options: { isChore: boolean }): Promise<void> {
    const behind = this.#head - this.#indexed;
    const part = Math.ceil(behind / (options.isChore ? 8 : 2));
    const limit = Math.min(Math.max(part, MIN_BATCH), MAX_BATCH);
    const { pos } = await this.#store.mutate('indexMessages', limit, options);
    this.#indexed = pos;
  }

  /** One part at a time, whoever asks for it. */
  #removeOnce(options: { isChore: boolean }): Promise<void> {
    this.#removal ??= this.#removeSome(options).finally(() => (this.#removal = null));
    return this.#removal;
  }

  async #removeSome(options: { isChore: boolean }): Promise<void> {
    this.#hasRemovals = await this.#store.mutate('removeWords', undefined, options);
  }

  /** Indexes what there is now, and tidies up behind itself; searches do not wait for that. */
  async #tend(): Promise<void> {
    const head = this.#head;
    let batches = 0;
    let isDone = false;
    do {
      if (this.#indexed < head) await this.#indexOnce({ isChore: true });
      if (this.#hasRemovals && !this.#stopped) await this.#removeOnce({ isChore: true });
      batches += 1;
      isDone = this.#indexed >= head && !this.#hasRemovals;
      if (batches % MAX_UNTIDY === 0 || isDone) await this.#tidy();
    } while (!isDone && !this.#stopped);
  }

  async #tidy(): Promise<void> {
    while (!this.#stopped && (await this.#store.mutate('tidyIndex', undefined, { isChore: true })));
  }

  #plan(ms: number): void {
    if (this.#stopped || this.#planned) return;
    this.#planned = true;
    this.#timer = setTimeout(() => void this.#keepUp(), ms).unref();
  }

  async #keepUp(): Promise<void> {
    try {
      await this.#tend();
      this.#planned = false;
      if (this.#indexed < this.#head || this.#hasRemovals) this.#plan(GATHER_MS);
    } catch (error) {
      this.#planned = false;
      if (this.#stopped) return;
      this.#onError(error);
      this.#plan(GATHER_MS);
    }
  }
}
