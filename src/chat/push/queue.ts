import type { Logger } from 'pino';
import type { Push } from '../../store/queries/pushes.ts';
import type { Queue } from '../../counting.ts';
import type { Outcome } from './delivery.ts';

/** Requests at once; those of one user leave room for others. */
const MAX_AT_ONCE = 50;
const MAX_AT_ONCE_OF_USER = 4;
/** Messages that wait; beyond that the oldest are dropped. */
const MAX_WAITING = 10_000;
/** A message that could not be sent for so long is no news, in milliseconds. */
const MAX_AGE_MS = 600_000;
/** The longest pause after a failure, in milliseconds. */
const MAX_PAUSE_MS = 300_000;
/** How often it is logged at most that messages fail or are dropped, in milliseconds. */
const LOG_MS = 60_000;

interface Job extends Push {
  /** When it was added, on the clock of `performance.now()`. */
  readonly since: number;
}

/** A subscription whose service has failed. */
interface Failing {
  failures: number;
  isPaused: boolean;
  /** The newest message of each room, to be sent after the pause. */
  readonly held: Map<string, Job>;
}

export interface PushQueueOptions {
  readonly deliver: (push: Push, signal: AbortSignal) => Promise<Outcome>;
  /** Called for a subscription that has ended. */
  readonly forget: (subscriptionId: string) => void;
  readonly log: Pick<Logger, 'warn'>;
  /** The first pause after a failure, in milliseconds. Each further one is twice as long. */
  readonly retryMs: number;
}

/**
 * Sends messages to push services: a bounded number at once, one at a time for each room and subscription, of which a
 * newer one replaces an older one that waits. A service that fails delays nothing but its own messages.
 */
export class PushQueue {
  readonly #options: PushQueueOptions;
  /** By subscription and room, in the order in which they came. */
  readonly #waiting = new Map<string, Job>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #ofUser = new Map<string, number>();
  /** By subscription. */
  readonly #failing = new Map<string, Failing>();
  /** How many messages are held in all. */
  #held = 0;
  readonly #aborting = new AbortController();
  readonly #unsent = { failed: 0, dropped: 0 };
  /** Attempts by their outcome. */
  readonly attempts = { done: 0, gone: 0, failed: 0 };
  #loggedAt = -Infinity;

  constructor(options: PushQueueOptions) {
    this.#options = options;
  }

  add(pushes: readonly Push[]): void {
    const since = performance.now();
    for (const push of pushes) this.#enqueue({ ...push, since });
    this.#startSome();
  }

  /** Lets what can be sent at once finish within a time, in milliseconds, and drops the rest. */
  async stop(ms: number): Promise<void> {
    const timer = setTimeout(() => this.#aborting.abort(), ms);
    while (this.#underWay.size > 0) await Promise.race(this.#underWay.values());
    clearTimeout(timer);
    this.#aborting.abort();
  }

  #enqueue(job: Job): void {
    const failing = this.#failing.get(job.subscriptionId);
    if (failing?.isPaused) {
      this.#hold(failing, job);
      return;
    }
    const key = keyOf(job);
    this.#waiting.delete(key);
    if (this.#size >= MAX_WAITING) this.#dropOldest();
    this.#waiting.set(key, job);
  }

  /** Messages that were never sent, since too many waited or they became too old. */
  get dropped(): number {
    return this.#unsent.dropped;
  }

  /** Messages that wait, also for a service that has failed, and requests under way. */
  queue(): Queue {
    return { waiting: this.#size, running: this.#underWay.size };
  }

  get #size(): number {
    return this.#waiting.size + this.#held;
  }

  #dropOldest(): void {
    this.#unsent.dropped += 1;
    this.#waiting.delete(this.#waiting.keys().next().value ?? '');
    this.#logUnsent('push services are too slow');
  }

  /** Keeps a message for after the pause, in the place of an older one of its room. */
  #hold({ held }: Failing, job: Job): void {
    if (held.has(job.roomId)) this.#held -= 1;
    else if (this.#size >= MAX_WAITING) {
      this.#unsent.dropped += 1;
      return;
    }
    held.set(job.roomId, job);
    this.#held += 1;
  }

