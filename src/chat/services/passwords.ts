import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { ChatError } from '../../protocol/errors.ts';
import type * as bcryptThread from './bcrypt-thread.ts';
import { FairQueue, type Share } from './fair-queue.ts';

/** Hashes that may wait for a thread: at cost 10 one takes 60 ms. */
const MAX_WAITING = 200;
/** bcrypt reads no more, so what is longer is refused, not cut. */
const MAX_PASSWORD_BYTES = 72;
const MIN_PASSWORD_CHARACTERS = 8;

/**
 * How a password fits a hash: in NFC, as all are hashed, or as some device sent it when passwords were
 * hashed as they came. Null where it does not.
 */
export type Fit = 'nfc' | 'as sent before' | null;

/** What a thread is asked for. */
interface Job {
  readonly name: keyof typeof bcryptThread;
  readonly input: unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Password hashes, made and checked beside the main loop, for one address after the other. */
export class Passwords {
  readonly #cost: number;
  readonly #pool: Piscina;
  readonly #waiting = new FairQueue<Job>(MAX_WAITING);
  #free: number;
  /** Compared with where there is no account, so that the answer takes the same time. */
  readonly #decoy: Promise<string>;

  constructor(cost: number) {
    const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    this.#cost = cost;
    // One core is left to the sockets.
    const maxThreads = Math.max(1, availableParallelism() - 1);
    this.#free = maxThreads;
    this.#pool = new Piscina({
      filename: new URL(`./bcrypt-thread${ending}`, import.meta.url).href,
      minThreads: 1,
      maxThreads,
    });
    this.#decoy = this.hash('no account has this password', { address: '', account: '' });
    // Awaited where it is needed; here it only must not count as unhandled.
    this.#decoy.catch(() => {});
  }

  /**
   * The hash of a new password. Throws as `hash` does, and `validation_failed` for less than 8 characters.
   */
  async hashNew(password: string, share: Share): Promise<string> {
    if ([...password.normalize('NFC')].length < MIN_PASSWORD_CHARACTERS) {
      throw unfit(`must be at least ${MIN_PASSWORD_CHARACTERS} characters`);
    }
    return this.hash(password, share);
  }

  /**
   * The hash of a password in NFC: devices differ in how they send the same letters. Throws `overloaded`
   * where too many wait, and `validation_failed` for more than 72 bytes.
   */
  async hash(raw: string, share: Share): Promise<string> {
    const password = raw.normalize('NFC');
    if (!fits(password)) {
      throw unfit(`must be at most ${MAX_PASSWORD_BYTES} bytes; this one takes more`);
    }
    return this.#run('hash', { password, cost: this.#cost }, share) as Promise<string>;
  }

  /**
   * Whether it is the password of the hash; without one it takes as long and says no. How long a wrong one
   * takes depends on itself alone: each of its forms is compared, whenever the hash was made.
   */
  async verify(password: string, hash: string | undefined, share: Share): Promise<Fit> {
    const forms = formsOf(password);
    const input = { passwords: forms, hash: hash ?? (await this.#decoy) };
    const found = (await this.#run('verify', input, share)) as number;
    const form = forms[found];
    // What is longer cannot have been set; bcrypt would compare its first 72 bytes only.
    if (hash === undefined || form === undefined || !fits(form)) return null;
    return found === 0 ? 'nfc' : 'as sent before';
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #run(name: Job['name'], input: unknown, share: Share): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const dropped = this.#waiting.add({ name, input, resolve, reject }, share);
      dropped?.reject(new ChatError('overloaded', { retryAfter: 5 }));
      this.#startNext();
    });
  }

  #startNext(): void {
    const job = this.#free > 0 ? this.#waiting.next() : undefined;
    if (!job) return;
    this.#free -= 1;
    this.#pool
      .run(job.input, { name: job.name })
      .then(job.resolve, job.reject)
      .finally(() => {
        this.#free += 1;
        this.#startNext();
      });
  }
}

/** The forms in which a password may have been hashed, the one of today first. Most have only that. */
function formsOf(password: string): string[] {
  return [...new Set([password.normalize('NFC'), password.normalize('NFD'), password])];
}

const fits = (password: string) => Buffer.byteLength(password) <= MAX_PASSWORD_BYTES;

const unfit = (message: string) =>
  new ChatError('validation_failed', { details: [{ path: '/password', message }] });
