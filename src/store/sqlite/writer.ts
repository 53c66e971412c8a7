import { ChatError } from '../../protocol/errors.ts';
import type { GroupResult, Job, Outcome } from '../group.ts';
import type { LogEntry } from '../queries/log.ts';
import { CommitDelay } from './commit-delay.ts';
import { endThread, startThread, type Thread } from './thread.ts';
import type { WriterData } from './writer-thread.ts';

/** The most jobs that share a transaction: bounds how long one commit keeps others waiting. */
const MAX_GROUP = 1000;
/**
 * Characters of text that share a transaction, past its first job: what may take long about a job is to
 * look through its text for mentions, up to 2 ms for 4,000 characters.
 */
const MAX_GROUP_LENGTH = 256 * 1024;
/** Jobs under way and waiting; past that a new one is refused rather than kept waiting for long. */
const MAX_WAITING = 50_000;

interface Waiting extends Job {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Group commit, seen from the main loop. What is asked for in one turn, or while a group is being
 * committed, goes into the next group; after a pause nothing waits. A promise resolves only once
 * its act is on disk.
 */
export class Writer {
  readonly #thread: Thread;
  readonly #onCommit: (entries: readonly LogEntry[]) => void;
  #queue: Waiting[] = [];
  /** What nobody waits for: each goes alone, where the next group is not due yet. */
  #chores: Waiting[] = [];
  #underWay: Waiting[] = [];
  /** Whether what is under way is a chore. */
  #isChore = false;
  #scheduled = false;
  #timer: NodeJS.Timeout | null = null;
  readonly #pace = new CommitDelay();
  #lost = false;
  #closing = false;
  #whenIdle: (() => void)[] = [];

  /**
   * Opens the database, brings it to this version's shape, and starts the thread that writes.
   * `onCommit` is called with what was logged, in the order of commit, before the mutations that
   * logged it are answered; `onLost` where the thread has died.
   */
  static async open(
    data: WriterData,
    onCommit: (entries: readonly LogEntry[]) => void,
    onLost: (error: Error) => void,
  ): Promise<Writer> {
    return new Writer(await startThread('writer-thread', data), onCommit, onLost);
  }

  private constructor(
    thread: Thread,
    onCommit: (entries: readonly LogEntry[]) => void,
    onLost: (error: Error) => void,
  ) {
    this.#thread = thread;
    this.#onCommit = onCommit;
    thread.port.on('message', (result: GroupResult) => this.#settle(result));
    thread.worker.on('error', (error) => {
      this.#lost = true;
      // Whether the group under way was committed is not known: its senders have to ask again.
      for (const job of [...this.#underWay, ...this.#queue, ...this.#chores]) {
        job.reject(new ChatError('unavailable', { retryAfter: 1 }));
      }
      this.#underWay = [];
      this.#queue = [];
      this.#chores = [];
      this.#announceIdle();
      onLost(error);
    });
  }

  /**
   * Performs an act. A chore is something that nobody waits for: it goes in between, right after a
   * group, by when the next one is gathering.
   */
  mutate(act: string, input: unknown, { isChore = false } = {}): Promise<unknown> {
    if (this.#lost) return Promise.reject(new ChatError('unavailable', { retryAfter: 1 }));
    if (this.#closing) return Promise.reject(new ChatError('shutting_down', { retryAfter: 1 }));
    if (this.#queue.length >= MAX_WAITING) {
      return Promise.reject(new ChatError('overloaded', { retryAfter: 1 }));
    }
    return new Promise((resolve, reject) => {
      (isChore ? this.#chores : this.#queue).push({ mutation: act, input, resolve, reject });
      if (this.#queue.length === 0) this.#nextChore();
      this.#schedule();
    });
  }

  /** Resolves once everything that was asked for has been answered. */
  async settled(): Promise<void> {
    while (this.#waiting > 0) {
      await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    }
  }

  /** Answers what was asked for, refuses what comes then, and closes the database. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.settled();
    if (!this.#lost) await endThread(this.#thread);
  }

  /**
   * Lets the next group go at the end of the turn, by when every socket that was readable has been
   * read, or lets it wait for more.
   */
  #schedule(): void {
    if (this.#scheduled || this.#underWay.length > 0 || this.#queue.length === 0) return;
    const waitMs = this.#pace.waitMs(this.#queue.length, performance.now());
    if (waitMs > 0) {
      this.#timer ??= setTimeout(() => this.#next(), waitMs);
      return;
    }
    this.#scheduled = true;
    this.#clearTimer();
    setImmediate(() => this.#next());
  }

  #clearTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #next(): void {
    this.#scheduled = false;
    this.#clearTimer();
    this.#underWay = this.#queue.splice(0, groupSize(this.#queue));
    if (this.#underWay.length === 0) return;
    this.#pace.start(this.#underWay.length, performance.now());
    this.#post();
  }

  /** Lets a chore go, if there is one and nothing is under way. */
  #nextChore(): void {
    if (this.#scheduled || this.#timer || this.#underWay.length > 0) return;
    this.#underWay = this.#chores.splice(0, 1);
    this.#isChore = this.#underWay.length > 0;
    if (this.#isChore) this.#post();
  }

  #post(): void {
    this.#thread.port.postMessage(
      this.#underWay.map(({ mutation: act, input }): Job => ({ mutation: act, input })),
    );
  }

  #settle({ outcomes, entries }: GroupResult): void {
    const [answered, wasChore] = [this.#underWay, this.#isChore];
    [this.#underWay, this.#isChore] = [[], false];
    // One chore at most between two groups, however many there are of either.
    if (!wasChore || this.#queue.length === 0) this.#nextChore();
    this.#schedule();
    if (entries.length > 0) this.#onCommit(entries);
    answered.forEach((job, i) => settle(job, outcomes[i]!));
    if (this.#waiting === 0) this.#announceIdle();
  }

  /** Jobs that were asked for and are not answered. */
  get #waiting(): number {
    return this.#queue.length + this.#chores.length + this.#underWay.length;
  }

  #announceIdle(): void {
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of waiting) resolve();
  }
}

/** How many of the jobs that wait go together. */
function groupSize(queue: readonly Job[]): number {
  const size = Math.min(queue.length, MAX_GROUP);
  let length = 0;
  for (let i = 0; i < size; i += 1) {
    length += (queue[i]!.input as { text?: string } | undefined)?.text?.length ?? 0;
    if (length > MAX_GROUP_LENGTH) return Math.max(1, i);
  }
  return size;
}

function settle(job: Waiting, outcome: Outcome): void {
  if ('value' in outcome) {
    job.resolve(outcome.value);
  } else if ('refused' in outcome) {
    const { code, message, details, retryAfter } = outcome.refused;
    job.reject(new ChatError(code, { message, details, retryAfter }));
  } else {
    const error = new Error(`The act ${job.mutation} failed: ${outcome.fault.message}`);
    if (outcome.fault.stack) error.stack = outcome.fault.stack;
    job.reject(error);
  }
}
