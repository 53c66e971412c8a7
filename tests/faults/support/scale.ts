import { onTestFailed } from 'vitest';

/*
 * Every fault test has a quick form, which runs with the other tests, and a long one
 * (`npm run test:faults`). They differ only in numbers, unless a test says otherwise.
 */
export const isLong = process.env['CHARLA_FAULTS'] === 'long';

export const scaled = <T>(quick: T, long: T): T => (isLong ? long : quick);

/** The timeout of a fault test, in milliseconds; it is generous because the machine may be busy. */
export const PATIENCE = scaled(120_000, 1_200_000);

/** Prints a measurement in the long form; the quick form prints none. */
export function print(line: string): void {
  if (isLong) process.stdout.write(`${line}\n`);
}

/** Reproducible random numbers: a failing test prints its seed, and CHARLA_SEED sets it. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to but excluding 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** An integer from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)]!;
  }

  /** A copy of the list in random order. */
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
  onTestFailed(() => void process.stdout.write(`To reproduce: CHARLA_SEED=${seed}\n`));
  print(`CHARLA_SEED=${seed}`);
  return seed;
}

/** Creates the random numbers of one test. */
export const seeded = (): Random => new Random(chooseSeed());

/** The smallest value that is at or above the fraction `p` of all values. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)] ?? Number.NaN;
}

const WORK = 'Ünïcödé wörds, 中文和かな, привет мир, ﷺ½ﬃ @ana '.repeat(100);
/** What that work takes on the machine where bounds in milliseconds were set: 2 cores of an AMD EPYC, Node 24. */
const WORK_MS = 0.55;

/** How many times slower this machine is at the moment than that one; 1 if it is faster. */
export function slowness(): number {
  let best = Infinity;
  for (let i = 0; i < 20; i += 1) {
    const since = performance.now();
    for (const [word] of WORK.matchAll(/[\p{L}\p{N}\p{M}_]+/gu)) {
      word.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
    }
    best = Math.min(best, performance.now() - since);
  }
  return Math.max(1, best / WORK_MS);
}
