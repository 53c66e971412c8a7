/** How long something is gathered at most, in milliseconds: a part of what a busy server takes anyway. */
const MAX_MS = 4;

/**
 * Gathers what comes turn after turn of the event loop, to be done in a row: the same work done many
 * times over finds its code and data in the processor's caches, and who is woken by it is woken once.
 * It ends with the first turn that brings no more, so where there is little to do nothing waits.
 */
export class Batcher<Item> {
  readonly #take: (items: readonly Item[]) => void;
  #items: Item[] = [];
  #since = 0;

  /** `take` does what was gathered, in the order in which it came. */
  constructor(take: (items: readonly Item[]) => void) {
    this.#take = take;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length > 1) return;
    this.#since = performance.now();
    this.#waitForMore(0);
  }

  /** Hands on what is there. */
  flush(): void {
    const items = this.#items;
    this.#items = [];
    if (items.length > 0) this.#take(items);
  }

  #waitForMore(known: number): void {
    setImmediate(() => {
      const count = this.#items.length;
      const goesOn = count > known && performance.now() - this.#since < MAX_MS;
      if (goesOn) this.#waitForMore(count);
      else this.flush();
    });
  }
}
