import { setTimeout as sleep } from 'node:timers/promises';
import type { HookProgress } from '../../store/queries/outgoing-hooks.ts';
import type { Services } from '../services.ts';

/** How often progress is written, in milliseconds: after a crash, that much is delivered again. */
const SAVE_MS = 250;
/** Hooks whose progress one job writes. */
const MAX_SAVED = 500;

/**
 * How far hooks have come and what is not in the database yet. It is written in batches, as background jobs: a hook
 * that delivers a hundred events a second writes four times.
 */
export class UnsavedProgress {
  readonly #services: Pick<Services, 'store' | 'log'>;
  #unsaved = new Map<string, HookProgress>();
  #saving: Promise<void> | null = null;
  #hasFailed = false;
  readonly #stopped = new AbortController();

  constructor(services: Pick<Services, 'store' | 'log'>) {
    this.#services = services;
  }

  of(hookId: string): HookProgress | undefined {
    return this.#unsaved.get(hookId);
  }

  set(hookId: string, progress: HookProgress): void {
    this.#unsaved.set(hookId, progress);
    this.#saving ??= this.#saveAll().finally(() => (this.#saving = null));
  }

  /** Forgets a hook whose progress another mutation writes. */
  delete(hookId: string): void {
    this.#unsaved.delete(hookId);
  }

  /** The database has lost commits: what was delivered of them says nothing about what it has now. */
  clear(): void {
    this.#unsaved.clear();
  }

  /** Writes what there is, and no more from then on. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#saving;
    if (this.#unsaved.size > 0) await this.#saveSome();
  }

  async #saveAll(): Promise<void> {
    const { signal } = this.#stopped;
    while (this.#unsaved.size > 0 && !signal.aborted) {
      await sleep(SAVE_MS, null, { ref: false, signal }).catch(() => {});
      await this.#saveSome();
    }
  }

  async #saveSome(): Promise<void> {
    const { store, log } = this.#services;
    const batch = [...this.#unsaved].slice(0, MAX_SAVED);
    const saved = batch.map(([id, progress]) => ({ id, ...progress }));
    try {
      await store.mutate('saveHookProgress', saved, { isBackground: true });
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) log.warn({ err: error }, 'how far hooks have come was not saved yet');
      this.#hasFailed = true;
      return;
    }
    for (const [id, progress] of batch) {
      if (this.#unsaved.get(id) === progress) this.#unsaved.delete(id);
    }
  }
}
