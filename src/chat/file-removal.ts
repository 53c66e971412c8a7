import { listRemovals } from '../store/queries/files.ts';
import type { Services } from './services.ts';

/** Times in milliseconds; tests shorten them. */
export interface FileTimes {
  /** How often files are looked for that have to go. */
  readonly checkMs: number;
  /** How long a file may stay that no message carries. */
  readonly unsentMs: number;
}

const FILE_TIMES: FileTimes = { checkMs: 30_000, unsentMs: 24 * 3_600_000 };

/** How many files are removed before the database forgets them. */
const PAGE = 100;

type Used = Pick<Services, 'store' | 'log' | 'storage'>;

/**
 * Removes the files whose rows were deleted. The node that has deleted some is woken, so that they are gone within a
 * second; the leader tries again what could not be removed, and deletes the files that nobody sends.
 */
export class FileRemoval {
  readonly #services: Used;
  readonly #times: FileTimes;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #isDue = false;
  #isCheckDue = false;
  #isStopped = false;

  constructor(services: Used, times: FileTimes = FILE_TIMES) {
    this.#services = services;
    this.#times = times;
  }

  start(): void {
    this.#timer = setInterval(() => this.#check(), this.#times.checkMs).unref();
    this.#check();
  }

  /** Call it once rows were deleted. */
  wake(): void {
    this.#isDue = true;
    if (!this.#isStopped) this.#running ??= this.#run().finally(() => (this.#running = null));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
  }

  #check(): void {
    if (!this.#services.store.cluster.isLeader()) return;
    this.#isCheckDue = true;
    this.wake();
  }

  async #run(): Promise<void> {
    try {
      while (this.#isDue && !this.#isStopped) {
        this.#isDue = false;
        if (this.#isCheckDue) await this.#deleteUnsent();
        await this.#removeAll();
      }
    } catch (error) {
      this.#services.log.warn({ err: error }, 'deleted files were not removed yet');
    }
  }

  async #deleteUnsent(): Promise<void> {
    this.#isCheckDue = false;
    const input = { unsentSince: Date.now() - this.#times.unsentMs };
    const deleteSome = () =>
      this.#services.store.mutate('removeUnsentFiles', input, { isBackground: true });
    while (!this.#isStopped && (await deleteSome()));
  }

  async #removeAll(): Promise<void> {
    const { store } = this.#services;
    let after = '';
    while (!this.#isStopped) {
      const page = await listRemovals(store.db, after, PAGE);
      const gone = await Promise.all(page.map((id) => this.#remove(id)));
      const ids = page.filter((_, i) => gone[i]);
      if (ids.length > 0) await store.mutate('forgetRemovals', { ids }, { isBackground: true });
      if (page.length < PAGE) return;
      after = page.at(-1)!;
    }
  }

  async #remove(id: string): Promise<boolean> {
    const { storage, log } = this.#services;
    try {
      await storage.remove(id);
      return true;
    } catch (error) {
      log.warn({ err: error, fileId: id }, 'a deleted file could not be removed yet');
      return false;
    }
  }
}
