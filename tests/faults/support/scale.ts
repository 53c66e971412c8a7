import { onTestFailed } from 'vitest';

/*
 * Every proof has a quick form, which runs with all the other tests, and a long one
 * (`npm run test:faults`). They differ in numbers only, unless a test says otherwise.
 */
export const isLong = process.env['CHARLA_FAULTS'] === 'long';

export const scaled = <T>(quick: T, long: T): T => (isLong ? long : quick);

/** How long a proof may take, in milliseconds: a machine may have other things to do. */
export const PATIENCE = scaled(120_000, 1_200_000);

/** Shows a figure that was measured; the quick forms are quiet. */
export function print(line: string): void {
  if (isLong) process.stdout.write(`${line}\n`);
}

/** Numbers at random that can be had again: the seed is printed, and CHARLA_SEED gives it back. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, not including, 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number of `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)]!;
  }

  /** The same items in another order. */
  shuffle<T>(list: readonly T[]): T[] {
    const shuffled = [...list];
    for (let i = shuffled.length - 1; i > 0; i -= 1) {
      const j = this.int(0, i);
      [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
    }
    return shuffled;
  }
}

export function chooseSeed(): number {
  const given = process.env['CHARLA_SEED'];
  const seed = given ? Number(given) : Math.floor(Math.random() * 2 ** 31);
  onTestFailed(() => void process.stdout.write(`To see this again: CHARLA_SEED=${seed}\n`));
  print(`CHARLA_SEED=${seed}`);
  return seed;
}

/** A source of random numbers for one test. */
export const seeded = (): Random => new Random(chooseSeed());

/** The value that the share `p` of all stays at or below. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)] ?? Number.NaN;
}
