/**
 * The last position that this node has told anybody of, in memory that its threads share. A database whose log ends
 * before it has lost commits.
 */
export class Told {
  readonly memory: SharedArrayBuffer;
  readonly #pos: BigInt64Array;

  constructor(memory = new SharedArrayBuffer(8)) {
    this.memory = memory;
    this.#pos = new BigInt64Array(memory);
  }

  get pos(): number {
    return Number(Atomics.load(this.#pos, 0));
  }

  advance(pos: number): void {
    if (pos > this.pos) this.set(pos);
  }

  /** For another database, whose log may be shorter. */
  set(pos: number): void {
    Atomics.store(this.#pos, 0, BigInt(pos));
  }
}
