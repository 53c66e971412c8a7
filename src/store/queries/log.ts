import { sql, type Kysely } from 'kysely';
import type { DurableEvent, EphemeralEvent } from '../../protocol/events.ts';
import type { Author, Message, Role, RoomSummary, User } from '../../protocol/resources.ts';
import { isoTime, toMessage } from '../mapping.ts';
import { PreparedQuery, type RowOf } from '../query.ts';
import type { Database, NewEvent } from '../tables.ts';

/**
 * What the log takes: numbered events, and that a room was deleted, which is told without a number,
 * since the log that it would stand in is gone.
 */
export type LoggedEvent =
  | DurableEvent
  | {
      type: 'room.deleted';
      roomId: string;
      seq: number;
      at: string;
      actor: Author;
    };

/** An event on its way from the log to the readers: what to deliver, and by what to route it. */
export interface LogEntry {
  /** Its place in the log of the whole server. */
  readonly pos: number;
  readonly roomId: string;
  readonly seq: number;
  readonly type: LoggedEvent['type'];
  /** The user of a member.* event. */
  readonly userId: string | null;
  /** Why the user of a member.left is gone. */
  readonly reason: LeaveReason | null;
  /** True where everybody receives it, not only the room's members. */
  readonly forEveryone: boolean;
  /** The users to alert and the `mention` event they receive; null in a replay, which alerts nobody. */
  readonly mention: { readonly userIds: readonly string[]; readonly json: string } | null;
  /** The event as clients receive it: serialized once, however many read it. */
  readonly json: string;
}

type LeaveReason = Extract<DurableEvent, { type: 'member.left' }>['reason'];

/** `alertedIds` are the users whom a new message mentions and alerts. */
export function toEntry(
  event: LoggedEvent,
  pos: number,
  alertedIds: readonly string[] = [],
): LogEntry {
  const { type, roomId, seq } = event;
  return {
    pos,
    roomId,
    seq,
    type,
    userId: 'user' in event ? event.user.id : null,
    reason: type === 'member.left' ? event.reason : null,
    forEveryone: type === 'room.created' && event.room.kind === 'public',
    mention:
      type === 'message.created' && alertedIds.length > 0
        ? { userIds: alertedIds, json: mentionJson(event) }
        : null,
    json: JSON.stringify(type === 'room.deleted' ? { type, roomId } : event),
  };
}

function mentionJson({ roomId, message }: Extract<DurableEvent, { type: 'message.created' }>) {
  const event: Extract<EphemeralEvent, { type: 'mention' }> = { type: 'mention', roomId, message };
  return JSON.stringify(event);
}

/** What the log keeps of an event. Messages and people are kept elsewhere, as they are now. */
export function toRow(event: LoggedEvent, pos: number): Required<NewEvent> {
  return {
    pos,
    room_id: event.roomId,
    seq: event.seq,
    type: event.type,
    at: Date.parse(event.at),
    actor_id: event.actor?.id ?? null,
    target_seq: 'message' in event ? event.message.seq : null,
    user_id: 'user' in event ? event.user.id : null,
    data: dataOf(event),
  };
}

export const insertEvent = new PreparedQuery((db, row: Required<NewEvent>) =>
  db.insertInto('events').values({
    pos: row.pos,
    room_id: row.room_id,
    seq: row.seq,
    type: row.type,
    at: row.at,
    actor_id: row.actor_id,
    target_seq: row.target_seq,
    user_id: row.user_id,
    data: row.data,
  }),
);

/** What the log keeps of messages that were sent follows from them, and need not be told row by row. */
export const insertSent = new PreparedQuery(
  (db, its: { roomId: string; first: number; last: number; pos: number }) =>
    db
      .insertInto('events')
      .columns(['pos', 'room_id', 'seq', 'type', 'at', 'actor_id', 'target_seq'])
      .expression(
        db
          .selectFrom('messages')
          .select([
            // Whole numbers arrive as floating point.
            sql<number>`cast(seq - ${its.first} + ${its.pos} as integer)`.as('pos'),
            'room_id',
            'seq',
            sql.lit('message.created').as('type'),
            'created_at',
            'author_id',
            'seq as target_seq',
          ])
          .where('room_id', '=', its.roomId)
          .where('seq', '>=', its.first)
          .where('seq', '<=', its.last)
          .orderBy('seq'),
      ),
);