  #startSome(): void {
    if (this.#aborting.signal.aborted) this.#waiting.clear();
    for (const [key, job] of this.#waiting) {
      if (this.#underWay.size >= MAX_AT_ONCE) return;
      const ofUser = this.#ofUser.get(job.userId) ?? 0;
      if (this.#underWay.has(key) || ofUser >= MAX_AT_ONCE_OF_USER) continue;
      this.#waiting.delete(key);
      this.#ofUser.set(job.userId, ofUser + 1);
      this.#underWay.set(key, this.#run(key, job));
    }
  }

  async #run(key: string, job: Job): Promise<void> {
    const outcome = await this.#options
      .deliver(job, this.#aborting.signal)
      .catch((error: unknown): Outcome => ({ kind: 'failed', retryMs: 0, reason: error }));
    this.#underWay.delete(key);
    const ofUser = this.#ofUser.get(job.userId)! - 1;
    if (ofUser === 0) this.#ofUser.delete(job.userId);
    else this.#ofUser.set(job.userId, ofUser);
    this.attempts[outcome.kind] += 1;
    if (outcome.kind === 'failed') this.#pause(job, outcome);
    else this.#forgetFailures(job.subscriptionId);
    if (outcome.kind === 'gone') this.#options.forget(job.subscriptionId);
    this.#startSome();
  }

  /** Pauses the subscription, and holds what waits for it; this message, too, where a later attempt may help. */
  #pause(job: Job, { retryMs, reason }: Extract<Outcome, { kind: 'failed' }>): void {
    if (this.#aborting.signal.aborted) return;
    const { subscriptionId } = job;
    let failing = this.#failing.get(subscriptionId);
    if (!failing) {
      failing = { failures: 0, isPaused: false, held: new Map() };
      this.#failing.set(subscriptionId, failing);
    }
    if (retryMs === null) this.#unsent.failed += 1;
    else if (!this.#waiting.has(keyOf(job)) && !failing.held.has(job.roomId))
      this.#hold(failing, job);
    this.#logUnsent(reason);
    for (const [key, waiting] of this.#waiting) {
      if (waiting.subscriptionId !== subscriptionId) continue;
      this.#waiting.delete(key);
      this.#hold(failing, waiting);
    }
    if (failing.isPaused) return;
    failing.isPaused = true;
    const pause = Math.min(this.#options.retryMs * 2 ** failing.failures, MAX_PAUSE_MS);
    failing.failures += 1;
    const ms = Math.min(Math.max(pause, retryMs ?? 0), MAX_AGE_MS);
    setTimeout(() => this.#resume(subscriptionId, failing), ms).unref();
  }

  #resume(subscriptionId: string, failing: Failing): void {
    if (this.#failing.get(subscriptionId) !== failing) return;
    failing.isPaused = false;
    const held = [...failing.held.values()];
    this.#held -= held.length;
    failing.held.clear();
    const fresh = held.filter(({ since }) => performance.now() - since < MAX_AGE_MS);
    this.#unsent.dropped += held.length - fresh.length;
    // Without an attempt, nothing would end its failing.
    if (fresh.length === 0) this.#failing.delete(subscriptionId);
    for (const job of fresh) this.#enqueue(job);
    this.#startSome();
  }

  #forgetFailures(subscriptionId: string): void {
    const failing = this.#failing.get(subscriptionId);
    if (!failing) return;
    this.#failing.delete(subscriptionId);
    // Another message of the subscription has failed just before.
    this.#held -= failing.held.size;
    for (const job of failing.held.values()) this.#enqueue(job);
  }

  #logUnsent(reason: unknown): void {
    const now = performance.now();
    if (now - this.#loggedAt < LOG_MS) return;
    this.#loggedAt = now;
    const { failed, dropped } = this.#unsent;
    this.#options.log.warn(
      { failed, dropped, err: reason },
      'some notifications could not be sent',
    );
  }
}

const keyOf = ({ subscriptionId, roomId }: Push) => `${subscriptionId} ${roomId}`;
