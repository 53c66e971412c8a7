import { findPushes, readPushState } from '../../store/queries/pushes.ts';
import type { Services } from '../services.ts';
import { deliver } from './delivery.ts';
import type { PushKeys } from './keys.ts';
import { PushQueue } from './queue.ts';

/** In milliseconds. Tests give shorter ones. */
export interface PushTimes {
  /** How long a message may remain unread before it is pushed. */
  readonly waitMs: number;
  /** How often the log is looked at. */
  readonly tickMs: number;
  /** The first pause after a push service has failed. */
  readonly retryMs: number;
  /** How long a push service may take, from the resolution of its name to its response. */
  readonly requestMs: number;
}

const PUSH_TIMES: PushTimes = { waitMs: 5000, tickMs: 1000, retryMs: 5000, requestMs: 10_000 };

/** After a long pause of the server, older messages are no news. */
const MAX_AGE_MS = 600_000;
/** Positions of the log that one query looks at; that many are also looked at again after a crash. */
const RANGE = 20_000;
/** Messages that one query finds. */
const MAX_FOUND = 10_000;
/** How long a stop waits for messages that are being sent, in milliseconds. */
const STOP_MS = 2000;

/**
 * Follows the log some seconds behind, and notifies those who have not read by then. It has no part in a send: it reads
 * the log once a second, as long as anybody has a subscription. How far it has come is in the database, so neither a
 * restart nor another leader leaves a message out; a position is claimed before its messages are sent, so no two nodes
 * send one.
 */
export class PushWatcher {
  readonly #services: Services;
  readonly #times: PushTimes;
  readonly queue: PushQueue;
  /** Heads of the log, and when they were read: what is at or before them is as old as that, by this node's clock. */
  #marks: { readonly pos: number; readonly at: number }[] = [];
  /** Up to which position nobody is left to notify. */
  #seen = 0;
  #timer: NodeJS.Timeout | null = null;
  #ticking: Promise<void> | null = null;
  #isStopped = false;
  #hasFailed = false;

  constructor(services: Services, keys: PushKeys, times: PushTimes = PUSH_TIMES) {
    const { store, log } = services;
    this.#services = services;
    this.#times = times;
    this.queue = new PushQueue({
      deliver: (push, signal) =>
        deliver(services, keys, push, { signal, requestMs: times.requestMs }),
      forget: (id) => {
        store
          .mutate('deleteSubscription', { id }, { isBackground: true })
          .catch((error: unknown) => {
            log.debug({ err: error }, 'a subscription that is gone could not be deleted yet');
          });
      },
      log,
      retryMs: times.retryMs,
    });
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#ticking = this.#tick().finally(() => {
        if (!this.#isStopped) this.start();
      });
    }, this.#times.tickMs).unref();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#ticking;
    await this.queue.stop(STOP_MS);
  }

  async #tick(): Promise<void> {
    try {
      await this.#look();
      this.#hasFailed = false;
    } catch (error) {
      const { log } = this.#services;
      if (!this.#hasFailed) log.warn({ err: error }, 'notifications wait: the log was not read');
      this.#hasFailed = true;
    }
  }

  async #look(): Promise<void> {
    const { store } = this.#services;
    if (!store.cluster.isLeader()) {
      this.#marks = [];
      return;
    }
    const { head, pushed, isAnyone } = await readPushState(store.db);
    if (!isAnyone) {
      this.#marks = [];
      return;
    }
    const due = this.#dueAt(head);
    let claimed = pushed ?? head;
    // A restored backup has less than was pushed.
    if (pushed === null || pushed > head) {
      if (!(await this.#claim(pushed, head))) return;
      claimed = head;
      this.#seen = head;
    }
    if (this.#seen < claimed || this.#seen > head) this.#seen = claimed;
    while (this.#seen < due && !this.#isStopped) {
      const upTo = Math.min(due, this.#seen + RANGE);
      const now = Date.now();
      const range = { after: this.#seen, upTo, since: now - MAX_AGE_MS, now, limit: MAX_FOUND };
      const pushes = await findPushes(store.searchDb, range);
      // Positions where nobody is notified are claimed with the next ones: that saves most writes.
      if (pushes.length > 0 || upTo - claimed >= RANGE) {
        if (!(await this.#claim(claimed, upTo))) return;
        claimed = upTo;
      }
      this.#seen = upTo;
      this.queue.add(pushes);
    }
  }

  /** The last position that is old enough. */
  #dueAt(head: number): number {
    const now = performance.now();
    const last = this.#marks.at(-1);
    if (last && head < last.pos) this.#marks = [];
    if (last?.pos !== head) this.#marks.push({ pos: head, at: now });
    const index = this.#marks.findLastIndex(({ at }) => at <= now - this.#times.waitMs);
    if (index > 0) this.#marks.splice(0, index);
    return index < 0 ? 0 : this.#marks[0]!.pos;
  }

  /** False where another node has claimed it. */
  #claim(from: number | null, upTo: number): Promise<boolean> {
    const { store } = this.#services;
    return store.mutate('claimPushes', { from, upTo }, { isBackground: true });
  }
}
