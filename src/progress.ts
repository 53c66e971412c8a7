/** How often progress is printed at most, in milliseconds. */
const PRINT_MS = 1000;

/** Prints a line about something that takes long, and how much of it is done: from 0 to 1. */
export type PrintProgress = (line: string, done: number) => void;

export interface ProgressOptions {
  /** What is counted, in the plural. */
  readonly unit: string;
  /** How often it is printed at most, in milliseconds; once a second where it is not given. */
  readonly everyMs?: number | undefined;
}

/** Prints how far something has come. */
export class Progress {
  readonly #print: PrintProgress;
  readonly #unit: string;
  readonly #everyMs: number;
  #printedAt = performance.now();
  #startedAt = 0;
  #what = '';
  #total = 0;
  #done = 0;

  constructor(print: PrintProgress, { unit, everyMs = PRINT_MS }: ProgressOptions) {
    this.#print = print;
    this.#unit = unit;
    this.#everyMs = everyMs;
  }

  /** Begins with something that has `total` units. */
  begin(what: string, total: number): void {
    this.#startedAt = performance.now();
    this.#what = what;
    this.#total = total;
    this.#done = 0;
  }

  add(units: number): void {
    this.set(this.#done + units);
  }

  /** So much of it is done. */
  set(done: number): void {
    this.#done = done;
    const now = performance.now();
    if (now - this.#printedAt < this.#everyMs) return;
    this.#printedAt = now;
    const rate = (done / (now - this.#startedAt)) * 1000;
    const counts = `${shown(done)} of ${shown(this.#total)} ${this.#unit}`;
    const line = `${this.#what}: ${counts}, ${shown(rate)} a second`;
    this.#print(line, this.#total > 0 ? Math.min(1, done / this.#total) : 1);
  }
}

/** A number as people write it: 1,234,567. */
export const shown = (number: number): string => Math.round(number).toLocaleString('en-US');
