import { expressionBuilder, sql, type Kysely, type RawBuilder } from 'kysely';
import type { SummaryLanguage } from '../../protocol/mail-summaries.ts';
import type { Message } from '../../protocol/resources.ts';
import { toMessage } from '../mapping/messages.ts';
import { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';
import { messageColumns } from './messages.ts';
import { defaultLevel } from './rooms-for-user.ts';
import { exists } from './rooms.ts';

/*
 * Summaries by mail: who wants them, and what they have missed. Only the rooms of those who want one are looked at, and
 * of these only the ones with something unread that is newer than the last summary.
 */

type Db = Kysely<Database>;

const eb = expressionBuilder<Database, 'members'>();

/** Sets what is given, of a user who wants summaries. */
export async function updateSummaries(
  db: Db,
  userId: string,
  set: { summary_pos?: number; summary_due_at?: number; summary_language?: null },
): Promise<void> {
  await db
    .updateTable('users')
    .set(set)
    .where('id', '=', userId)
    .where('summary_language', 'is not', null)
    .execute();
}

/** Puts a summary off that may be sent now; false where it may not. Times are milliseconds since 1970. */
export async function putOffSummary(
  db: Db,
  userId: string,
  { now, until }: { now: number; until: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('users')
    .set({ summary_due_at: until })
    .where('id', '=', userId)
    .where('summary_language', 'is not', null)
    .where('summary_due_at', '<=', now)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0;
}

/** Keeps that the owner of an account's email wants summaries: the first one may be sent now. */
export async function confirmSummaries(db: Db, userId: string): Promise<void> {
  await db
    .updateTable('users')
    .set({ summary_confirmed: 1, summary_due_at: 0 })
    .where('id', '=', userId)
    .where('email', '!=', '')
    .where('summary_confirmed', '=', 0)
    .execute();
}

/** One row where somebody wants summaries. */
export const anySummaryReader = new PreparedQuery((db) =>
  db.selectFrom('users').select('id').where('summary_language', 'is not', null).limit(1),
);

/** Times are milliseconds since 1970: `since` is exclusive, `before` inclusive. */
interface Span {
  readonly since: number;
  readonly before: number;
}

/** Where messages that concern a member are found. */
interface Source {
  readonly tables: RawBuilder<unknown>;
  readonly seq: RawBuilder<unknown>;
}
const all: Source = {
  tables: sql`messages where messages.room_id = members.room_id`,
  seq: sql`messages.seq`,
};
/** From the mentions to their messages, which SQLite would find the other way around. */
const mentioning: Source = {
  tables: sql`mentions cross join messages
    where mentions.user_id = members.user_id and mentions.room_id = members.room_id
      and messages.room_id = mentions.room_id and messages.seq = mentions.seq`,
  seq: sql`mentions.seq`,
};

/** What a member has not read, and what neither its author nor a block keeps from them. */
const isMissed = (seq: RawBuilder<unknown>, { since, before }: Span) => sql<boolean>`
  ${seq} > members.last_read_seq
  and messages.author_id != members.user_id
  and messages.deleted_at is null
  and messages.created_at > ${since} and messages.created_at <= ${before}
  and not exists (select 1 from blocks
    where blocks.user_id = members.user_id and blocks.blocked_id = messages.author_id)`;

/** The position of the newest of them. */
const newest = ({ tables, seq }: Source, span: Span): RawBuilder<number | null> =>
  sql`(select (select events.pos from events
      where events.room_id = members.room_id and events.seq = ${seq})
    from ${tables} and ${isMissed(seq, span)} order by ${seq} desc limit 1)`;

const level = sql`coalesce((select level from notify_levels
  where notify_levels.user_id = members.user_id and notify_levels.room_id = members.room_id),
  ${defaultLevel})`;

/** Whether everything in the room is meant for the member: in direct rooms, unless they chose otherwise. */
const takesAll = sql`rooms.kind = 'direct' and ${level} = 'all'`;

/** Of a joined member and room: the newest message that concerns the member. */
const newestMissed = (span: Span): RawBuilder<number | null> =>
  sql`case when ${takesAll} then ${newest(all, span)}
    when ${level} != 'none' then ${newest(mentioning, span)} end`;

/** Joined members and rooms where something may be missed that no summary has told. */
const mayBeMissed = (summaryPos: RawBuilder<unknown>) => sql<boolean>`rooms.last_pos > ${summaryPos}
  and rooms.head > members.last_read_seq and ${exists}`;

interface Readers extends Span {
  readonly after: string;
  readonly now: number;
  readonly limit: number;
}

const readers = new PreparedQuery((db, its: Readers) =>
  db
    .selectFrom('users')
    .select('users.id')
    .select(
      sql<0 | 1>`case when exists (select 1 from members
          join rooms on rooms.id = members.room_id
        where members.user_id = users.id and ${mayBeMissed(sql`users.summary_pos`)}
          and ${newestMissed(its)} > users.summary_pos) then 1 else 0 end`.as('is_due'),
    )
    .where('users.summary_language', 'is not', null)
    .where('users.summary_due_at', '<=', its.now)
    .where('users.is_disabled', '=', 0)
    .where('users.id', '>', its.after)
    .orderBy('users.id')
    .limit(its.limit),
);

/**
 * Users after an id who want summaries and may get one now, in order, at most `limit`; `isDue` where something was
 * missed in the span.
 */
export async function listSummaryReaders(
  db: Db,
  page: Readers,
): Promise<{ id: string; isDue: boolean }[]> {
  const rows = await readers.all(db, page);
  return rows.map((row) => ({ id: row.id, isDue: row.is_due === 1 }));
}

const state = new PreparedQuery((db, its: { userId: string }) =>
  db
    .selectFrom('users')
    .select(['name', 'email', 'summary_language as language', 'summary_pos as pos'])
    .select(['summary_due_at as dueAt', 'summary_confirmed'])
    .where('id', '=', its.userId)
    .where('summary_language', 'is not', null)
    .where('is_disabled', '=', 0)
    .where('email', '!=', sql.lit('')),
);

/** Who gets a summary, and since where in the log. Times are milliseconds since 1970. */
export interface SummaryState {
  readonly name: string;
  readonly email: string;
  readonly language: SummaryLanguage;
  readonly pos: number;
  readonly dueAt: number;
  readonly isConfirmed: boolean;
}

/** Undefined where a user wants no summaries, or can get none. */
export async function readSummaryState(db: Db, userId: string): Promise<SummaryState | undefined> {
  const row = await state.first(db, { userId });
  if (!row) return undefined;
  const { summary_confirmed: confirmed, ...rest } = row;
  return { ...rest, language: row.language!, isConfirmed: confirmed === 1 };
}

/** A room in which a user has missed something. */
export interface MissedRoom {
  readonly roomId: string;
  /** Whether all messages concern them, or only those that mention them. */
  readonly isAll: boolean;
  /** The position of the newest message. */
  readonly pos: number;
}

const rooms = new PreparedQuery((db, its: Span & { userId: string; pos: number; limit: number }) =>
  db
    .selectFrom(
      db
        .selectFrom('members')
        .innerJoin('rooms', 'rooms.id', 'members.room_id')
        .select('rooms.id as roomId')
        .select(sql<0 | 1>`case when ${takesAll} then 1 else 0 end`.as('is_all'))
        .select(newestMissed(its).as('pos'))
        .where('members.user_id', '=', its.userId)
        .where(mayBeMissed(sql`${its.pos}`))
        .as('missed'),
    )
    .selectAll()
    .where('pos', '>', its.pos)
    .orderBy('pos', 'desc')
    .limit(its.limit),
);

/** The rooms with something that a user has missed after a position of the log, newest first. */
export async function listMissedRooms(
  db: Db,
  of: Span & { readonly userId: string; readonly pos: number; readonly limit: number },
): Promise<MissedRoom[]> {
  const rows = await rooms.all(db, of);
  return rows.map((row) => ({ roomId: row.roomId, isAll: row.is_all === 1, pos: row.pos! }));
}

interface InRoom extends Span {
  readonly roomId: string;
  readonly userId: string;
  /** Positions of the log: exclusive, and inclusive. */
  readonly pos: number;
  readonly upTo: number;
  readonly limit: number;
}

const missedFrom = ({ tables, seq }: Source) =>
  new PreparedQuery((db, its: InRoom) =>
    db
      .selectFrom('messages')
      .innerJoin('users', 'users.id', 'messages.author_id')
      .innerJoin('events', (join) =>
        join
          .onRef('events.room_id', '=', 'messages.room_id')
          .onRef('events.seq', '=', 'messages.seq'),
      )
      .select(messageColumns)
      .where('messages.room_id', '=', its.roomId)
      .where(
        'messages.seq',
        'in',
        sql<number>`(select ${seq} from members cross join ${tables}
          and ${eb('members.room_id', '=', its.roomId)} and ${eb('members.user_id', '=', its.userId)}
          and ${isMissed(seq, its)} order by ${seq} desc limit ${its.limit} + 0)`,
      )
      // Within a room, positions follow seqs.
      .where('events.pos', '>', its.pos)
      .where('events.pos', '<=', its.upTo)
      .orderBy('messages.seq'),
  );
const missedOfAll = missedFrom(all);
const missedMentions = missedFrom(mentioning);

/** What a user has missed in a room: the newest messages, at most `limit`, in order. */
export async function listMissedMessages(
  db: Db,
  { isAll, ...of }: InRoom & Pick<MissedRoom, 'isAll'>,
): Promise<Message[]> {
  const rows = await (isAll ? missedOfAll : missedMentions).all(db, of);
  return rows.map(toMessage);
}
