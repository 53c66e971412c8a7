import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { RoomKind } from '../../protocol/resources.ts';
import { copiedTables } from './tables.ts';
import { PreparedQuery } from '../query.ts';
import type { Database, EventRow } from '../tables.ts';
import type { Tx } from '../transaction.ts';
import { stringsIn } from '../values.ts';
import { countAdmins } from '../queries/accounts.ts';
import { deleteMeta, getMeta, setMeta } from '../queries/meta.ts';

/* What an import reads and writes, in a database that nobody else uses. */

type Db = Kysely<Database>;

/** Whether the database has anything that people made. */
export async function hasPeople(db: Db): Promise<boolean> {
  const { rows } = await sql`select 1 from users limit 1`.execute(db);
  return rows.length > 0;
}

/**
 * Empties the database for an import that begins: what a new server has is not kept, nor what an earlier import has
 * left. `place` says that nothing was imported yet, `filesId` whose FILES_DIR it is where that is not known yet.
 */
export async function beginImport(
  db: Db,
  { place, filesId }: { place: string; filesId: string },
): Promise<void> {
  for (const { name } of copiedTables.toReversed()) {
    if (name !== 'meta') await sql`delete from ${sql.table(name)}`.execute(db);
  }
  // What an earlier import has left is gone from the file after the next stop.
  if ((await getMeta(db, 'import')) !== undefined) await setMeta(db, 'wipe_due', '1');
  if ((await getMeta(db, 'files_id')) === undefined) await setMeta(db, 'files_id', filesId);
  await setMeta(db, 'import', place);
}

/**
 * Ends an import: the database is whole from then on. Without a log of the exporting server, `lastReadSeq` counts
 * messages; whoever has none has read everything.
 */
export async function endImport(db: Db, { hasLog }: { hasLog: boolean }): Promise<void> {
  const before = hasLog ? sql`0` : sql`1 + rooms.member_count`;
  await sql`update members set last_read_seq = (
    select case when members.last_read_seq < 0 or members.last_read_seq + ${before} > rooms.head
      then rooms.head else members.last_read_seq + ${before} end
    from rooms where rooms.id = members.room_id)`.execute(db);
  // Summaries tell of what comes from now on.
  await sql`update users set summary_pos = (select coalesce(max(pos), 0) from events)
    where summary_language is not null`.execute(db);
  if ((await countAdmins(db)) > 0) await deleteMeta(db, 'setup_code');
  await setMeta(db, 'epoch', randomUUID());
  await deleteMeta(db, 'import');
}

/** What does not fit together in an imported database, as a sentence; null where all does. */
export async function findMisfit(db: Db): Promise<string | null> {
  for (const [query, sentence] of misfits) {
    const { rows } = await sql<{ what: string }>`${query} limit 1`.execute(db);
    if (rows[0]) return sentence(rows[0].what);
  }
  return null;
}

const misfits = [
  [
    sql`select id as what from rooms where head = 0`,
    (what: string) => `events.jsonl has no event of the room ${what}`,
  ],
  [
    sql`select id as what from rooms where kind = 'direct'
      and (select count(*) from members where room_id = rooms.id) != 2`,
    (what: string) => `members.jsonl does not have the two of the direct room ${what}`,
  ],
  [
    sql`select messages.room_id || ', seq ' || messages.seq as what from messages
      where not exists (select 1 from events where events.room_id = messages.room_id
        and events.seq = messages.seq and events.type = 'message.created')`,
    (what: string) => `events.jsonl has no message.created of the message in room ${what}`,
  ],
  [
    sql`select events.room_id || ', seq ' || events.seq as what from events
      where events.target_seq is not null and not exists (select 1 from messages
        where messages.room_id = events.room_id and messages.seq = events.target_seq)`,
    (what: string) => `messages.jsonl has no message of the event in room ${what}`,
  ],
] as const;

/** Those of some ids that a table has. */
export async function findKnown(
  db: Db,
  table: 'users' | 'rooms',
  ids: ReadonlySet<string>,
): Promise<Set<string>> {
  const given = stringsIn(JSON.stringify([...ids]));
  const { rows } = await sql<{ id: string }>`
    select id from ${sql.table(table)} where id in (select value from ${given} as given)`.execute(
    db,
  );
  return new Set(rows.map(({ id }) => id));
}

/** The keys of names of some users, by their ids. */
export async function findNameKeys(
  db: Db,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('users')
    .innerJoin(stringsIn(JSON.stringify([...ids])).as('given'), 'given.value', 'users.id')
    .select(['users.id', 'users.name_key'])
    .execute();
  return new Map(rows.map(({ id, name_key }) => [id, name_key]));
}

/** A room, as far as it is imported. */
export interface ImportedRoom {
  readonly id: string;
  readonly kind: RoomKind;
  readonly createdBy: string | null;
  readonly createdAt: number;
  readonly memberCount: number;
  readonly messageCount: number;
  /** Its last seq. */
  head: number;
}

