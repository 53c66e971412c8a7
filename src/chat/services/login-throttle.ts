import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { ChatError } from '../../protocol/errors.ts';
import type { Cluster } from '../../store/cluster.ts';

/** The guesses of a key that have not ended, and those that wait for one of them. */
interface InProgress {
  count: number;
  readonly waiting: (() => void)[];
}

/** Limits guesses and registrations by key (an account, an address) to so many a minute. */
export class LoginThrottle {
  readonly #limiter: RateLimiterAbstract | null;
  readonly #inProgress = new Map<string, InProgress>();

  /** `perMinute` 0 turns it off. */
  constructor(perMinute: number, cluster: Cluster) {
    const options = { prefix: 'guess', points: perMinute, seconds: 60 };
    this.#limiter = perMinute === 0 ? null : cluster.limiter(options);
  }

  /** Counts one under the key; throws `rate_limited` beyond the limit. */
  async count(key: string): Promise<void> {
    const exceeded = await this.#consume(key);
    if (exceeded) throw tooManyAttempts(exceeded);
  }

  /**
   * Runs `guess`, which counts under every key if it is wrong; `isWrong` tells by the error it threw. Throws
   * `rate_limited` beyond the limit of a key. Each guess is counted at its start and no longer once it proves
   * right, so guesses made at once are held to the limit. Where only guesses in progress exceed it, further ones
   * wait for one of them to end: many users who sign in at once are not rejected.
   */
  async guard<T>(
    keys: readonly string[],
    guess: () => Promise<T>,
    isWrong: (error: unknown) => boolean,
  ): Promise<T> {
    const [key, ...others] = keys;
    if (key === undefined || !this.#limiter) return guess();
    await this.#admit(key);
    try {
      const result = await this.guard(others, guess, isWrong);
      await this.#limiter.reward(key);
      return result;
    } catch (error) {
      if (!isWrong(error)) await this.#limiter.reward(key);
      throw error;
    } finally {
      this.#release(key);
    }
  }

  async #admit(key: string): Promise<void> {
    for (;;) {
      const wereInProgress = this.#inProgress.has(key);
      const exceeded = await this.#consume(key);
      const inProgress = this.#inProgress.get(key);
      if (!exceeded) {
        if (inProgress) inProgress.count += 1;
        else this.#inProgress.set(key, { count: 1, waiting: [] });
        return;
      }
      if (!inProgress) {
        // All of them have ended while this one was counted, and may no longer count.
        if (wereInProgress) continue;
        throw tooManyAttempts(exceeded);
      }
      await new Promise<void>((resolve) => inProgress.waiting.push(resolve));
    }
  }

  #release(key: string): void {
    const inProgress = this.#inProgress.get(key)!;
    inProgress.count -= 1;
    if (inProgress.count === 0) this.#inProgress.delete(key);
    for (const resolve of inProgress.waiting.splice(0)) resolve();
  }

  /** Counts one, and returns null; beyond the limit it counts nothing, and returns the limiter's answer. */
  async #consume(key: string): Promise<RateLimiterRes | null> {
    try {
      await this.#limiter?.consume(key);
      return null;
    } catch (exceeded) {
      if (!(exceeded instanceof RateLimiterRes)) throw exceeded;
      await this.#limiter!.reward(key);
      return exceeded;
    }
  }
}

function tooManyAttempts({ msBeforeNext }: RateLimiterRes): ChatError {
  const retryAfter = Math.max(1, Math.ceil(msBeforeNext / 1000));
  const message = `Too many attempts; try again in ${retryAfter} s`;
  return new ChatError('rate_limited', { message, retryAfter });
}
