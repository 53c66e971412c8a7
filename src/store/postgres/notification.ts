import type { Message } from '../../protocol/resources.ts';
import { mentionJson, type LogEntry } from '../log-entry.ts';

/** The channel on which a commit tells all nodes what it has logged. */
export const LOG_CHANNEL = 'charla_log';
/** PostgreSQL's limit of a payload is below 8,000 bytes. */
const MAX_BYTES = 7900;

/** What a commit has logged, or a part of it: the positions from `first` to `last`. */
export interface LogNews {
  readonly first: number;
  readonly last: number;
  /** Null where they do not fit in a payload: they have to be read from the log. */
  readonly entries: readonly LogEntry[] | null;
}

/** What routing needs of an entry, in the order of `LogEntry`. Its JSON follows on a line of its own. */
type Head = [
  roomId: string,
  seq: number,
  type: LogEntry['type'],
  userId: string | null,
  reason: LogEntry['reason'],
  forEveryone: 0 | 1,
  mentionedIds: readonly string[] | null,
];

/**
 * Entries as payloads, in order, as many in each as fit. The first line has the positions and the heads of the
 * entries, every other line the JSON of one of them, which holds no line break: it need not be parsed to be delivered.
 */
export function toPayloads(entries: readonly LogEntry[]): string[] {
  const payloads: string[] = [];
  let heads: string[] = [];
  let lines: string[] = [];
  let bytes = 0;
  let first = entries[0]?.pos ?? 0;
  const flush = (next: number) => {
    if (heads.length > 0) {
      payloads.push([`${first} ${next - 1} [${heads.join(',')}]`, ...lines].join('\n'));
    }
    [heads, lines, bytes, first] = [[], [], 0, next];
  };
  for (const entry of entries) {
    const head = JSON.stringify(headOf(entry));
    const size = Buffer.byteLength(head) + Buffer.byteLength(entry.json) + 2;
    if (bytes + size > MAX_BYTES - 40) flush(entry.pos);
    if (size > MAX_BYTES - 40) {
      payloads.push(`${entry.pos} ${entry.pos}`);
      first = entry.pos + 1;
      continue;
    }
    heads.push(head);
    lines.push(entry.json);
    bytes += size;
  }
  flush((entries.at(-1)?.pos ?? 0) + 1);
  return payloads;
}

function headOf({ roomId, seq, type, userId, reason, forEveryone, mention }: LogEntry): Head {
  return [roomId, seq, type, userId, reason, forEveryone ? 1 : 0, mention?.userIds ?? null];
}

/** The positions of a payload; its entries are parsed only where they are needed. */
export function positionsOf(payload: string): { first: number; last: number } {
  const [first, last] = payload.slice(0, 40).split(' ', 2);
  return { first: Number(first), last: Number.parseInt(last!, 10) };
}

export function fromPayload(payload: string): LogNews {
  const { first, last } = positionsOf(payload);
  const start = payload.indexOf('[');
  if (start === -1) return { first, last, entries: null };
  const [heads, ...lines] = payload.slice(start).split('\n');
  const entries = (JSON.parse(heads!) as Head[]).map((head, i) =>
    toEntry(head, first + i, lines[i]!),
  );
  return { first, last, entries };
}

function toEntry(head: Head, pos: number, json: string): LogEntry {
  const [roomId, seq, type, userId, reason, forEveryone, userIds] = head;
  return {
    pos,
    roomId,
    seq,
    type,
    userId,
    reason,
    forEveryone: forEveryone === 1,
    mention: userIds && { userIds, json: mentionJson(roomId, messageOf(json)) },
    json,
  };
}

const messageOf = (json: string) => (JSON.parse(json) as { message: Message }).message;
