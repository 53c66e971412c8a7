import type { Connection } from './connection.ts';

/** How many bytes all peers together may leave unread: many slow readers must not fill the memory either. */
const MAX_TOTAL_UNREAD_BYTES = 256 * 1024 * 1024;

/** Returns the connections to close, slowest first, so that all peers together leave less unread than they may. */
export function slowestBeyondLimit(
  connections: Iterable<Connection>,
  unread: number,
): Connection[] {
  let excess = unread - MAX_TOTAL_UNREAD_BYTES;
  if (excess <= 0) return [];
  const bySlowness = [...connections].toSorted((a, b) => b.unreadBytes - a.unreadBytes);
  const slowest: Connection[] = [];
  for (const connection of bySlowness) {
    if (excess <= 0) break;
    excess -= connection.unreadBytes;
    slowest.push(connection);
  }
  return slowest;
}
