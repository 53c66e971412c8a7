/** How often a limit has refused something, since the start of this node, and whom the last time. */
export class Refusals {
  count = 0;
  /** In milliseconds since 1970; 0 for never. */
  lastAt = 0;
  /** Null where it was nobody who is signed in. */
  lastUserId: string | null = null;

  add(userId: string | null = null): void {
    this.count += 1;
    this.lastAt = Date.now();
    this.lastUserId = userId;
  }
}
