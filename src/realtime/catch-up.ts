import type { LogEntry } from '../store/log-entry.ts';
import type { LogPage } from '../store/queries/replay.ts';
import type { Connection } from './connection.ts';
import { Delivery } from './frames.ts';

/** Entries in one page of a replay. */
const PAGE = 500;
/**
 * How many characters are sent before the peer must have read them. A page may be megabytes long, and a peer that
 * reads slowly but steadily must not be mistaken for one that does not read.
 */
const SLICE = 64 * 1024;

/** Reads about `limit` entries of the log after `cursor`. Throws if the reader may not read it. */
export type ReadLog = (cursor: number, limit: number) => Promise<LogPage>;

/**
 * Replays the log after `after` and then takes the connection live, with no hole and no repeat at the seam.
 * The connection must have been added to its rooms before. What is committed from then on is held back, so the
 * last page has everything that is not held back. Each page is read once the peer has read the one before, so
 * a replay of any length takes the memory of one page. `live` makes the frame that ends the replay, from the
 * cursor at that moment.
 *
 * `present` is the end of the log, read after the connection was added to its rooms. A connection that starts
 * there needs no query.
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
