/** How often a line is printed at most, in milliseconds. */
const PRINT_MS = 1000;

/** Prints how far the copy has come. */
export class Progress {
  readonly #print: (line: string) => void;
  #printedAt = performance.now();
  #startedAt = 0;
  #what = '';
  #total = 0;
  #done = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Begins with something that has `total` rows. */
  begin(what: string, total: number): void {
    this.#startedAt = performance.now();
    this.#what = what;
    this.#total = total;
    this.#done = 0;
  }

  add(rows: number): void {
    this.#done += rows;
    const now = performance.now();
    if (now - this.#printedAt < PRINT_MS) return;
    this.#printedAt = now;
    const rate = (this.#done / (now - this.#startedAt)) * 1000;
    const counts = `${shown(this.#done)} of ${shown(this.#total)} rows`;
    this.#print(`${this.#what}: ${counts}, ${shown(rate)} a second`);
  }
}

/** A number as people write it: 1,234,567. */
export const shown = (number: number): string => Math.round(number).toLocaleString('en-US');
