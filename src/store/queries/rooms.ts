import { sql, type Kysely } from 'kysely';
import type { RoomKind } from '../../protocol/resources.ts';
import { pairKeyOf, toStanding, type Standing } from '../mapping/rooms.ts';
import { PreparedQuery } from '../query.ts';
import { nameSearch } from '../search/name-search.ts';
import type { Database, DeletedKind } from '../tables.ts';

type Db = Kysely<Database>;

/** True for rooms that were not deleted. */
export const exists = sql<boolean>`rooms.kind in ('public', 'private', 'direct')`;

/** 1 where the joined ban is there. */
export const isBanned = sql<0 | 1>`case when bans.user_id is null then 0 else 1 end`;

/** Rooms, with what a user is to them. */
export function roomsWithUser(db: Db, userId: string) {
  return db
    .selectFrom('rooms')
    .leftJoin('members', (join) =>
      join.onRef('members.room_id', '=', 'rooms.id').on('members.user_id', '=', userId),
    )
    .leftJoin('bans', (join) =>
      join.onRef('bans.room_id', '=', 'rooms.id').on('bans.user_id', '=', userId),
    )
    .selectAll('rooms')
    .select('members.role')
    .select(isBanned.as('is_banned'))
    .where(exists);
}

const standing = new PreparedQuery((db, its: { roomId: string; userId: string }) =>
  roomsWithUser(db, its.userId)
    .innerJoin('users', (join) => join.on('users.id', '=', its.userId))
    .select('users.is_admin')
    .where('rooms.id', '=', its.roomId),
);

/** A user's standing in a room; undefined where there is no such room. */
export async function findStanding(
  db: Db,
  roomId: string,
  userId: string,
): Promise<Standing | undefined> {
  const row = await standing.first(db, { roomId, userId });
  return row && toStanding(row);
}

/** The id of the public room of this name. */
export async function findPublicRoomId(db: Db, nameKey: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('rooms')
    .select('id')
    .where('kind', '=', 'public')
    .where('name_key', '=', nameKey)
    .executeTakeFirst();
  return row?.id;
}

/** Rooms that a user has created and that still exist, direct rooms not counted. */
export async function countRoomsCreatedBy(db: Db, userId: string): Promise<number> {
  const row = await db
    .selectFrom('rooms')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('created_by', '=', userId)
    .where('kind', 'in', ['public', 'private'])
    .executeTakeFirstOrThrow();
  return row.n;
}

/** The id of the direct room of two users. */
export async function findDirectRoomId(
  db: Db,
  pair: readonly [string, string],
): Promise<string | undefined> {
  const row = await db
    .selectFrom('rooms')
    .select('id')
    .where('pair_key', '=', pairKeyOf(pair))
    .executeTakeFirst();
  return row?.id;
}

export interface NewRoom {
  readonly id: string;
  readonly kind: RoomKind;
  readonly name: string;
  readonly nameKey: string;
  readonly topic: string;
  readonly createdBy: string;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
  /** The two users of a direct room. */
  readonly pair?: readonly [string, string];
}

/** Adds a room that has no events and no members yet. */
export async function insertRoom(db: Db, room: NewRoom): Promise<void> {
  await db
    .insertInto('rooms')
    .values({
      id: room.id,
      kind: room.kind,
      name: room.name,
      name_key: room.nameKey,
      name_search: nameSearch(room.name),
      topic: room.topic,
      created_by: room.createdBy,
      created_at: room.createdAt,
      pair_key: room.pair ? pairKeyOf(room.pair) : null,
      slow_mode_seconds: 0,
      head: 0,
      last_pos: 0,
      last_activity_at: room.createdAt,
      member_count: 0,
    })
    .execute();
}

export async function updateRoom(
  db: Db,
  roomId: string,
  changes: { name: string; nameKey: string; topic: string; slowModeSeconds: number },
): Promise<void> {
  await db
    .updateTable('rooms')
    .set({
      name: changes.name,
      name_key: changes.nameKey,
      name_search: nameSearch(changes.name),
      topic: changes.topic,
      slow_mode_seconds: changes.slowModeSeconds,
    })
    .where('id', '=', roomId)
    .execute();
}

/** Gives out a room's next seq, for the event at `pos`. */
export const reserveSeq = new PreparedQuery((db, its: { roomId: string; pos: number }) =>
  db
    .updateTable('rooms')
    .set((eb) => ({ head: eb('head', '+', 1), last_pos: its.pos }))
    .where('id', '=', its.roomId)
    .returning('head'),
);

/** How far a room has come with new messages. */
export interface MessageSeqs {
  readonly roomId: string;
  readonly head: number;
  readonly messageCount: number;
  /** The position of the last message. */
  readonly lastPos: number;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** The same for messages, which are counted and are activity. */
export const reserveForMessages = new PreparedQuery((db, its: MessageSeqs) =>
  db
    .updateTable('rooms')
    .set({
      head: its.head,
      message_count: its.messageCount,
      last_pos: its.lastPos,
      last_activity_at: its.at,
    })
    .where('id', '=', its.roomId),
);

/**
 * Hides a room from everybody at once, and remembers its members, who have yet to receive the deletion. What
 * it held is purged in parts, so that nobody waits for a long history.
 */
export async function markDeleted(
  db: Db,
  { id: roomId, kind }: Pick<Standing, 'id' | 'kind'>,
): Promise<void> {
  await db
    .insertInto('deleted_room_members')
    .columns(['room_id', 'user_id'])
    .expression((eb) =>
      eb.selectFrom('members').select(['room_id', 'user_id']).where('room_id', '=', roomId),
    )
    .execute();
  await db.deleteFrom('members').where('room_id', '=', roomId).execute();
  await db
    .updateTable('rooms')
    .set({
      kind: `deleted ${kind}`,
      name: '',
      name_key: '',
      name_search: '',
      topic: '',
      pair_key: null,
      member_count: 0,
    })
    .where('id', '=', roomId)
    .execute();
}

/** Deleted rooms that still hold something. */
export async function listDeletedRooms(
  db: Db,
  roomId?: string,
): Promise<{ id: string; kind: DeletedKind }[]> {
  let query = db
    .selectFrom('rooms')
    .select(['id', sql<DeletedKind>`kind`.as('kind')])
    .where(sql<boolean>`kind like 'deleted %'`);
  if (roomId !== undefined) query = query.where('id', '=', roomId);
  return query.execute();
}

export async function deleteRoom(db: Db, roomId: string): Promise<void> {
  await db.deleteFrom('rooms').where('id', '=', roomId).execute();
}
