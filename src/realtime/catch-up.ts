import type { LogEntry } from '../store/log-entry.ts';
import type { LogPage } from '../store/queries/replay.ts';
import type { Connection } from './connection.ts';
import { Delivery } from './frames.ts';

/** Entries in a page of a replay. */
const PAGE = 500;
/**
 * Characters that go out before the peer must have taken them: a page may hold megabytes, and who
 * reads slowly but steadily is not to be taken for somebody who does not read.
 */
const SLICE = 64 * 1024;

/** Reads the log after `cursor`, about `limit` entries; throws where the reader may not. */
export type ReadLog = (cursor: number, limit: number) => Promise<LogPage>;

/**
 * Brings a connection from `after` to the present, and lets it go live with no hole and no repeat
 * at the seam. The connection must have been added to its rooms before: what is committed from
 * then on is held back, so a page with nothing more behind it has all that is not held.
 * The next page is read when the peer has taken the last, so a replay of any length needs no more
 * memory than a page. `live` makes the frame that ends the replay, from the cursor then.
 *
 * `present` is the end of the log, read after the connection was added to its rooms: who asks for
 * nothing before it needs no look at the log.
 */
export async function catchUp(
  connection: Connection,
  options: {
    after: number;
    present: number;
    epoch: string;
    read: ReadLog;
    live: (cursor: number) => Buffer;
  },
): Promise<void> {
  const { after, present, epoch, read, live } = options;
  connection.startAt(after);
  if (after >= present && connection.goLive(live(after))) return;
  while (!connection.closed) {
    const { entries, cursor, more } = await read(connection.cursor, PAGE);
    for (const slice of slicesOf(entries)) {
      connection.replay(new Delivery(slice, epoch));
      await connection.drained();
    }
    connection.advance(cursor);
    if (!more && connection.goLive(live(connection.cursor))) return;
  }
}

function* slicesOf(entries: readonly LogEntry[]): Generator<readonly LogEntry[]> {
  let start = 0;
  let length = 0;
  for (let i = 0; i < entries.length; i += 1) {
    length += entries[i]!.json.length;
    if (length < SLICE && i < entries.length - 1) continue;
    yield entries.slice(start, i + 1);
    start = i + 1;
    length = 0;
  }
}
