import type { User } from '../protocol/resources.ts';

/** How long changes are remembered, in milliseconds: longer than it takes to open a connection or send a body. */
const MEMORY_MS = 60_000;

/**
 * What changed within the last minute. A request that read the store before a change, and is processed after it,
 * finds out here. Moments are those of `performance.now()`.
 */
export class RecentChanges {
  readonly #rooms = new Map<string, number>();
  readonly #users = new Map<string, { readonly user: User; readonly at: number }>();
  readonly #endedSessions = new Map<string, number>();
  /** When any user last changed. */
  #lastUserChange = -Infinity;
  /** When all that was read before became invalid. */
  #resetAt = -Infinity;

  noteRoom(roomId: string): void {
    this.#rooms.set(roomId, performance.now());
  }

  noteUser(user: User): void {
    this.#lastUserChange = performance.now();
    this.#users.set(user.id, { user, at: this.#lastUserChange });
  }

  noteReset(): void {
    this.#resetAt = performance.now();
  }

  noteEndedSession(sessionId: string): void {
    this.#endedSessions.set(sessionId, performance.now());
  }

  /** Whether a room may have changed since `moment`. True if that is too long ago to know. */
  hasRoomChangedSince(roomId: string, moment: number): boolean {
    const isForgotten = performance.now() - moment > MEMORY_MS;
    // A direct room carries the name of a user.
    const mayBeRenamed = this.#lastUserChange >= moment;
    if (this.#resetAt >= moment) return true;
    return isForgotten || mayBeRenamed || (this.#rooms.get(roomId) ?? -1) >= moment;
  }

  /** The user as of their last change, if that was recent; otherwise as given. */
  latest(user: User): User {
    return this.#users.get(user.id)?.user ?? user;
  }

  hasEnded(sessionId: string): boolean {
    return this.#endedSessions.has(sessionId);
  }

  forgetOld(): void {
    const limit = performance.now() - MEMORY_MS;
    for (const [roomId, at] of this.#rooms) if (at < limit) this.#rooms.delete(roomId);
    for (const [userId, { at }] of this.#users) if (at < limit) this.#users.delete(userId);
    for (const [sessionId, at] of this.#endedSessions) {
      if (at < limit) this.#endedSessions.delete(sessionId);
    }
  }
}
