import * as crypto from 'node:crypto';
import { sql, type Kysely, type UpdateObject } from 'kysely';
import type { Reaction } from '../../protocol/resources.ts';
import { PreparedQuery, type RowOf } from '../query.ts';
import { isThere } from './rooms.ts';
import type { AuthoredMessageRow } from '../mapping.ts';
import type { Database, MentionRow, MessageRow, NewMessage } from '../tables.ts';
import type { Tx } from '../transaction.ts';

type Db = Kysely<Database>;

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

const message = new PreparedQuery((db, at: { roomId: string; seq: number }) =>
  messages(db).where('messages.room_id', '=', at.roomId).where('messages.seq', '=', at.seq),
);

export function findMessage(
  db: Db,
  roomId: string,
  seq: number,
): Promise<AuthoredMessageRow | undefined> {
  return message.first(db, { roomId, seq });
}

interface Page {
  roomId: string;
  limit: number;
  /** Not counted itself. */
  bound: number;
}

const before = new PreparedQuery((db, { roomId, limit, bound }: Page) =>
  messages(db)
    .where('messages.room_id', '=', roomId)
    .where('messages.seq', '<', bound)
    .orderBy('messages.seq', 'desc')
    .limit(limit),
);

const after = new PreparedQuery((db, { roomId, limit, bound }: Page) =>
  messages(db)
    .where('messages.room_id', '=', roomId)
    .where('messages.seq', '>', bound)
    .orderBy('messages.seq')
    .limit(limit),
);

/**
 * Ascending by seq; with `before`, or neither bound, the newest that fit. `more` says whether there are
 * others where the page ends that way.
 */
export async function listMessages(
  db: Db,
  roomId: string,
  page: { before: number | undefined; after: number | undefined; limit: number },
): Promise<{ rows: AuthoredMessageRow[]; more: boolean }> {
  // One more than asked for tells whether there are others.
  const limit = page.limit + 1;
  const isAfter = page.after !== undefined;
  const bound = page.after ?? page.before ?? Number.MAX_SAFE_INTEGER;
  const found = await (isAfter ? after : before).page(db, { roomId, limit, bound });
  const rows = found.rows.slice(0, page.limit);
  const more = found.isCut || found.rows.length > page.limit;
  return { rows: isAfter ? rows : rows.toReversed(), more };
}

/** The first send of somebody to a room that its client gave this id, if there was one. */
export const sentBefore = new PreparedQuery(
  (db, its: { roomId: string; userId: string; clientMsgId: string }) =>
    db
      .selectFrom('messages')
      .select(['seq', 'text', 'reply_to', 'client_hash'])
      .where('room_id', '=', its.roomId)
      .where('author_id', '=', its.userId)
      .where('client_msg_id', '=', its.clientMsgId),
);

/** Whether a seq is a message of the room, deleted or not: then it has a row. */
export const messageAt = new PreparedQuery((db, at: { roomId: string; seq: number }) =>
  db
    .selectFrom('messages')
    .select('seq')
    .where('room_id', '=', at.roomId)
    .where('seq', '=', at.seq),
);

type Said = Pick<MessageRow, 'text' | 'reply_to'>;

/**
 * Whether a message was first sent as this: a repeat of its client's id must say the same again. A
 * message that was changed is known by a hash of what it said before.
 */
export function wasSentAs(first: Said & Pick<MessageRow, 'client_hash'>, said: Said): boolean {
  if (first.client_hash) return hashOf(said).equals(first.client_hash);
  return first.text === said.text && first.reply_to === said.reply_to;
}

const hashOf = ({ text, reply_to }: Said): Buffer =>
  crypto.hash('sha256', JSON.stringify([text, reply_to]), 'buffer');

/** Changes what a message says; its seq and a hash of what it was first sent as stay. */
export async function updateText(
  db: Db,
  row: Pick<MessageRow, 'room_id' | 'seq'> & Said,
  changes:
    | { text: string; mentions: string | null; edited_at: number }
    | { text: ''; mentions: null; reactions: null; deleted_at: number },
): Promise<void> {
  const client_hash = sql<Buffer>`coalesce(client_hash, ${hashOf(row)})`;
  await update(db, row.room_id, row.seq, { ...changes, client_hash });
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
  changes: UpdateObject<Database, 'messages'>,
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

/** Adds a message, as it is when it is sent. */
export const insertMessage = new PreparedQuery((db, row: NewlySent) =>
  db.insertInto('messages').values({
    room_id: row.room_id,
    seq: row.seq,
    author_id: row.author_id,
    text: row.text,
    reply_to: row.reply_to,
    nth: row.nth,
    author_nth: row.author_nth,
    mentions: row.mentions,
    client_msg_id: row.client_msg_id,
    created_at: row.created_at,
  }),
);

/** All that is known of a message when it is sent. */
export type NewlySent = Required<
  Omit<NewMessage, 'client_hash' | 'reactions' | 'edited_at' | 'deleted_at'>
>;

const insertMention = new PreparedQuery((db, row: MentionRow) =>
  db.insertInto('mentions').values({ user_id: row.user_id, room_id: row.room_id, seq: row.seq }),
);

/** Whom messages mention, for their mention counts; themselves, authors do not count. */
export async function insertMentions(
  tx: Tx,
  roomId: string,
  mentions: readonly { seq: number; userIds: readonly string[] }[],
): Promise<void> {
  for (const { seq, userIds } of mentions) {
    for (const user_id of userIds) await tx.run(insertMention, { user_id, room_id: roomId, seq });
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
export const sender = new PreparedQuery((db, its: { roomId: string; userId: string }) =>
  db
    .selectFrom('rooms')
    .innerJoin('users', (join) => join.on('users.id', '=', its.userId))
    .leftJoin('members', (join) =>
      join.onRef('members.room_id', '=', 'rooms.id').onRef('members.user_id', '=', 'users.id'),
    )
    .leftJoin('bans', (join) =>
      join.onRef('bans.room_id', '=', 'rooms.id').onRef('bans.user_id', '=', 'users.id'),
    )
    .select(['rooms.kind', 'rooms.slow_mode_seconds'])
    .select(['users.id', 'users.name', 'users.color', 'users.is_admin', 'members.role'])
    .select(sql<0 | 1>`bans.user_id is not null`.as('is_banned'))
    .select((eb) =>
      eb.fn
        .coalesce(
          eb
            .selectFrom('messages')
            .select('author_nth')
            .whereRef('messages.room_id', '=', 'rooms.id')
            .whereRef('messages.author_id', '=', 'users.id')
            .orderBy('messages.seq', 'desc')
            .limit(1),
          sql<number>`0`,
        )
        .as('sent'),
    )
    .where('rooms.id', '=', its.roomId)
    .where(isThere),
);

/** `sent` is how many messages they have sent there. */
export type SenderRow = RowOf<typeof sender>;

/** When somebody has last sent something to a room. */
export const lastSent = new PreparedQuery((db, its: { roomId: string; userId: string }) =>
  db
    .selectFrom('messages')
    .select('created_at')
    .where('room_id', '=', its.roomId)
    .where('author_id', '=', its.userId)
    .orderBy('seq', 'desc')
    .limit(1),
);
