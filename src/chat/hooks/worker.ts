import type { Queue } from '../../counting.ts';
import type { LogEntry } from '../../store/log-entry.ts';
import {
  findOutgoingHook,
  listActiveHooks,
  type ActiveHook,
  type HookRecord,
} from '../../store/queries/outgoing-hooks.ts';
import { readRoomLog } from '../../store/queries/replay.ts';
import type { Services } from '../services.ts';
import { deliver, type Outcome } from './delivery.ts';
import { UnsavedProgress } from './progress.ts';
import { afterFailure, HOOK_TIMES, type HookTimes } from './schedule.ts';

/** Hooks that deliver at once; those of one maker leave room for others. */
const MAX_AT_ONCE = 50;
const MAX_AT_ONCE_OF_MAKER = 10;
/** Events that one query reads. */
const PAGE = 50;
/**
 * How long a page is good, in milliseconds: a message that is deleted, and a hook that is, end within that and the
 * request under way. Then it is also another hook's turn.
 */
const PAGE_MS = 1000;
/** How long a stop waits for requests under way, in milliseconds. */
const STOP_MS = 2000;

type Used = Pick<Services, 'store' | 'log' | 'config'>;

/**
 * Delivers events to outgoing hooks, on the leader alone. It has no part in a send: each hook reads the log of its room
 * from its own position, which is in the database, so neither a restart nor another leader leaves an event out. A
 * commit wakes the hooks of its room; a look at all hooks every second finds what no commit has told of.
 */
export class HookWorker {
  readonly #services: Used;
  readonly #times: HookTimes;
  readonly #progress: UnsavedProgress;
  /** The hooks that are not disabled, by room, as the last look has found them. */
  #byRoom = new Map<string, ActiveHook[]>();
  /** In the order in which it is their turn. */
  readonly #waiting = new Map<string, ActiveHook>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #ofMaker = new Map<string, number>();
  readonly #aborting = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #isStopped = false;
  #hasFailed = false;
  /** Another one after the database has lost commits: what was read before does not count. */
  #generation = 0;
  /** Attempts by their outcome. */
  readonly attempts = { done: 0, failed: 0, gone: 0, aborted: 0 };

  constructor(services: Used, times: HookTimes = HOOK_TIMES) {
    this.#services = services;
    this.#times = times;
    this.#progress = new UnsavedProgress(services);
  }

  start(): void {
    this.#timer = setTimeout(() => this.lookNow(), this.#times.tickMs).unref();
  }

  /** Call it where a hook may be due before the next look. */
  lookNow(): void {
    if (this.#isStopped || this.#looking) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#looking = this.#look().finally(() => {
      this.#looking = null;
      if (!this.#isStopped) this.start();
    });
  }

