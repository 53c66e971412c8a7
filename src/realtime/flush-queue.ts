import { Traffic } from './traffic.ts';

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
  readonly traffic = new Traffic();
  #dirty: Flushable[] = [];
  #later: Flushable[] = [];
  /** When what may wait was last flushed. */
  #laterFlushedAt = -Infinity;
  /** When the first events that this flush writes became known; null where it has none. */
  #deliveredAt: number | null = null;

  add(connection: Flushable): void {
    if (this.#dirty.length === 0) setImmediate(() => this.#flush());
    this.#dirty.push(connection);
  }

  /** Notes that events, known since a moment of `performance.now()`, are in the next flush, where anybody reads them. */
  noteDelivery(since: number): void {
    if (this.#dirty.length > 0) this.#deliveredAt ??= since;
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
    this.traffic.writes += dirty.length;
    if (this.#deliveredAt === null) return;
    this.traffic.deliverySeconds.add((performance.now() - this.#deliveredAt) / 1000);
    this.#deliveredAt = null;
  }

  #flushLater(): void {
    this.#laterFlushedAt = performance.now();
    const later = this.#later;
    this.#later = [];
    for (const connection of later) connection.flush();
    this.traffic.writes += later.length;
  }
}