/** Some rooms by their ids. */
export async function findRooms(
  db: Db,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ImportedRoom>> {
  const rows = await db
    .selectFrom('rooms')
    .innerJoin(stringsIn(JSON.stringify([...ids])).as('given'), 'given.value', 'rooms.id')
    .selectAll('rooms')
    .execute();
  const rooms = rows.map((row): [string, ImportedRoom] => [
    row.id,
    {
      id: row.id,
      kind: row.kind,
      createdBy: row.created_by,
      createdAt: row.created_at,
      memberCount: row.member_count,
      messageCount: row.message_count,
      head: row.head,
    },
  ]);
  return new Map(rooms);
}

/** What follows its last position in the log: every event but its position. */
export type NewEvent = Omit<EventRow, 'pos'>;

const setHead = new PreparedQuery((db, its: { roomId: string; head: number; lastPos: number }) =>
  db
    .updateTable('rooms')
    .set({ head: its.head, last_pos: its.lastPos })
    .where('id', '=', its.roomId),
);

/** Appends events, whose seqs follow the heads of their rooms; returns the position of each. Once per transaction. */
export async function appendEvents(tx: Tx, events: readonly NewEvent[]): Promise<number[]> {
  const first = (await tx.lastPos()) + 1;
  await tx.insert(
    'events',
    events.map((event, i) => ({ pos: first + i, ...event })),
  );
  const heads = new Map(
    events.map(({ room_id: roomId, seq }, i) => [
      roomId,
      { roomId, head: seq, lastPos: first + i },
    ]),
  );
  if (heads.size > 0) await tx.each(setHead, [...heads.values()]);
  return events.map((_, i) => first + i);
}

const addMembers = new PreparedQuery((db, its: { roomId: string; count: number }) =>
  db
    .updateTable('rooms')
    .set((eb) => ({ member_count: eb('member_count', '+', its.count) }))
    .where('id', '=', its.roomId),
);

/** Counts members who were added. */
export async function countNewMembers(
  tx: Tx,
  added: readonly { roomId: string; count: number }[],
): Promise<void> {
  await tx.each(addMembers, added);
}

const addMessages = new PreparedQuery((db, its: { roomId: string; count: number; at: number }) =>
  db
    .updateTable('rooms')
    .set((eb) => ({
      message_count: eb('message_count', '+', its.count),
      last_activity_at: its.at,
    }))
    .where('id', '=', its.roomId),
);

/** Counts messages that were added, of which the last one is of the time `at`. */
export async function countNewMessages(
  tx: Tx,
  added: readonly { roomId: string; count: number; at: number }[],
): Promise<void> {
  await tx.each(addMessages, added);
}

const eventAt = new PreparedQuery((db, its: { roomId: string; seq: number }) =>
  db
    .selectFrom('events')
    .select(['pos', 'type', 'user_id'])
    .where('room_id', '=', its.roomId)
    .where('seq', '=', its.seq),
);

/** The events at some places, in their order; undefined where there is none. */
export async function findEvents(tx: Tx, at: readonly { roomId: string; seq: number }[]) {
  return (await tx.each(eventAt, at)).map(([row]) => row);
}

const lastMessage = new PreparedQuery((db, its: { roomId: string }) =>
  db
    .selectFrom('messages')
    .select('seq')
    .where('room_id', '=', its.roomId)
    .orderBy('seq', 'desc')
    .limit(1),
);

/** The seq of the last message of some rooms, in their order; 0 where there is none. */
export async function findLastMessages(tx: Tx, roomIds: readonly string[]): Promise<number[]> {
  const found = await tx.each(
    lastMessage,
    roomIds.map((roomId) => ({ roomId })),
  );
  return found.map(([row]) => row?.seq ?? 0);
}

const lastOfAuthor = new PreparedQuery((db, its: { roomId: string; userId: string }) =>
  db
    .selectFrom('messages')
    .select('author_nth')
    .where('room_id', '=', its.roomId)
    .where('author_id', '=', its.userId)
    .orderBy('seq', 'desc')
    .limit(1),
);

/** How many messages some users have in some rooms, in their order. */
export async function countOfAuthors(
  tx: Tx,
  authors: readonly { roomId: string; userId: string }[],
): Promise<number[]> {
  return (await tx.each(lastOfAuthor, authors)).map(([row]) => row?.author_nth ?? 0);
}

/** Keeps the hash of what was first sent as a message that was changed since. */
export async function setClientHash(
  db: Db,
  { roomId, seq, hash }: { roomId: string; seq: number; hash: Buffer },
): Promise<void> {
  await db
    .updateTable('messages')
    .set({ client_hash: hash })
    .where('room_id', '=', roomId)
    .where('seq', '=', seq)
    .execute();
}
