import { ChatError } from '../protocol/errors.ts';
import { CommitDelay } from './commit-delay.ts';
import type { GroupResult } from './group.ts';
import type { Job, Outcome } from './mutation.ts';
import { packJobs, unpackResult, type PackedResult } from './packed.ts';
import { WriterStats, type GroupTimes } from './stats.ts';
import { endThread, type Thread } from './thread.ts';
import type { Queue } from '../counting.ts';

/** The most jobs that share a transaction: bounds how long one commit delays the next. */
const MAX_GROUP = 1000;
/**
 * Characters of text that share a transaction, after its first job: the slow part of a job is to find the
 * mentions in its text, up to 2 ms for 4,000 characters.
 */
const MAX_GROUP_LENGTH = 256 * 1024;
/** Jobs in progress and waiting; beyond that a job is rejected rather than delayed for long. */
const MAX_WAITING = 50_000;

interface WaitingJob extends Job {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** What the thread sends for each group. */
export interface TimedResult extends GroupResult {
  readonly times: GroupTimes;
}

/**
 * Receives the result of each group, in the order of commit, before its mutations resolve. They wait for the
 * promise where it returns one, and the next group does not.
 */
export type OnCommit<Result extends TimedResult> = (result: Result) => Promise<void> | void;

/**
 * Group commit, seen from the main loop. Jobs that arrive in one turn of the event loop, or while a group
 * commits, form the next group; after a pause nothing waits. A promise resolves only once its mutation is on
 * disk. The thread receives one group of jobs at a time and sends its result; `null` ends it.
 */
export class Writer<Result extends TimedResult = TimedResult> {
  readonly stats = new WriterStats();
  readonly #thread: Thread;
  readonly #onCommit: OnCommit<Result>;
  #queue: WaitingJob[] = [];
  /** Background jobs: each runs alone, when the next group is not due yet. */
  #backgroundQueue: WaitingJob[] = [];
  #inProgress: WaitingJob[] = [];
  #isBackground = false;
  /** When they were sent to the thread. */
  #postedAt = 0;
  /** Jobs that are committed and not settled yet. */
  #settling = 0;
  #isScheduled = false;
  #timer: NodeJS.Timeout | null = null;
  readonly #delay = new CommitDelay();
  #isLost = false;
  #isClosing = false;
  #idleCallbacks: (() => void)[] = [];

