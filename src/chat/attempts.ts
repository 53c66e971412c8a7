import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ChatError } from '../protocol/errors.ts';

/** Counts tries by key (an account, an address) and refuses those past the limit of a minute. */
export class Attempts {
  readonly #limiter: RateLimiterMemory | null;

  /** `perMinute` 0 turns it off. */
  constructor(perMinute: number) {
    this.#limiter =
      perMinute === 0 ? null : new RateLimiterMemory({ points: perMinute, duration: 60 });
  }

  /** Counts a try under each key; throws `rate_limited` where one of them has had its share. */
  async count(...keys: string[]): Promise<void> {
    if (!this.#limiter) return;
    try {
      for (const key of keys) await this.#limiter.consume(key);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const retryAfter = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
      const message = `Too many attempts; try again in ${retryAfter} s`;
      throw new ChatError('rate_limited', { message, retryAfter });
    }
  }

  /** Takes a try back: it was a good one. Counting first keeps parallel guesses within the limit. */
  async forgive(...keys: string[]): Promise<void> {
    for (const key of keys) await this.#limiter?.reward(key);
  }
}
