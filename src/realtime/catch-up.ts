import type { LogPage } from '../store/log.ts';
import type { Connection } from './connection.ts';
import { Delivery } from './frames.ts';

/** Entries in a page of a replay. */
const PAGE = 500;

/** Reads the log after `cursor`, about `limit` entries; throws where the reader may not. */
export type ReadLog = (cursor: number, limit: number) => Promise<LogPage>;

/**
 * Brings a connection from `after` to the present, and lets it go live with no hole and no repeat
 * at the seam. The connection must have been added to its rooms before: what is committed from
 * then on is held back, so a page with nothing more behind it has all that is not held.
 * The next page is read when the peer has taken the last, so a replay of any length needs no more
 * memory than a page. `live` makes the frame that ends the replay, from the cursor then.
 */
export async function catchUp(
  connection: Connection,
  options: { after: number; epoch: string; read: ReadLog; live: (cursor: number) => Buffer },
): Promise<void> {
  const { after, epoch, read, live } = options;
  connection.startAt(after);
  while (!connection.closed) {
    const { entries, cursor, more } = await read(connection.cursor, PAGE);
    connection.replay(entries.length > 0 ? new Delivery(entries, epoch) : null, cursor);
    await connection.drained();
    if (!more && connection.goLive(live(connection.cursor))) return;
  }
}
