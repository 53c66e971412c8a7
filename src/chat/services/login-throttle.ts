import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { ChatError } from '../../protocol/errors.ts';
import type { Cluster } from '../../store/cluster.ts';
import { Refusals } from './refusals.ts';

/** The guesses of a key that are being admitted or have not ended. */
interface Guesses {
  /** Both numbers count guesses that were admitted. */
  inProgress: number;
  ended: number;
  /** Settles once all that came before are admitted or refused: counting takes a moment where nodes share the count. */
  turn: Promise<void>;
  /** Tells the one whose turn it is that a guess has ended. */
  wake: () => void;
  /** How many hold this entry: it is deleted with the last. */
  holders: number;
}

/** Limits guesses and registrations by key (an account, an address) to so many a minute. */
export class LoginThrottle {
  readonly #limiter: RateLimiterAbstract | null;
  readonly #guesses = new Map<string, Guesses>();
  readonly rejected = new Refusals();

  /** `perMinute` 0 turns it off. */
  constructor(perMinute: number, cluster: Cluster) {
    const options = { prefix: 'guess', points: perMinute, seconds: 60 };
    this.#limiter = perMinute === 0 ? null : cluster.limiter(options);
  }

  /** Counts one under the key; throws `rate_limited` beyond the limit. */
  async count(key: string): Promise<void> {
    const exceeded = await this.#consume(key);
    if (exceeded) throw this.#refusal(exceeded);
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
    const guesses = this.#hold(key);
    try {
      await this.#admit(key, guesses);
      return await this.#counted(key, guesses, () => this.guard(others, guess, isWrong), isWrong);
    } finally {
      guesses.holders -= 1;
      if (guesses.holders === 0) this.#guesses.delete(key);
    }
  }

  #hold(key: string): Guesses {
    let guesses = this.#guesses.get(key);
    if (!guesses) {
      guesses = { inProgress: 0, ended: 0, turn: Promise.resolve(), wake: () => {}, holders: 0 };
      this.#guesses.set(key, guesses);
    }
    guesses.holders += 1;
    return guesses;
  }

  /** Admits one guess after the other, each once it is within the limit or no other can make room for it. */
  async #admit(key: string, guesses: Guesses): Promise<void> {
    const previous = guesses.turn;
    let endTurn = () => {};
    guesses.turn = new Promise((resolve) => (endTurn = resolve));
    await previous;
    try {
      for (;;) {
        const { ended } = guesses;
        const exceeded = await this.#consume(key);
        if (!exceeded) {
          guesses.inProgress += 1;
          return;
        }
        // One that has ended while this one was counted may have made room.
        if (guesses.ended !== ended) continue;
        if (guesses.inProgress === 0) throw this.#refusal(exceeded);
        await new Promise<void>((resolve) => (guesses.wake = resolve));
      }
    } finally {
      endTurn();
    }
  }

  async #counted<T>(
    key: string,
    guesses: Guesses,
    guess: () => Promise<T>,
    isWrong: (error: unknown) => boolean,
  ): Promise<T> {
    try {
      const result = await guess();
      await this.#limiter!.reward(key);
      return result;
    } catch (error) {
      if (!isWrong(error)) await this.#limiter!.reward(key);
      throw error;
    } finally {
      guesses.inProgress -= 1;
      guesses.ended += 1;
      guesses.wake();
    }
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

  #refusal({ msBeforeNext }: RateLimiterRes): ChatError {
    this.rejected.add();
    const retryAfter = Math.max(1, Math.ceil(msBeforeNext / 1000));
    const message = `Too many attempts; try again in ${retryAfter} s`;
    return new ChatError('rate_limited', { message, retryAfter });
  }
}
