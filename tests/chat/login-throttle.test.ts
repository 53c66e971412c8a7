import { setImmediate as nextTurn } from 'node:timers/promises';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { expect, it } from 'vitest';
import { LoginThrottle } from '../../src/chat/services/login-throttle.ts';
import { ChatError } from '../../src/protocol/errors.ts';
import { Alone } from '../../src/store/alone.ts';
import { ALONE } from '../support/alone.ts';
import type { LimiterOptions } from '../../src/store/cluster.ts';
import { times } from '../support/times.ts';

const LIMIT = 3;

/** Answers after some turns of the event loop, as a database does. */
class SlowLimiter extends RateLimiterMemory {
  override async consume(...args: Parameters<RateLimiterMemory['consume']>) {
    return this.#slowly(() => super.consume(...args));
  }

  override async reward(...args: Parameters<RateLimiterMemory['reward']>) {
    return this.#slowly(() => super.reward(...args));
  }

  async #slowly<T>(work: () => Promise<T>): Promise<T> {
    await nextTurn();
    const result = await work().then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    return result();
  }
}

class SlowAlone extends Alone {
  override limiter({ points, seconds }: LimiterOptions) {
    return new SlowLimiter({ points, duration: seconds });
  }
}

const isWrong = (error: unknown) => error instanceof ChatError && error.code === 'forbidden';

/** Lets guesses of one key start at once, each some turns after the other, and tells how each has ended. */
async function guessAtOnce(throttle: LoginThrottle, count: number, guess: () => Promise<string>) {
  return times(count, async (i) => {
    for (let turn = 0; turn < i; turn += 1) await nextTurn();
    return throttle.guard(['key'], guess, isWrong).catch((error: ChatError) => error.code);
  });
}

it('admits every right guess, however long the count takes beside the guesses', async () => {
  for (const turns of [0, 1, 2, 5, 20]) {
    const throttle = new LoginThrottle(LIMIT, new SlowAlone(ALONE));
    const answers = await guessAtOnce(throttle, 8 * LIMIT, async () => {
      for (let turn = 0; turn < turns; turn += 1) await nextTurn();
      return 'right';
    });
    expect(new Set(answers), `guesses of ${turns} turns`).toEqual(new Set(['right']));
  }
});

it('runs no more wrong guesses than the limit, however they overlap', async () => {
  for (const turns of [0, 1, 2, 5, 20]) {
    const throttle = new LoginThrottle(LIMIT, new SlowAlone(ALONE));
    const answers = await guessAtOnce(throttle, 8 * LIMIT, async () => {
      for (let turn = 0; turn < turns; turn += 1) await nextTurn();
      throw new ChatError('forbidden');
    });
    const refused = Array(7 * LIMIT).fill('rate_limited');
    expect(answers.toSorted()).toEqual([...Array(LIMIT).fill('forbidden'), ...refused]);
  }
});
