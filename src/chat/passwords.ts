import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { ChatError } from '../protocol/errors.ts';
import type * as bcryptThread from './bcrypt-thread.ts';

/** Hashes waiting for a thread; past that a login would wait for many seconds. */
const MAX_QUEUE = 100;
/** bcrypt reads no more, so what is longer is refused, not cut. */
const MAX_PASSWORD_BYTES = 72;

/** Password hashes, made and checked beside the main loop. */
export class Passwords {
  readonly #cost: number;
  readonly #pool: Piscina;
  /** Compared with where there is no account, so that the answer takes the same time. */
  readonly #decoy: Promise<string>;

  constructor(cost: number) {
    const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    this.#cost = cost;
    this.#pool = new Piscina({
      filename: new URL(`./bcrypt-thread${ending}`, import.meta.url).href,
      minThreads: 1,
      // One core is left to the sockets.
      maxThreads: Math.max(1, availableParallelism() - 1),
      maxQueue: MAX_QUEUE,
    });
    this.#decoy = this.hash('no account has this password');
    // Awaited where it is needed; here it only must not count as unhandled.
    this.#decoy.catch(() => {});
  }

  async hash(password: string): Promise<string> {
    if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
      const message = `must be at most ${MAX_PASSWORD_BYTES} bytes; this one takes more`;
      throw new ChatError('validation_failed', { details: [{ path: '/password', message }] });
    }
    return this.#run('hash', { password, cost: this.#cost }) as Promise<string>;
  }

  /** Whether it is the password of the hash; without one it takes as long and says no. */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const input = { password, hash: hash ?? (await this.#decoy) };
    const matches = (await this.#run('verify', input)) as boolean;
    // What is longer cannot have been set; bcrypt would compare its first 72 bytes only.
    const fits = Buffer.byteLength(password) <= MAX_PASSWORD_BYTES;
    return matches && fits && hash !== undefined;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #run(name: keyof typeof bcryptThread, input: unknown): Promise<unknown> {
    if (this.#pool.queueSize >= MAX_QUEUE) throw new ChatError('overloaded', { retryAfter: 5 });
    return (await this.#pool.run(input, { name })) as unknown;
  }
}
