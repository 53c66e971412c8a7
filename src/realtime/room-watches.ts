/** A reader that wants to know when a room has changed. */
interface Reader {
  readonly roomId: string;
  readonly userId: string;
  readonly sessionId: string;
}

/** Follows one room for a reader who then reads the log: the events themselves are not kept. */
export class RoomWatch implements Reader {
  readonly roomId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly #end: (watch: RoomWatch) => void;
  #hasChanged = false;
  #isClosed = false;
  #wake = () => {};

  constructor({ roomId, userId, sessionId }: Reader, end: (watch: RoomWatch) => void) {
    this.roomId = roomId;
    this.userId = userId;
    this.sessionId = sessionId;
    this.#end = end;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Resolves with true once something has changed since the last call (so read the log after it, not before), with
   * false after `ms`, or once the watch is closed.
   */
  async changed(ms: number): Promise<boolean> {
    if (!this.#hasChanged && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const hasChanged = this.#hasChanged;
    this.#hasChanged = false;
    return hasChanged;
  }

  /** Notes a change: an event of the room, or the end of the session or of the server. */
  note(): void {
    this.#hasChanged = true;
    this.#wake();
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#end(this);
    this.#wake();
  }
}

/** All that is followed here, by room. */
export class RoomWatches {
  readonly #byRoom = new Map<string, Set<RoomWatch>>();

  add(reader: Reader): RoomWatch {
    const watch = new RoomWatch(reader, () => this.#remove(watch));
    const { roomId } = reader;
    this.#byRoom.set(roomId, (this.#byRoom.get(roomId) ?? new Set()).add(watch));
    return watch;
  }

  *all(): Iterable<RoomWatch> {
    for (const watches of this.#byRoom.values()) yield* watches;
  }

  noteRoom(roomId: string): void {
    for (const watch of this.#byRoom.get(roomId) ?? []) watch.note();
  }

  noteAll(): void {
    for (const watch of this.all()) watch.note();
  }

  #remove(watch: RoomWatch): void {
    const watches = this.#byRoom.get(watch.roomId);
    watches?.delete(watch);
    if (watches?.size === 0) this.#byRoom.delete(watch.roomId);
  }
}
