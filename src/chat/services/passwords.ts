import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { Queue } from '../../counting.ts';
import { ChatError } from '../../protocol/errors.ts';
import type * as bcryptThread from './bcrypt-thread.ts';
import { FairQueue, type Share } from '../../fair-queue.ts';
import { NO_PASSWORD } from '../../store/mapping/accounts.ts';

/** Jobs that may wait for a thread: at cost 10 one takes 60 ms. */
const MAX_WAITING = 200;
/** bcrypt reads no more, so longer passwords are rejected, not cut. */
const MAX_PASSWORD_BYTES = 72;
const MIN_PASSWORD_CHARACTERS = 8;
/** How long a thread without a job is kept, in milliseconds: it holds 10 MB, and a start takes as long as a hash. */
const IDLE_MS = 300_000;

interface Job {
  readonly name: keyof typeof bcryptThread;
  readonly input: unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Password hashes, computed in threads, for one address after the other. Passwords are hashed and compared in NFC,
 * since devices differ in how they send the same letters.
 */
export class Passwords {
  readonly #cost: number;
  readonly #pool: Piscina;
  readonly #waiting = new FairQueue<Job>(MAX_WAITING);
  readonly #maxThreads: number;
  #idleThreads: number;
  /** Compared where there is no account, so that the response takes as long: the form of a hash, of no password. */
  readonly #decoy: string;

  constructor(cost: number) {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    this.#cost = cost;
    // One core is left to the sockets.
    const maxThreads = Math.max(1, availableParallelism() - 1);
    this.#maxThreads = maxThreads;
    this.#idleThreads = maxThreads;
    this.#pool = new Piscina({
      filename: new URL(`./bcrypt-thread${extension}`, import.meta.url).href,
      minThreads: 0,
      maxThreads,
      idleTimeout: IDLE_MS,
    });
    this.#decoy = `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
  }

  /**
   * The hash of a new password. Throws `validation_failed` for less than 8 characters or more than 72 bytes, and
   * `overloaded` where too many wait.
   */
  async hashNew(raw: string, share: Share): Promise<string> {
    const password = raw.normalize('NFC');
    if ([...password].length < MIN_PASSWORD_CHARACTERS) {
      throw unfit(`must be at least ${MIN_PASSWORD_CHARACTERS} characters`);
    }
    if (!fits(password)) {
      throw unfit(`must be at most ${MAX_PASSWORD_BYTES} bytes; this one takes more`);
    }
    return this.#hash(password, share);
  }

  /** Whether a password is the one of the hash; without a hash it takes as long and returns false. */
  async verify(raw: string, kept: string | undefined, share: Share): Promise<boolean> {
    const hash = kept === NO_PASSWORD ? undefined : kept;
    const password = raw.normalize('NFC');
    const input = { password, hash: hash ?? this.#decoy };
    const matches = (await this.#run('verify', input, share)) as boolean;
    // A longer password cannot have been set; bcrypt compares its first 72 bytes only.
    return matches && hash !== undefined && fits(password);
  }

  /** Passwords that wait for a thread, and those in one. */
  queue(): Queue {
    return { waiting: this.#waiting.size, running: this.#maxThreads - this.#idleThreads };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #hash(password: string, share: Share): Promise<string> {
    return this.#run('hash', { password, cost: this.#cost }, share) as Promise<string>;
  }

  #run(name: Job['name'], input: unknown, share: Share): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const dropped = this.#waiting.add({ name, input, resolve, reject }, share);
      dropped?.reject(new ChatError('overloaded', { retryAfter: 5 }));
      this.#startNext();
    });
  }

  #startNext(): void {
    const job = this.#idleThreads > 0 ? this.#waiting.next() : undefined;
    if (!job) return;
    this.#idleThreads -= 1;
    this.#pool
      .run(job.input, { name: job.name })
      .then(job.resolve, job.reject)
      .finally(() => {
        this.#idleThreads += 1;
        this.#startNext();
      });
  }
}

const fits = (password: string) => Buffer.byteLength(password) <= MAX_PASSWORD_BYTES;

const unfit = (message: string) =>
  new ChatError('validation_failed', { details: [{ path: '/password', message }] });