  /** `thread` is the one that writes. `onLost` is called where it has died. */
  constructor(thread: Thread, onCommit: OnCommit<Result>, onLost: (error: Error) => void) {
    this.#thread = thread;
    this.#onCommit = onCommit;
    thread.port.on('message', (packed: PackedResult<Result>) =>
      this.#receive(unpackResult(packed)),
    );
    thread.worker.on('error', (error) => {
      this.#isLost = true;
      // Whether the group in progress was committed is unknown: its senders have to repeat it.
      for (const job of [...this.#inProgress, ...this.#queue, ...this.#backgroundQueue]) {
        job.reject(new ChatError('unavailable', { retryAfter: 1 }));
      }
      this.#inProgress = [];
      this.#queue = [];
      this.#backgroundQueue = [];
      this.#announceIdle();
      onLost(error);
    });
  }

  /**
   * Runs a mutation. A background job is one that nobody waits for: it runs between two groups, right after one,
   * while the next one is forming.
   */
  mutate(mutation: string, input: unknown, { isBackground = false } = {}): Promise<unknown> {
    if (this.#isLost) return Promise.reject(new ChatError('unavailable', { retryAfter: 1 }));
    if (this.#isClosing) return Promise.reject(new ChatError('shutting_down', { retryAfter: 1 }));
    if (this.#queue.length >= MAX_WAITING) {
      return Promise.reject(new ChatError('overloaded', { retryAfter: 1 }));
    }
    return new Promise((resolve, reject) => {
      const queue = isBackground ? this.#backgroundQueue : this.#queue;
      queue.push({ mutation, input, resolve, reject });
      if (this.#queue.length === 0) this.#startBackgroundJob();
      this.#schedule();
    });
  }

  /** Mutations that wait for a group and those in one; and the same of background jobs. */
  queues(): { writer: Queue; background: Queue } {
    const running = this.#inProgress.length;
    const [jobs, background] = this.#isBackground ? [0, running] : [running, 0];
    return {
      writer: { waiting: this.#queue.length, running: jobs },
      background: { waiting: this.#backgroundQueue.length, running: background },
    };
  }

  /** Resolves once every mutation so far has ended. */
  async settled(): Promise<void> {
    while (this.#waiting > 0) {
      await new Promise<void>((resolve) => this.#idleCallbacks.push(resolve));
    }
  }

  /** Ends the mutations so far, rejects later ones, and closes the database. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.settled();
    if (!this.#isLost) await endThread(this.#thread);
  }

  /**
   * Starts the next group at the end of the turn, when every readable socket has been read, or delays it for
   * more jobs.
   */
  #schedule(): void {
    if (this.#isScheduled || this.#inProgress.length > 0 || this.#queue.length === 0) return;
    const waitMs = this.#delay.waitMs(this.#queue.length, performance.now());
    if (waitMs > 0) {
      this.#timer ??= setTimeout(() => this.#startGroup(), waitMs);
      return;
    }
    this.#isScheduled = true;
    this.#clearTimer();
    setImmediate(() => this.#startGroup());
  }

  #clearTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #startGroup(): void {
    this.#isScheduled = false;
    this.#clearTimer();
    this.#inProgress = this.#queue.splice(0, groupSize(this.#queue));
    if (this.#inProgress.length === 0) return;
    this.#delay.start(this.#inProgress.length, performance.now());
    this.#post();
  }

  /** Starts a background job, if there is one and the thread is idle. */
  #startBackgroundJob(): void {
    if (this.#isScheduled || this.#timer || this.#inProgress.length > 0) return;
    this.#inProgress = this.#backgroundQueue.splice(0, 1);
    this.#isBackground = this.#inProgress.length > 0;
    if (this.#isBackground) this.#post();
  }

  #post(): void {
    this.#postedAt = performance.now();
    this.#thread.port.postMessage(packJobs(this.#inProgress));
  }

  #receive(result: Result): void {
    const [jobs, wasBackground] = [this.#inProgress, this.#isBackground];
    [this.#inProgress, this.#isBackground] = [[], false];
    const [size, ms] = [wasBackground ? null : jobs.length, performance.now() - this.#postedAt];
    this.stats.addGroup(size, ms, result.times, result.entries);
    // At most one background job between two groups, however many of either wait.
    if (!wasBackground || this.#queue.length === 0) this.#startBackgroundJob();
    this.#schedule();
    this.#settling += jobs.length;
    const delivered = this.#onCommit(result);
    if (delivered) void delivered.then(() => this.#settle(jobs, result));
    else this.#settle(jobs, result);
  }

  #settle(jobs: readonly WaitingJob[], { outcomes }: Result): void {
    this.#settling -= jobs.length;
    jobs.forEach((job, i) => settle(job, outcomes[i]!));
    if (this.#waiting === 0) this.#announceIdle();
  }

  /** Jobs that have not ended. */
  get #waiting(): number {
    const { length } = this.#inProgress;
    return this.#queue.length + this.#backgroundQueue.length + length + this.#settling;
  }

  #announceIdle(): void {
    const callbacks = this.#idleCallbacks;
    this.#idleCallbacks = [];
    for (const resolve of callbacks) resolve();
  }
}

/** How many of the waiting jobs form the next group. */
function groupSize(queue: readonly Job[]): number {
  const size = Math.min(queue.length, MAX_GROUP);
  let length = 0;
  for (let i = 0; i < size; i += 1) {
    length += (queue[i]!.input as { text?: string } | undefined)?.text?.length ?? 0;
    if (length > MAX_GROUP_LENGTH) return Math.max(1, i);
  }
  return size;
}

function settle(job: WaitingJob, outcome: Outcome): void {
  if ('value' in outcome) {
    job.resolve(outcome.value);
  } else if ('refusal' in outcome) {
    const { code, ...more } = outcome.refusal;
    job.reject(new ChatError(code, more));
  } else {
    const error = new Error(`The mutation ${job.mutation} failed: ${outcome.fault.message}`);
    if (outcome.fault.stack) error.stack = outcome.fault.stack;
    job.reject(error);
  }
}
