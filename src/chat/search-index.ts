import type { LogEntry } from '../store/log.ts';
import type { Store } from '../store/store.ts';
import type { ChatActs } from './acts.ts';

/** How long what was sent waits for more to be indexed with, in milliseconds. */
const GATHER_MS = 1000;

/**
 * Keeps the search index up with the log: soon by itself, and at once for whoever searches, so that a
 * search finds everything that was acked before.
 */
export class SearchIndex {
  readonly #store: Store<ChatActs>;
  readonly #onError: (error: unknown) => void;
  /** The newest message that was committed, and how far the index has come. */
  #head = 0;
  #indexed = 0;
  #timer: NodeJS.Timeout | null = null;
  #underWay: Promise<void> | null = null;
  #stopped = false;

  constructor(store: Store<ChatActs>, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Goes on where a stop has left it; `head` is the last position of the log. */
  start(head: number): void {
    this.#head = Math.max(this.#head, head);
    this.#plan(0);
  }

  /** Takes note of what was committed. */
  note(entries: readonly LogEntry[]): void {
    const last = entries.findLast(({ type }) => type === 'message.created');
    if (!last) return;
    this.#head = last.pos;
    this.#plan(GATHER_MS);
  }

  /** Resolves once what was committed before the call is in the index. */
  async caughtUp(): Promise<void> {
    const head = this.#head;
    while (this.#indexed < head && !this.#stopped) {
      this.#underWay ??= this.#indexSome().finally(() => (this.#underWay = null));
      await this.#underWay;
    }
  }

  /** What is left goes in at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#underWay?.catch(this.#onError);
  }

  async #indexSome(): Promise<void> {
    const { pos } = await this.#store.write('indexMessages', undefined);
    this.#indexed = pos;
  }

  #plan(ms: number): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.caughtUp().catch((error: unknown) => {
        this.#onError(error);
        this.#plan(GATHER_MS);
      });
    }, ms).unref();
  }
}
