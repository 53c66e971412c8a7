import type { Queue } from '../../counting.ts';
import { ChatError } from '../../protocol/errors.ts';
import type { SearchPage, SearchRequest } from '../search/search.ts';
import { endThread, startThread, type Thread } from '../thread.ts';
import type { SearchAnswer, SearchCall, SearchData } from './search-thread.ts';

/** Searches in progress; beyond that the server is overloaded. */
const MAX_WAITING = 1000;

interface Waiting {
  readonly resolve: (page: SearchPage) => void;
  readonly reject: (error: Error) => void;
}

/** The thread of searches, seen from the main loop. */
export class Searcher {
  readonly #thread: Thread;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #isClosed = false;

  /** `onLost` is called where the thread has died. */
  static async open(data: SearchData, onLost: (error: Error) => void): Promise<Searcher> {
    const thread = await startThread(new URL('./search-thread', import.meta.url), data);
    return new Searcher(thread, onLost);
  }

  private constructor(thread: Thread, onLost: (error: Error) => void) {
    this.#thread = thread;
    thread.port.on('message', (answer: SearchAnswer) => this.#settle(answer));
    thread.worker.on('error', (error) => {
      this.#isClosed = true;
      for (const { reject } of this.#waiting.values()) reject(new ChatError('unavailable'));
      onLost(error);
    });
  }

  /** Searches that are with the thread. */
  queue(): Queue {
    return { waiting: 0, running: this.#waiting.size };
  }

  search(request: SearchRequest): Promise<SearchPage> {
    if (this.#isClosed) return Promise.reject(new ChatError('unavailable', { retryAfter: 1 }));
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(new ChatError('overloaded', { retryAfter: 1 }));
    }
    const id = (this.#lastId += 1);
    this.#thread.port.postMessage({ id, request } satisfies SearchCall);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await endThread(this.#thread);
  }

  #settle(answer: SearchAnswer): void {
    const waiting = this.#waiting.get(answer.id)!;
    this.#waiting.delete(answer.id);
    if ('page' in answer) waiting.resolve(answer.page);
    else if (answer.isUnavailable) waiting.reject(new ChatError('unavailable', { retryAfter: 1 }));
    else waiting.reject(new Error(`A search failed: ${answer.error}`));
  }
}
