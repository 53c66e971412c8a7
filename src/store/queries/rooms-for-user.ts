import { expressionBuilder, sql, type Expression, type Kysely, type RawBuilder } from 'kysely';
import type { NotifyLevel } from '../../protocol/resources.ts';
import { toRoomForUser, type RoomForUser } from '../mapping/rooms.ts';
import { PreparedQuery, type RowOf } from '../query.ts';
import { hasPart } from '../search/name-search.ts';
import type { Database } from '../tables.ts';
import { stringsIn } from '../values.ts';
import { roomsWithUser } from './rooms.ts';

/* Rooms as one user sees them. */

type Db = Kysely<Database>;

const eb = expressionBuilder<Database, 'messages' | 'mentions' | 'bans' | 'notify_levels'>();

/**
 * How many undeleted messages of others are past the read marker. They are not counted: each message carries
 * its number among those of its room and among those of its author there, so the difference of two index
 * look-ups is the count. Only deleted messages past the marker are counted one by one.
 */
function unreadCount(userId: string): RawBuilder<number> {
  const nth = (column: 'nth' | 'author_nth', where: Expression<unknown>) =>
    sql`coalesce((select ${sql.ref(column)} from messages
      where messages.room_id = rooms.id and ${where} order by messages.seq desc limit 1), 0)`;
  const own = eb('messages.author_id', '=', userId);
  const read = sql`messages.seq <= members.last_read_seq`;
  return sql<number>`case when members.role is null then 0 else
    rooms.message_count - ${nth('nth', read)}
    - (${nth('author_nth', own)} - ${nth('author_nth', sql`${own} and ${read}`)})
    - (select count(*) from messages where messages.room_id = rooms.id
        and messages.seq > members.last_read_seq and messages.deleted_at is not null
        and messages.author_id != ${userId})
    end`;
}

function mentionCount(userId: string): RawBuilder<number> {
  return sql<number>`(select count(*) from mentions where ${eb('mentions.user_id', '=', userId)}
    and mentions.room_id = rooms.id and mentions.seq > members.last_read_seq)`;
}

/** What a user is notified of in a room: what they have chosen, or the default. */
function notifyLevel(userId: string): RawBuilder<NotifyLevel> {
  return sql<NotifyLevel>`coalesce(
    (select level from notify_levels where ${eb('notify_levels.user_id', '=', userId)}
      and notify_levels.room_id = rooms.id),
    ${defaultLevel})`;
}

/** In a direct room everything is meant for one. */
export const defaultLevel = sql<NotifyLevel>`case when rooms.kind = 'direct' then 'all' else 'mentions' end`;

function roomsFor(db: Db, userId: string) {
  return roomsWithUser(db, userId).select([
    'members.last_read_seq',
    nameFor(userId, 'name').as('shown_name'),
    unreadCount(userId).as('unread_count'),
    mentionCount(userId).as('mention_count'),
    notifyLevel(userId).as('notify'),
  ]);
}

const roomsById = new PreparedQuery((db, its: { roomIds: string; userId: string }) =>
  roomsFor(db, its.userId).innerJoin(
    stringsIn(its.roomIds).as('wanted'),
    'wanted.value',
    'rooms.id',
  ),
);

/** Rooms by id, in no order. */
export async function findRoomsForUser(
  db: Db,
  roomIds: readonly string[],
  userId: string,
): Promise<RoomForUser[]> {
  const rows = await roomsById.all(db, { roomIds: JSON.stringify(roomIds), userId });
  return rows.map(toRoomForUser);
}

const roomById = new PreparedQuery((db, its: { roomId: string; userId: string }) =>
  roomsFor(db, its.userId).where('rooms.id', '=', its.roomId),
);

export async function findRoomForUser(
  db: Db,
  roomId: string,
  userId: string,
): Promise<RoomForUser | undefined> {
  const row = await roomById.first(db, { roomId, userId });
  return row && toRoomForUser(row);
}

/** How far a member has read, and how many messages of others are past that. No row for others. */
export const readMarker = new PreparedQuery((db, its: { roomId: string; userId: string }) =>
  db
    .selectFrom('rooms')
    .innerJoin('members', 'members.room_id', 'rooms.id')
    .select('members.last_read_seq as lastReadSeq')
    .select(unreadCount(its.userId).as('unreadCount'))
    .where('rooms.id', '=', its.roomId)
    .where('members.user_id', '=', its.userId),
);