  deliver(entries: readonly LogEntry[]): void {
    if (this.#byRoom.size === 0) return;
    for (const { roomId, type } of entries) {
      for (const hook of this.#byRoom.get(roomId) ?? []) {
        if (isDue(hook) && (hook.events?.includes(`"${type}"`) ?? true)) {
          this.#waiting.set(hook.id, hook);
        }
      }
    }
    this.#startSome();
  }

  reset(): void {
    this.#generation += 1;
    this.#progress.clear();
  }

  /** Hooks that wait for their turn, and those that have it. */
  queue(): Queue {
    return { waiting: this.#waiting.size, running: this.#running.size };
  }

  /** Lets requests under way finish within some seconds, and writes how far hooks have come. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#waiting.clear();
    await this.#looking;
    const timer = setTimeout(() => this.#aborting.abort(), STOP_MS);
    await Promise.all(this.#running.values());
    clearTimeout(timer);
    await this.#progress.stop();
  }

  /** Only while this node remains the leader for as long as a request may take, nobody else can deliver. */
  get #mayDeliver(): boolean {
    return !this.#isStopped && this.#services.store.cluster.isLeader(this.#times.requestMs);
  }

  async #look(): Promise<void> {
    const { store, log } = this.#services;
    if (!this.#mayDeliver) {
      this.#byRoom.clear();
      this.#waiting.clear();
      return;
    }
    try {
      const hooks = await listActiveHooks(store.pagesDb);
      this.#byRoom = new Map();
      for (const hook of hooks) {
        const { roomId } = hook;
        this.#byRoom.set(roomId, [...(this.#byRoom.get(roomId) ?? []), hook]);
      }
      for (const hook of hooks) {
        if (hook.isBehind === 1 && isDue(hook)) this.#waiting.set(hook.id, hook);
      }
      this.#startSome();
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) log.warn({ err: error }, 'hooks wait: the database was not read');
      this.#hasFailed = true;
    }
  }

  #startSome(): void {
    if (!this.#mayDeliver) return;
    for (const [id, hook] of this.#waiting) {
      if (this.#running.size >= MAX_AT_ONCE) return;
      const ofMaker = this.#ofMaker.get(hook.createdBy) ?? 0;
      if (this.#running.has(id) || ofMaker >= MAX_AT_ONCE_OF_MAKER) continue;
      this.#waiting.delete(id);
      this.#ofMaker.set(hook.createdBy, ofMaker + 1);
      this.#running.set(id, this.#run(hook));
    }
  }

  async #run(hook: ActiveHook): Promise<void> {
    const { log } = this.#services;
    const { id, createdBy } = hook;
    try {
      // The next hooks go first.
      if (await this.#deliverPage(id)) this.#waiting.set(id, hook);
    } catch (error) {
      log.warn({ err: error, hookId: id }, 'a hook could not go on yet');
    }
    this.#running.delete(id);
    const ofMaker = this.#ofMaker.get(createdBy)! - 1;
    if (ofMaker === 0) this.#ofMaker.delete(createdBy);
    else this.#ofMaker.set(createdBy, ofMaker);
    this.#startSome();
  }

  /** Delivers the next events of a hook, one after the other; returns whether there are more. */
  async #deliverPage(id: string): Promise<boolean> {
    const { store } = this.#services;
    const generation = this.#generation;
    const found = await findOutgoingHook(store.db, id);
    if (!found || found.disabledAt !== null) return false;
    let hook: HookRecord = { ...found, ...this.#progress.of(id) };
    if (!isDue(hook)) return false;
    const goodUntil = performance.now() + PAGE_MS;
    const page = { after: hook.seq, limit: PAGE, directName: null };
    const { entries, more } = await readRoomLog(store.pagesDb, hook.roomId, page);
    for (const entry of entries) {
      if (takes(hook, entry)) {
        if (!this.#mayDeliver) return false;
        if (performance.now() > goodUntil) return true;
        const outcome = await this.#attempt(hook, entry);
        if (outcome.kind === 'aborted' || generation !== this.#generation) return false;
        if (outcome.kind !== 'done') {
          await this.#handleFailure(hook, outcome);
          return false;
        }
        const { status: lastStatus, error: lastError } = outcome;
        hook = { ...hook, failures: 0, nextAttemptAt: null, lastStatus, lastError };
        hook = { ...hook, lastAt: Date.now() };
      }
      hook = { ...hook, seq: entry.seq };
      this.#progress.set(id, progressOf(hook));
    }
    return more;
  }

  async #attempt(hook: HookRecord, entry: LogEntry): Promise<Outcome> {
    const outcome = await deliver(hook, entry, {
      toPrivate: this.#services.config.webhooksToPrivateAddresses,
      requestMs: this.#times.requestMs,
      signal: this.#aborting.signal,
      epoch: this.#services.store.epoch,
    });
    this.attempts[outcome.kind] += 1;
    return outcome;
  }

  async #handleFailure(hook: HookRecord, outcome: Outcome): Promise<void> {
    const { store, log } = this.#services;
    const { id: hookId, roomId } = hook;
    const now = Date.now();
    const { pausesMs } = this.#times;
    const next = outcome.kind === 'gone' ? null : afterFailure(hook, outcome, { pausesMs, now });
    if (next) {
      this.#progress.set(hookId, next);
      const { failures, lastError: reason } = next;
      log.debug({ hookId, roomId, failures, reason }, 'a hook failed, and is tried again');
      return;
    }
    const reason = outcome.error ?? '';
    const { status: lastStatus, error: lastError } = outcome;
    const saved = { id: hookId, ...progressOf(hook), lastAt: now, lastStatus, lastError };
    const isTold = await store.mutate(
      'disableHook',
      { saved, disabledAt: now, reason: outcome.kind === 'gone' ? reason : givenUp(reason) },
      { isBackground: true },
    );
    this.#progress.delete(hookId);
    log.warn({ hookId, roomId, reason, isTold }, 'a hook was disabled');
  }
}

const givenUp = (reason: string) => `for three days, no attempt succeeded; at last, ${reason}`;

const isDue = ({ nextAttemptAt }: Pick<HookRecord, 'nextAttemptAt'>) =>
  nextAttemptAt === null || nextAttemptAt <= Date.now();

/** Rooms have no event of a type that is none: `room.deleted` deletes the hooks. */
const takes = ({ events }: HookRecord, { type }: LogEntry) =>
  events === null || (events as readonly string[]).includes(type);

const progressOf = (hook: HookRecord) => {
  const { seq, failures, nextAttemptAt, lastAt, lastStatus, lastError } = hook;
  return { seq, failures, nextAttemptAt, lastAt, lastStatus, lastError };
};
