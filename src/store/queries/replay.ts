import type { Kysely } from 'kysely';
import { toEntry, type LogEntry } from '../log-entry.ts';
import { toEvent } from '../mapping/events.ts';
import { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';
import { contentColumns } from './messages.ts';
import { exists } from './rooms.ts';

/*
 * Reading the log. A replayed message.* carries the message as it is now, so that a replay cannot bring back
 * what was deleted.
 */

type Db = Kysely<Database>;

/** A part of the log, in order. */
export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** How far it was read: the next page starts after this. */
  readonly cursor: number;
  /** Whether there was more when it was read. */
  readonly more: boolean;
}

const roomLog = new PreparedQuery((db, its: { roomId: string; after: number; limit: number }) =>
  events(db)
    .where('events.room_id', '=', its.roomId)
    .where('events.seq', '>', its.after)
    .orderBy('events.seq')
    .limit(its.limit),
);

/**
 * A room's events after the seq `after`: at most `limit`, and as many as fit in a page. `directName` is the
 * name of a direct room for whoever reads it.
 */
export async function readRoomLog(
  db: Db,
  roomId: string,
  page: { after: number; limit: number; directName: string | null },
): Promise<LogPage> {
  const { after, limit, directName } = page;
  const { rows, isCut } = await roomLog.page(db, { roomId, after, limit });
  return {
    entries: rows.map((row) => toEntry(toEvent(row, directName), row.pos)),
    cursor: rows.at(-1)?.seq ?? after,
    more: isCut || rows.length === limit,
  };
}

/** Positions that one page of a user's log covers: bounds how long the reader is busy with it. */
const WINDOW = 10_000;

const userLog = new PreparedQuery(
  (db, its: { userId: string; after: number; until: number; limit: number }) =>
    events(db)
      .leftJoin('members', (join) =>
        join.onRef('members.room_id', '=', 'events.room_id').on('members.user_id', '=', its.userId),
      )
      .leftJoin('deleted_room_members', (join) =>
        join
          .onRef('deleted_room_members.room_id', '=', 'events.room_id')
          .on('deleted_room_members.user_id', '=', its.userId),
      )
      .leftJoin('rooms', 'rooms.id', 'events.room_id')
      .select(['members.joined_pos', 'deleted_room_members.user_id as former_member_id'])
      .where('events.pos', '>', its.after)
      .where('events.pos', '<=', its.until)
      .where((eb) =>
        eb.or([
          eb('members.user_id', 'is not', null),
          eb('deleted_room_members.user_id', 'is not', null),
          eb('events.user_id', '=', its.userId),
          eb.and([eb('events.type', '=', 'room.created'), exists]),
        ]),
      )
      .orderBy('events.pos')
      .limit(its.limit),
);

const wholeLog = new PreparedQuery((db, its: { after: number; limit: number }) =>
  events(db).where('events.pos', '>', its.after).orderBy('events.pos').limit(its.limit),
);

const alerts = new PreparedQuery((db, its: { first: number; last: number }) =>
  db
    .selectFrom('events')
    .innerJoin('mentions', (join) =>
      join
        .onRef('mentions.room_id', '=', 'events.room_id')
        .onRef('mentions.seq', '=', 'events.seq'),
    )
    .select(['events.pos', 'mentions.user_id'])
    .where('events.pos', '>=', its.first)
    .where('events.pos', '<=', its.last)
    .where('events.type', '=', 'message.created'),
);

/**
 * The events of all rooms after the position `after`, with the users whom new messages alert: what a node delivers
 * that has missed the news of it. `head` is the end of the log, read before.
 */
export async function readWholeLog(
  db: Db,
  page: { after: number; head: number; limit: number },
): Promise<LogPage> {
  const { after, head, limit } = page;
  const { rows, isCut } = await wholeLog.page(db, { after, limit });
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return { entries: [], cursor: Math.max(after, head), more: false };
  const alertedIds = new Map<number, string[]>();
  for (const { pos, user_id } of await alerts.all(db, { first: first.pos, last: last.pos })) {
    alertedIds.set(pos, [...(alertedIds.get(pos) ?? []), user_id]);
  }
  const more = isCut || rows.length === limit;
  return {
    entries: rows.map((row) => toEntry(toEvent(row), row.pos, alertedIds.get(row.pos))),
    cursor: more ? last.pos : Math.max(last.pos, head),
    more,
  };
}

/** What a user is to the room of an event. */
export interface Ties {
  readonly userId: string;
  /** The position from which the user is a member; null where they are none now. */
  readonly joinedPos: number | null;
  /** Whether they belonged to the room when it was deleted. */
  readonly wasMember: boolean;
}

/**
 * The events after the position `after` that may concern a user: those of rooms they belong to or belonged to
 * at their deletion, those about themselves, and new rooms. `concerns` decides for each. `head` is the end of
 * the log, read before: the page then sees everything up to it.
 */
export async function readUserLog(
  db: Db,
  userId: string,
  page: { after: number; head: number; limit: number },
  concerns: (entry: LogEntry, ties: Ties) => boolean,
): Promise<LogPage> {
  const { after, head, limit } = page;
  const { rows, isCut } = await userLog.page(db, { userId, after, until: after + WINDOW, limit });
  const isFull = isCut || rows.length === limit;
  const covered = isFull ? 0 : Math.min(after + WINDOW, head);
  const entries = rows.flatMap((row) => {
    const entry = toEntry(toEvent(row), row.pos);
    const wasMember = row.former_member_id !== null;
    return concerns(entry, { userId, joinedPos: row.joined_pos, wasMember }) ? [entry] : [];
  });
  return {
    entries,
    cursor: Math.max(after, covered, rows.at(-1)?.pos ?? 0),
    more: isFull || after + WINDOW < head,
  };
}

/** Events with their actor, their user and their message as they are now. */
function events(db: Db) {
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
      'subject.is_bot as subject_is_bot',
      'subject.created_at as subject_created_at',
      'messages.seq as message_seq',
      'author.name as author_name',
      'author.color as author_color',
      ...contentColumns,
    ]);
}