export type Marker = RowOf<typeof readMarker>;

/**
 * A column of the other user in a direct room; null in other rooms. A database may also evaluate it for rooms that a
 * condition then excludes, where two others are members; hence the limit.
 */
function peer(
  column: 'name' | 'name_key' | 'name_search',
  userId: string,
): RawBuilder<string | null> {
  return sql<string | null>`case when rooms.kind = 'direct' then
    (select ${sql.ref(`users.${column}`)} from members as other
      join users on users.id = other.user_id
      where other.room_id = rooms.id and other.user_id != ${userId} limit 1) end`;
}

/** The name of a room for one of its members: a direct room is named after the other one. */
function nameFor(userId: string, column: 'name' | 'name_key' | 'name_search'): RawBuilder<string> {
  return sql<string>`coalesce(${peer(column, userId)}, ${sql.ref(`rooms.${column}`)})`;
}

/** Where a page of rooms ended: what it was sorted by, and the room's id. */
export type RoomCursor = readonly [key: string | number, id: string];

/** A room's place in a list: its id, and what the list is sorted by. */
export interface RoomPlace {
  readonly id: string;
  readonly key: string | number;
}

export interface RoomPage {
  /** A part of the name, without case and accents; '' for all. */
  readonly query: string;
  readonly after: RoomCursor | undefined;
  readonly limit: number;
}

/** A user's own rooms by last activity, newest first. */
export function listOwnRooms(db: Db, userId: string, page: RoomPage): Promise<RoomPlace[]> {
  const [at, id] = page.after ?? [Number.MAX_SAFE_INTEGER, ''];
  return ownRooms(db, userId, page.query)
    .select(['rooms.id', 'rooms.last_activity_at as key'])
    .where(sql<boolean>`(rooms.last_activity_at, rooms.id) < (${at}, ${id})`)
    .orderBy('rooms.last_activity_at', 'desc')
    .orderBy('rooms.id', 'desc')
    .limit(page.limit)
    .execute();
}

/** Public rooms by name, without those that the user is banned from. */
export function listPublicRooms(db: Db, userId: string, page: RoomPage): Promise<RoomPlace[]> {
  return publicRooms(db, userId, page).orderBy('key').orderBy('id').limit(page.limit).execute();
}

/** Public rooms and the user's own, by name. */
export function listAllRooms(db: Db, userId: string, page: RoomPage): Promise<RoomPlace[]> {
  const [key, id] = page.after ?? ['', ''];
  const own = db
    .selectFrom(
      ownRooms(db, userId, page.query)
        .select(['rooms.id', nameFor(userId, 'name_key').as('key')])
        .where('rooms.kind', '!=', 'public')
        .as('own'),
    )
    .selectAll()
    .where(sql<boolean>`(own.key, own.id) > (${key}, ${id})`);
  const firstPublic = db
    .selectFrom(
      publicRooms(db, userId, page).orderBy('key').orderBy('id').limit(page.limit).as('public'),
    )
    .selectAll();
  return firstPublic.unionAll(own).orderBy('key').orderBy('id').limit(page.limit).execute();
}

function publicRooms(db: Db, userId: string, { query, after }: RoomPage) {
  const [key, id] = after ?? ['', ''];
  const rooms = db
    .selectFrom('rooms')
    .select(['rooms.id', sql<string>`rooms.name_key`.as('key')])
    .where('rooms.kind', '=', 'public')
    .where(sql<boolean>`(rooms.name_key, rooms.id) > (${key}, ${id})`)
    .where(
      sql<boolean>`not exists (select 1 from bans
        where bans.room_id = rooms.id and ${eb('bans.user_id', '=', userId)})`,
    );
  return query === '' ? rooms : rooms.where(hasPart(sql.ref('rooms.name_search'), query));
}

function ownRooms(db: Db, userId: string, query: string) {
  const rooms = db
    .selectFrom('members')
    .innerJoin('rooms', 'rooms.id', 'members.room_id')
    .where('members.user_id', '=', userId);
  return query === '' ? rooms : rooms.where(hasPart(nameFor(userId, 'name_search'), query));
}
