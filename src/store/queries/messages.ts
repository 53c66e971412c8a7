import { sql, type Kysely, type UpdateObject } from 'kysely';
import type { Message, Reaction, RoomKind, Role } from '../../protocol/resources.ts';
import { toJson, toMessage } from '../mapping/messages.ts';
import { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';
import type { Tx } from '../transaction.ts';
import { setMeta } from './meta.ts';
import { exists, isBanned } from './rooms.ts';

type Db = Kysely<Database>;

/** The columns that readers receive of a message itself. */
export const contentColumns = [
  'messages.author_id',
  'messages.text',
  'messages.reply_to',
  'messages.mentions',
  'messages.reactions',
  'messages.files',
  'messages.client_msg_id',
  'messages.created_at',
  'messages.edited_at',
  'messages.deleted_at',
] as const;

/** Those of a message, its place and its author. */
export const messageColumns = [
  'messages.room_id',
  'messages.seq',
  'users.name as author_name',
  'users.color as author_color',
  ...contentColumns,
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

export async function findMessage(
  db: Db,
  roomId: string,
  seq: number,
): Promise<Message | undefined> {
  const row = await message.first(db, { roomId, seq });
  return row && toMessage(row);
}

interface Page {
  roomId: string;
  limit: number;
  /** Exclusive. */
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
 * Messages ascending by seq. With `before`, or neither bound, the newest that fit. `more` says whether others
 * follow in the direction of the page.
 */
export async function listMessages(
  db: Db,
  roomId: string,
  page: { before: number | undefined; after: number | undefined; limit: number },
): Promise<{ messages: Message[]; more: boolean }> {
  // One more than asked for tells whether there are others.
  const limit = page.limit + 1;
  const isAfter = page.after !== undefined;
  const bound = page.after ?? page.before ?? Number.MAX_SAFE_INTEGER;
  const found = await (isAfter ? after : before).page(db, { roomId, limit, bound });
  const rows = found.rows.slice(0, page.limit);
  const more = found.isCut || found.rows.length > page.limit;
  return { messages: (isAfter ? rows : rows.toReversed()).map(toMessage), more };
}

/** Names a send that can be repeated. */
export interface SendKey {
  readonly roomId: string;
  readonly userId: string;
  readonly clientMsgId: string;
}

/** The first send of a user to a room that carried this clientMsgId. */
export const sentBefore = new PreparedQuery((db, its: SendKey) =>
  db
    .selectFrom('messages')
    .select(['seq', 'text', 'reply_to as replyTo', 'files', 'client_hash as hash'])
    .where('room_id', '=', its.roomId)
    .where('author_id', '=', its.userId)
    .where('client_msg_id', '=', its.clientMsgId),
);

/** One row where a seq is a message of the room, deleted or not. */
export const messageAt = new PreparedQuery((db, at: { roomId: string; seq: number }) =>
  db
    .selectFrom('messages')
    .select('seq')
    .where('room_id', '=', at.roomId)
    .where('seq', '=', at.seq),
);

/** A new text, at a time in milliseconds since 1970. `hash` is that of what was first sent. */
export async function updateText(
  db: Db,
  { roomId, seq, hash }: { roomId: string; seq: number; hash: Buffer },
  change: { text: string; mentions: readonly string[]; at: number },
): Promise<void> {
  await updateMessage(db, roomId, seq, {
    text: change.text,
    mentions: toJson(change.mentions),
    edited_at: change.at,
    client_hash: firstHash(hash),
  });
  await requireWipe(db);
}

/** Deletes what a message says; its row and seq stay. */
export async function clearMessage(
  db: Db,
  { roomId, seq, hash }: { roomId: string; seq: number; hash: Buffer },
  at: number,
): Promise<void> {
  await updateMessage(db, roomId, seq, {
    text: '',
    mentions: null,
    reactions: null,
    files: null,
    deleted_at: at,
    client_hash: firstHash(hash),
  });
  await requireWipe(db);
}

/** A message that was changed before has the hash of its first text already. */
const firstHash = (hash: Buffer) => sql<Buffer>`coalesce(client_hash, ${hash})`;

export async function updateReactions(
  db: Db,
  roomId: string,
  seq: number,
  reactions: readonly Reaction[],
): Promise<void> {
  await updateMessage(db, roomId, seq, { reactions: toJson(reactions) });
}

async function updateMessage(
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

/** Records that texts were deleted of which the file may still hold copies. */
const requireWipe = (db: Db) => setMeta(db, 'wipe_due', '1');

export async function deleteMentions(db: Db, roomId: string, seq: number): Promise<void> {
  await db.deleteFrom('mentions').where('room_id', '=', roomId).where('seq', '=', seq).execute();
}

/** Messages of a deleted room that still exist, at most `limit` of them. */
export async function listUnpurged(
  db: Db,
  roomId: string,
  limit: number,
): Promise<{ seq: number; text: string; isDeleted: boolean }[]> {
  const rows = await db
    .selectFrom('messages')
    .select(['seq', 'text', 'deleted_at'])
    .where('room_id', '=', roomId)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(({ seq, text, deleted_at }) => ({ seq, text, isDeleted: deleted_at !== null }));
}

/** Deletes the messages of a deleted room, up to a seq. */
export async function purgeMessages(db: Db, roomId: string, upTo: number): Promise<void> {
  for (const table of ['mentions', 'messages'] as const) {
    await db.deleteFrom(table).where('room_id', '=', roomId).where('seq', '<=', upTo).execute();
  }
  await requireWipe(db);
}

const sender = new PreparedQuery((db, its: SenderKey) =>
  db
    .selectFrom('rooms')
    .innerJoin('users', (join) => join.on('users.id', '=', its.userId))
    .leftJoin('members', (join) =>
      join.onRef('members.room_id', '=', 'rooms.id').onRef('members.user_id', '=', 'users.id'),
    )
    .leftJoin('bans', (join) =>
      join.onRef('bans.room_id', '=', 'rooms.id').onRef('bans.user_id', '=', 'users.id'),
    )
    .select(['rooms.kind', 'rooms.slow_mode_seconds', 'rooms.head', 'rooms.message_count'])
    .select(['users.id', 'users.name', 'users.color', 'users.is_admin', 'members.role'])
    .select(isBanned.as('is_banned'))
    .select(
      sql<0 | 1>`case when rooms.kind = 'direct' and exists (
        select 1 from members as peer join blocks on blocks.user_id = peer.user_id
        where peer.room_id = rooms.id and blocks.blocked_id = users.id) then 1 else 0 end`.as(
        'is_blocked',
      ),
    )
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
    .where(exists),
);

/** A user who sends to a room. */
export interface SenderKey {
  readonly roomId: string;
  readonly userId: string;
}

/** What decides whether a user may send to a room, and what numbers their messages there. */
export interface Sender {
  readonly roomId: string;
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly isAdmin: boolean;
  readonly role: Role | null;
  readonly isBanned: boolean;
  /** Whether the other one of a direct room has blocked them; false in all other rooms. */
  readonly isBlocked: boolean;
  /** How many messages they have sent there. */
  readonly sent: number;
  /** Of the room. */
  readonly kind: RoomKind;
  readonly slowModeSeconds: number;
  readonly head: number;
  readonly messageCount: number;
}

/** The senders, in the order of their keys; undefined where the room or the user does not exist. */
export async function findSenders(
  tx: Tx,
  keys: readonly SenderKey[],
): Promise<(Sender | undefined)[]> {
  const found = await tx.each(sender, keys);
  return found.map(([row], i) => {
    if (!row) return undefined;
    return {
      roomId: keys[i]!.roomId,
      id: row.id,
      name: row.name,
      color: row.color,
      isAdmin: row.is_admin === 1,
      role: row.role,
      isBanned: row.is_banned === 1,
      isBlocked: row.is_blocked === 1,
      sent: row.sent,
      kind: row.kind,
      slowModeSeconds: row.slow_mode_seconds,
      head: row.head,
      messageCount: row.message_count,
    };
  });
}

const lastSent = new PreparedQuery((db, its: SenderKey) =>
  db
    .selectFrom('messages')
    .select('created_at')
    .where('room_id', '=', its.roomId)
    .where('author_id', '=', its.userId)
    .orderBy('seq', 'desc')
    .limit(1),
);

/** When a user has last sent to a room, in milliseconds since 1970; 0 for never. */
export async function lastSentAt(tx: Tx, of: SenderKey): Promise<number> {
  return (await tx.first(lastSent, of))?.created_at ?? 0;
}
