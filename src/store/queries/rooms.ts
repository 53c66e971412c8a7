import { sql, type Kysely } from 'kysely';
import type { RoomKind, RoomSummary, Role } from '../../protocol/resources.ts';
import { nameSearch } from '../search/name-search.ts';
import { PreparedQuery } from '../query.ts';
import type { Database, DeletedKind, NewRoom, RoomRow } from '../tables.ts';

type Db = Kysely<Database>;

/** Of rooms that are gone, nothing is found. */
export const isThere = sql<boolean>`rooms.kind in ('public', 'private', 'direct')`;

/** A room, and what it is to one user. */
export type StandingRow = RoomRow & {
  role: Role | null;
  is_banned: 0 | 1;
  is_admin: 0 | 1;
};

/** Rooms, and what they are to a user. */
export function roomsSeenBy(db: Db, userId: string) {
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
    .select(sql<0 | 1>`bans.user_id is not null`.as('is_banned'))
    .where(isThere);
}

const standing = new PreparedQuery((db, its: { roomId: string; userId: string }) =>
  roomsSeenBy(db, its.userId)
    .innerJoin('users', (join) => join.on('users.id', '=', its.userId))
    .select('users.is_admin')
    .where('rooms.id', '=', its.roomId),
);

/** What somebody's rights in a room follow from. */
export function findStanding(
  db: Db,
  roomId: string,
  userId: string,
): Promise<StandingRow | undefined> {
  return standing.first(db, { roomId, userId });
}

export function findPublicRoomByName(db: Db, nameKey: string): Promise<RoomRow | undefined> {
  return db
    .selectFrom('rooms')
    .selectAll()
    .where('kind', '=', 'public')
    .where('name_key', '=', nameKey)
    .executeTakeFirst();
}

/** Rooms that a user has made and that are still there, direct ones not counted. */
export async function countRoomsMadeBy(db: Db, userId: string): Promise<number> {
  const row = await db
    .selectFrom('rooms')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('created_by', '=', userId)
    .where('kind', 'in', ['public', 'private'])
    .executeTakeFirstOrThrow();
  return row.n;
}

/** What the one direct room of two people is found by. */
export const pairKeyOf = (a: string, b: string) => [a, b].toSorted().join(' ');

export function findDirectRoom(db: Db, pairKey: string): Promise<RoomRow | undefined> {
  return db.selectFrom('rooms').selectAll().where('pair_key', '=', pairKey).executeTakeFirst();
}

/** Makes a room that has no events and nobody in it yet. */
export function insertRoom(
  db: Db,
  room: Pick<NewRoom, 'id' | 'name' | 'name_key' | 'topic' | 'created_at' | 'created_by'> & {
    kind: RoomKind;
    pair_key?: string;
  },
): Promise<RoomRow> {
  return db
    .insertInto('rooms')
    .values({
      ...room,
      name_search: nameSearch(room.name),
      pair_key: room.pair_key ?? null,
      slow_mode_seconds: 0,
      head: 0,
      last_pos: 0,
      last_activity_at: room.created_at,
      member_count: 0,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function updateRoom(
  db: Db,
  roomId: string,
  changes: Partial<Pick<RoomRow, 'name' | 'name_key' | 'topic' | 'slow_mode_seconds'>>,
): Promise<void> {
  const { name } = changes;
  const words = name === undefined ? {} : { name_search: nameSearch(name) };
  await db
    .updateTable('rooms')
    .set({ ...changes, ...words })
    .where('id', '=', roomId)
    .execute();
}

/** A room as its events carry it. A direct room has no name of its own. */
export function summaryOf(room: Omit<RoomRow, 'pair_key'>): RoomSummary {
  return {
    id: room.id,
    kind: room.kind,
    name: room.name,
    topic: room.topic,
    slowModeSeconds: room.slow_mode_seconds,
  };
}

/**
 * Takes a room from everybody at once, and remembers whom to tell. What it held goes by `purge`,
 * part by part, so that nobody waits for a long history.
 */
export async function markDeleted(db: Db, { id: roomId, kind }: RoomRow): Promise<void> {
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

/** Rooms that were deleted, and that still hold something. */
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