function dataOf(event: LoggedEvent): string | null {
  switch (event.type) {
    case 'room.created':
    case 'room.updated':
      return JSON.stringify({ room: event.room });
    case 'reaction.added':
    case 'reaction.removed':
      return JSON.stringify({ target: event.target, emoji: event.emoji });
    case 'member.joined':
    case 'member.updated':
      return JSON.stringify({ role: event.role });
    case 'member.left':
      return JSON.stringify({ role: event.role, reason: event.reason });
    case 'message.created':
    case 'message.edited':
    case 'message.deleted':
    case 'room.deleted':
      return null;
  }
}

/** A part of the log, in order. */
export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** How far it looked: the next page starts after this. */
  readonly cursor: number;
  /** Whether there was more when it was read. */
  readonly more: boolean;
}

const roomLog = new PreparedQuery((db, its: { roomId: string; after: number; limit: number }) =>
  replay(db)
    .where('events.room_id', '=', its.roomId)
    .where('events.seq', '>', its.after)
    .orderBy('events.seq')
    .limit(its.limit),
);

/**
 * The room's events after the seq `after`, at most `limit` and as fit in a page. A message.* carries the message as it
 * is now, so that what was deleted cannot come back by a replay.
 */
export async function readRoomLog(
  db: Kysely<Database>,
  roomId: string,
  after: number,
  limit: number,
): Promise<LogPage> {
  const { rows, isCut } = await roomLog.page(db, { roomId, after, limit });
  return {
    entries: rows.map((row) => toEntry(fromRow(row), row.pos)),
    cursor: rows.at(-1)?.seq ?? after,
    more: isCut || rows.length === limit,
  };
}

/** Positions that one page of a user's log looks at: bounds how long the reader is busy with it. */
const WINDOW = 10_000;

const userLog = new PreparedQuery(
  (db, its: { userId: string; after: number; until: number; limit: number }) =>
    replay(db)
      .leftJoin('members', (join) =>
        join.onRef('members.room_id', '=', 'events.room_id').on('members.user_id', '=', its.userId),
      )
      .leftJoin('deleted_room_members', (join) =>
        join
          .onRef('deleted_room_members.room_id', '=', 'events.room_id')
          .on('deleted_room_members.user_id', '=', its.userId),
      )
      .leftJoin('rooms', 'rooms.id', 'events.room_id')
      .where('events.pos', '>', its.after)
      .where('events.pos', '<=', its.until)
      .where((eb) =>
        eb.or([
          eb('members.joined_pos', '<=', eb.ref('events.pos')),
          eb.and([eb('events.type', '=', 'member.left'), eb('events.user_id', '=', its.userId)]),
          eb.and([eb('events.type', '=', 'room.created'), eb('rooms.kind', '=', 'public')]),
          eb.and([
            eb('events.type', '=', 'room.deleted'),
            eb('deleted_room_members.user_id', 'is not', null),
          ]),
        ]),
      )
      .orderBy('events.pos')
      .limit(its.limit),
);

/**
 * What a user is to be told of the server's log after the position `after`: the events of the rooms
 * they belong to now, from the joining on, that they left a room, that a room of theirs was deleted,
 * and every new public room. `head` is the end of the log, read before: what is at or before it is then
 * seen by the page, too.
 */
export async function readUserLog(
  db: Kysely<Database>,
  userId: string,
  { after, head, limit }: { after: number; head: number; limit: number },
): Promise<LogPage> {
  const its = { userId, after, until: after + WINDOW, limit };
  const { rows, isCut } = await userLog.page(db, its);
  const full = isCut || rows.length === limit;
  const lookedAt = full ? 0 : Math.min(after + WINDOW, head);
  return {
    entries: rows.map((row) => toEntry(fromRow(row), row.pos)),
    cursor: Math.max(after, lookedAt, rows.at(-1)?.pos ?? 0),
    more: full || after + WINDOW < head,
  };
}

