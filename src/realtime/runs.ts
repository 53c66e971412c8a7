import type { LogEntry } from '../store/log-entry.ts';

/**
 * Splits entries into runs of the same room, each of which can be sent as one. The order stays as it is: a stream's
 * cursor must never be ahead of an event that was not sent yet. An entry that changes who receives the next ones,
 * or that goes to everybody, is a run of its own.
 */
export function* runsOfOneRoom(entries: readonly LogEntry[]): Generator<readonly LogEntry[]> {
  let start = 0;
  for (let i = 1; i <= entries.length; i += 1) {
    const [last, next] = [entries[i - 1]!, entries[i]];
    const joins = next && next.roomId === last.roomId && isPlain(last) && isPlain(next);
    if (joins) continue;
    yield entries.slice(start, i);
    start = i;
  }
}

const isPlain = ({ forEveryone, type }: LogEntry) =>
  !forEveryone && !type.startsWith('member.') && type !== 'room.deleted';
