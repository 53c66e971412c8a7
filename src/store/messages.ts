import { sql, type Kysely, type Updateable } from 'kysely';
import type { Reaction, Role } from '../protocol/resources.ts';
import type { AuthoredMessageRow } from './rows.ts';
import type { Database, MessagesTable, NewMessage, UserRow } from './schema.ts';

type Db = Kysely<Database>;

/** Rows a multi-row insert may hold: SQLite binds at most 32,766 values in one statement. */
const MAX_ROWS = 1000;

/** What a reader gets of a message and its author. */
export const messageColumns = [
  'messages.room_id',
  'messages.seq',
  'messages.author_id',
  'users.name as author_name',
  'users.color as author_color',
  'messages.text',
  'messages.reply_to',
  'messages.mentions',
  'messages.reactions',
  'messages.client_msg_id',
  'messages.created_at',
  'messages.edited_at',
  'messages.deleted_at',
] as const;

function messages(db: Db) {
  return db
    .selectFrom('messages')
    .innerJoin('users', 'users.id', 'messages.author_id')
    .select(messageColumns);
}

export function findMessage(
  db: Db,
  roomId: string,
  seq: number,
): Promise<AuthoredMessageRow | undefined> {
  return messages(db)
    .where('messages.room_id', '=', roomId)
    .where('messages.seq', '=', seq)
    .executeTakeFirst();
}

/** Ascending by seq; with `before`, or neither bound, the newest that fit. */
export async function listMessages(
  db: Db,
  roomId: string,
  page: { before: number | undefined; after: number | undefined; limit: number },
): Promise<AuthoredMessageRow[]> {
  const query = messages(db).where('messages.room_id', '=', roomId).limit(page.limit);
  if (page.after !== undefined) {
    return query.where('messages.seq', '>', page.after).orderBy('messages.seq').execute();
  }
  const older = page.before === undefined ? query : query.where('messages.seq', '<', page.before);
  return (await older.orderBy('messages.seq', 'desc').execute()).toReversed();
}

/** A send that its client has named, so that it can be repeated. */
export interface NamedSend {
  readonly roomId: string;
  readonly userId: string;
  readonly clientMsgId: string;
}

interface FirstSend {
  readonly seq: number;
  readonly hash: Buffer;
}

/** The first sends that used one of these ids, by `clientMsgKey`. */
export async function findSent(
  db: Db,
  sends: readonly NamedSend[],
): Promise<Map<string, FirstSend>> {
  const found = new Map<string, FirstSend>();
  for (const [roomId, userId, ids] of byRoomAndUser(sends)) {
    const rows = await db
      .selectFrom('messages')
      .select(['seq', 'client_msg_id', 'client_hash'])
      .where('room_id', '=', roomId)
      .where('author_id', '=', userId)
      .where('client_msg_id', 'in', ids)
      .execute();
    for (const row of rows) {
      const key = clientMsgKey({ roomId, userId, clientMsgId: row.client_msg_id! });
      found.set(key, { seq: row.seq, hash: Buffer.from(row.client_hash!) });
    }
  }
  return found;
}

/** Room and user ids hold no spaces, so that this cannot name two sends. */
export const clientMsgKey = (send: NamedSend) =>
  `${send.roomId} ${send.userId} ${send.clientMsgId}`;

function byRoomAndUser(sends: readonly NamedSend[]) {
  const groups = new Map<string, [roomId: string, userId: string, ids: string[]]>();
  for (const { roomId, userId, clientMsgId } of sends) {
    const key = `${roomId} ${userId}`;
    const group = groups.get(key);
    if (group) group[2].push(clientMsgId);
    else groups.set(key, [roomId, userId, [clientMsgId]]);
  }
  return groups.values();
}

/** Which of these seqs are messages of the room, deleted or not. */
export async function findSeqs(
  db: Db,
  roomId: string,
  seqs: readonly number[],
): Promise<Set<number>> {
  if (seqs.length === 0) return new Set();
  const rows = await db
    .selectFrom('messages')
    .select('seq')
    .where('room_id', '=', roomId)
    .where('seq', 'in', seqs)
    .execute();
  return new Set(rows.map((row) => row.seq));
}

/** Changes what a message says; its seq and what it was first sent as stay. */
export async function updateText(
  db: Db,
  roomId: string,
  seq: number,
  changes:
    | { text: string; mentions: string | null; edited_at: number }
    | { text: ''; mentions: null; reactions: null; deleted_at: number },
): Promise<void> {
  await update(db, roomId, seq, changes);
  await requireScrub(db);
}

