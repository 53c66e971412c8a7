/** How long items are collected at most, in milliseconds: a fraction of what a busy server takes anyway. */
const MAX_MS = 4;

/**
 * Collects items over turns of the event loop and processes them together: repeating the same work keeps its code and
 * data in the processor's caches, and wakes threads and processes once. A batch ends with the first turn that
 * adds no item, so nothing waits while there is little to do.
 */
export class Batcher<Item> {
  readonly #process: (items: readonly Item[]) => void;
  #items: Item[] = [];
  #since = 0;

  /** `process` receives the items in the order in which they were added. */
  constructor(process: (items: readonly Item[]) => void) {
    this.#process = process;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length > 1) return;
    this.#since = performance.now();
    this.#waitForMore(0);
  }

  /** Processes what was added so far. */
  flush(): void {
    const items = this.#items;
    this.#items = [];
    if (items.length > 0) this.#process(items);
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
