/** Encodes a position in the server's log, together with the database that it belongs to. Opaque to clients. */
export function cursorOf(epoch: string, pos: number): string {
  return `${epoch}.${pos.toString(36)}`;
}

/** Returns the position of a cursor; null if this server did not make it for this database. */
export function posOf(epoch: string, cursor: string): number | null {
  const [ofEpoch, digits, ...rest] = cursor.split('.');
  if (ofEpoch !== epoch || rest.length > 0 || !/^[0-9a-z]{1,10}$/.test(digits ?? '')) return null;
  return Number.parseInt(digits!, 36);
}

/**
 * Decides where a connection starts to read: after the client's cursor, or at the present if it has none. A cursor of
 * another database (null) or ahead of `head`, as after a restored backup, cannot be continued: the client then
 * starts at the present and has to drop what it knows.
 */
export function startFrom(
  cursor: number | null | undefined,
  head: number,
): { readonly after: number; readonly isReset: boolean } {
  if (cursor === undefined) return { after: head, isReset: false };
  const isReset = cursor === null || cursor > head;
  return { after: isReset ? head : cursor, isReset };
}