type ReplayRow = RowOf<typeof roomLog>;

function replay(db: Kysely<Database>) {
  return db
    .selectFrom('events')
    .leftJoin('users as actor', 'actor.id', 'events.actor_id')
    .leftJoin('users as subject', 'subject.id', 'events.user_id')
    .leftJoin('messages', (join) =>
      join
        .onRef('messages.room_id', '=', 'events.room_id')
        .onRef('messages.seq', '=', 'events.target_seq'),
    )
    .leftJoin('users as author', 'author.id', 'messages.author_id')
    .select([
      'events.pos',
      'events.room_id',
      'events.seq',
      'events.type',
      'events.at',
      'events.data',
      'actor.id as actor_id',
      'actor.name as actor_name',
      'actor.color as actor_color',
      'subject.id as subject_id',
      'subject.name as subject_name',
      'subject.color as subject_color',
      'subject.is_admin as subject_is_admin',
      'subject.created_at as subject_created_at',
      'messages.seq as message_seq',
      'messages.author_id',
      'author.name as author_name',
      'author.color as author_color',
      'messages.text',
      'messages.reply_to',
      'messages.mentions',
      'messages.reactions',
      'messages.client_msg_id',
      'messages.created_at',
      'messages.edited_at',
      'messages.deleted_at',
    ]);
}

function fromRow(row: ReplayRow): LoggedEvent {
  const actor: Author | null =
    row.actor_id === null
      ? null
      : { id: row.actor_id, name: row.actor_name!, color: row.actor_color! };
  const base = { roomId: row.room_id, seq: row.seq, at: isoTime(row.at), actor };
  const data = row.data === null ? {} : (JSON.parse(row.data) as object);
  return { type: row.type, ...base, ...carried(row), ...data } as LoggedEvent;
}

function carried(row: ReplayRow): {
  message?: Message;
  user?: User;
  role?: Role;
  room?: RoomSummary;
} {
  if (row.message_seq !== null) {
    return {
      message: toMessage({
        room_id: row.room_id,
        seq: row.message_seq,
        author_id: row.author_id!,
        author_name: row.author_name!,
        author_color: row.author_color!,
        text: row.text!,
        reply_to: row.reply_to,
        mentions: row.mentions,
        reactions: row.reactions,
        client_msg_id: row.client_msg_id,
        created_at: row.created_at!,
        edited_at: row.edited_at,
        deleted_at: row.deleted_at,
      }),
    };
  }
  if (row.subject_id !== null) {
    return {
      user: {
        id: row.subject_id,
        name: row.subject_name!,
        color: row.subject_color!,
        createdAt: isoTime(row.subject_created_at!),
        isAdmin: row.subject_is_admin === 1,
      },
    };
  }
  return {};
}

/**
 * Takes the events of a deleted room away, at most `limit` of them; answers how many there were. That
 * somebody had left it, and that it was deleted, stays: there are streams that were not told yet.
 */
export async function purgeLog(
  db: Kysely<Database>,
  roomId: string,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('events')
    .where('pos', 'in', (eb) =>
      eb
        .selectFrom('events')
        .select('pos')
        .where('room_id', '=', roomId)
        .where('type', 'not in', ['member.left', 'room.deleted'])
        .limit(limit),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

export const maxPos = new PreparedQuery((db) =>
  db.selectFrom('events').select(sql<number | null>`max(pos)`.as('pos')),
);

/** The last position that was given out on this server; 0 where there is none. */
export async function lastPos(db: Kysely<Database>): Promise<number> {
  return (await maxPos.first(db, {}))?.pos ?? 0;
}

/** The name of this database: a cursor of another epoch means nothing here. */
export async function readEpoch(db: Kysely<Database>): Promise<string> {
  const row = await db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'epoch')
    .executeTakeFirstOrThrow();
  return row.value;
}

/** Makes every cursor of before meaningless. */
export async function changeEpoch(db: Kysely<Database>, epoch: string): Promise<void> {
  await db.updateTable('meta').set({ value: epoch }).where('key', '=', 'epoch').execute();
}