export async function updateReactions(
  db: Db,
  roomId: string,
  seq: number,
  reactions: readonly Reaction[],
): Promise<void> {
  const json = reactions.length === 0 ? null : JSON.stringify(reactions);
  await update(db, roomId, seq, { reactions: json });
}

async function update(
  db: Db,
  roomId: string,
  seq: number,
  changes: Updateable<MessagesTable>,
): Promise<void> {
  await db
    .updateTable('messages')
    .set(changes)
    .where('room_id', '=', roomId)
    .where('seq', '=', seq)
    .execute();
}

/** Notes that texts were taken away that the file may still hold copies of. */
async function requireScrub(db: Db): Promise<void> {
  await db
    .insertInto('meta')
    .values({ key: SCRUB_DUE, value: '1' })
    .onConflict((row) => row.doNothing())
    .execute();
}

const SCRUB_DUE = 'scrub_due';

export async function isScrubDue(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', SCRUB_DUE)
    .executeTakeFirst();
  return row !== undefined;
}

export async function scrubbed(db: Db): Promise<void> {
  await db.deleteFrom('meta').where('key', '=', SCRUB_DUE).execute();
}

export async function insertMessages(db: Db, rows: readonly NewMessage[]): Promise<void> {
  for (let from = 0; from < rows.length; from += MAX_ROWS) {
    await db
      .insertInto('messages')
      .values(rows.slice(from, from + MAX_ROWS))
      .execute();
  }
}

/** Whom messages mention, for their mention counts; themselves, authors do not count. */
export async function insertMentions(
  db: Db,
  roomId: string,
  mentions: readonly { seq: number; userIds: readonly string[] }[],
): Promise<void> {
  const rows = mentions.flatMap(({ seq, userIds }) =>
    userIds.map((user_id) => ({ user_id, room_id: roomId, seq })),
  );
  for (let from = 0; from < rows.length; from += MAX_ROWS) {
    await db
      .insertInto('mentions')
      .values(rows.slice(from, from + MAX_ROWS))
      .execute();
  }
}

export async function deleteMentions(db: Db, roomId: string, seq: number): Promise<void> {
  await db.deleteFrom('mentions').where('room_id', '=', roomId).where('seq', '=', seq).execute();
}

/** Messages of a deleted room that are not taken away yet, at most `limit` of them. */
export function listLeftOver(
  db: Db,
  roomId: string,
  limit: number,
): Promise<{ seq: number; text: string; deleted_at: number | null }[]> {
  return db
    .selectFrom('messages')
    .select(['seq', 'text', 'deleted_at'])
    .where('room_id', '=', roomId)
    .orderBy('seq')
    .limit(limit)
    .execute();
}

/** Takes the messages of a deleted room away, up to a seq. */
export async function purgeMessages(db: Db, roomId: string, upTo: number): Promise<void> {
  for (const table of ['mentions', 'messages'] as const) {
    await db.deleteFrom(table).where('room_id', '=', roomId).where('seq', '<=', upTo).execute();
  }
  await requireScrub(db);
}

/** What it takes to let somebody send to a room, and to number what they send. */
export type SenderRow = UserRow & {
  role: Role | null;
  is_banned: 0 | 1;
  /** How many messages they have sent there. */
  sent: number;
};

export async function findSenders(
  db: Db,
  roomId: string,
  userIds: readonly string[],
): Promise<Map<string, SenderRow>> {
  const rows = await db
    .selectFrom('users')
    .leftJoin('members', (join) =>
      join.onRef('members.user_id', '=', 'users.id').on('members.room_id', '=', roomId),
    )
    .leftJoin('bans', (join) =>
      join.onRef('bans.user_id', '=', 'users.id').on('bans.room_id', '=', roomId),
    )
    .selectAll('users')
    .select('members.role')
    .select([
      sql<0 | 1>`bans.user_id is not null`.as('is_banned'),
      sql<number>`coalesce((select author_nth from messages where messages.room_id = ${roomId}
        and messages.author_id = users.id order by messages.seq desc limit 1), 0)`.as('sent'),
    ])
    .where('users.id', 'in', userIds)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** When some users have last sent something to a room. */
export async function findLastSent(
  db: Db,
  roomId: string,
  userIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('messages')
    .select(['author_id', 'created_at'])
    .where('room_id', '=', roomId)
    .where('seq', 'in', (eb) =>
      eb
        .selectFrom('messages')
        .select(sql<number>`max(seq)`.as('seq'))
        .where('room_id', '=', roomId)
        .where('author_id', 'in', userIds)
        .groupBy('author_id'),
    )
    .execute();
  return new Map(rows.map((row) => [row.author_id, row.created_at]));
}
