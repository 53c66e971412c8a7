/** Minimum time between two flushes of what may wait, in milliseconds. */
const LATER_MS = 5;

interface Flushable {
  flush(): void;
}

/**
 * The connections that have something to write. They are flushed when the turn of the event loop ends, or, for
 * what may wait, together with everything else that arrives within a few milliseconds. After a pause, nothing waits.
 */
export class FlushQueue {
  #dirty: Flushable[] = [];
  #later: Flushable[] = [];
  /** When what may wait was last flushed. */
  #laterFlushedAt = -Infinity;

  add(connection: Flushable): void {
    if (this.#dirty.length === 0) setImmediate(() => this.#flush());
    this.#dirty.push(connection);
  }

  addLater(connection: Flushable): void {
    if (this.#later.length === 0) this.#scheduleLater();
    this.#later.push(connection);
  }

  #scheduleLater(): void {
    const wait = this.#laterFlushedAt + LATER_MS - performance.now();
    if (wait > 0) setTimeout(() => this.#flushLater(), wait);
    else setImmediate(() => this.#flushLater());
  }

  #flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const connection of dirty) connection.flush();
  }

  #flushLater(): void {
    this.#laterFlushedAt = performance.now();
    const later = this.#later;
    this.#later = [];
    for (const connection of later) connection.flush();
  }
}
