import { RateLimiterMemory } from 'rate-limiter-flexible';
import { ChatError } from '../../protocol/errors.ts';

/** What has been tried under a key and has not ended yet. */
interface UnderWay {
  count: number;
  readonly waiting: (() => void)[];
}

/**
 * Counts by key (an account, an address), and refuses what is past the limit of a minute.
 */
export class LoginThrottle {
  readonly #perMinute: number;
  readonly #limiter: RateLimiterMemory;
  readonly #underWay = new Map<string, UnderWay>();

  /** `perMinute` 0 turns it off. */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
    this.#limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  }

  /** Counts one under the key; throws `rate_limited` where it has had its share. */
  async count(key: string): Promise<void> {
    if (this.#perMinute === 0) return;
    await this.#refuseIfFull(key);
    await this.#limiter.penalty(key);
  }

  /**
   * Tries `guess`, and counts it under the keys only if it is wrong: `isWrong` tells by what was
   * thrown. As many go on at once as may still be wrong; others wait for one of them to end, so
   * that guesses made at once are held to the limit, and people who come at once are not.
   */
  async guard<T>(
    keys: readonly string[],
    guess: () => Promise<T>,
    isWrong: (error: unknown) => boolean,
  ): Promise<T> {
    if (this.#perMinute === 0) return guess();
    const [key, ...rest] = keys;
    if (key === undefined) return guess();
    await this.#admit(key);
    try {
      return await this.guard(rest, guess, isWrong);
    } catch (error) {
      if (isWrong(error)) await this.#limiter.penalty(key);
      throw error;
    } finally {
      this.#release(key);
    }
  }

  async #admit(key: string): Promise<void> {
    for (;;) {
      const left = this.#perMinute - (await this.#refuseIfFull(key));
      const underWay = this.#underWay.get(key) ?? { count: 0, waiting: [] };
      if (underWay.count < left) {
        underWay.count += 1;
        this.#underWay.set(key, underWay);
        return;
      }
      await new Promise<void>((resolve) => underWay.waiting.push(resolve));
    }
  }

  #release(key: string): void {
    const underWay = this.#underWay.get(key)!;
    underWay.count -= 1;
    if (underWay.count === 0) this.#underWay.delete(key);
    for (const resolve of underWay.waiting.splice(0)) resolve();
  }

  /** How many were counted in this minute. */
  async #refuseIfFull(key: string): Promise<number> {
    const counted = await this.#limiter.get(key);
    if (!counted || counted.consumedPoints < this.#perMinute) return counted?.consumedPoints ?? 0;
    const retryAfter = Math.max(1, Math.ceil(counted.msBeforeNext / 1000));
    const message = `Too many attempts; try again in ${retryAfter} s`;
    throw new ChatError('rate_limited', { message, retryAfter });
  }
}
