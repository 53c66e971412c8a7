/* Numbers that the layers keep about themselves. Counting takes nanoseconds; whoever wants to know reads them. */

/** Upper bounds for times, in seconds: from a fast disk to the longest timeouts. */
export const SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

/** Returns a count of 0 for each key. */
export function zeros<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
}

/** How many values were at most each bound, how many there were, and their sum. */
export interface Distribution {
  /** Each bound counts the values of those before it, too. */
  readonly buckets: readonly (readonly [bound: number, count: number])[];
  readonly sum: number;
  readonly count: number;
}

/** Counts values between bounds. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** One for each bound, and one for what exceeds the last. */
  readonly #counts: number[];
  #sum = 0;

  /** `bounds` ascend. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array<number>(bounds.length + 1).fill(0);
  }

  add(value: number): void {
    let i = 0;
    while (i < this.#bounds.length && value > this.#bounds[i]!) i += 1;
    this.#counts[i]! += 1;
    this.#sum += value;
  }

  read(): Distribution {
    let count = 0;
    const buckets = this.#bounds.map((bound, i) => [bound, (count += this.#counts[i]!)] as const);
    return { buckets, sum: this.#sum, count: count + this.#counts.at(-1)! };
  }
}

/** Something that waits for its turn, and what has it. */
export interface Queue {
  readonly waiting: number;
  readonly running: number;
}
