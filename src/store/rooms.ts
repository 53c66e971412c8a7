import { sql, type Kysely } from 'kysely';
import type { Role, RoomSummary } from '../protocol/resources.ts';
import type { Database, RoomRow, UserRow } from './schema.ts';

type Db = Kysely<Database>;

export function findRoom(db: Db, roomId: string): Promise<RoomRow | undefined> {
  return db.selectFrom('rooms').selectAll().where('id', '=', roomId).executeTakeFirst();
}

export function findPublicRoomByName(db: Db, nameKey: string): Promise<RoomRow | undefined> {
  return db
    .selectFrom('rooms')
    .selectAll()
    .where('kind', '=', 'public')
    .where('name_key', '=', nameKey)
    .executeTakeFirst();
}

export async function insertRoom(db: Db, room: RoomRow): Promise<void> {
  await db.insertInto('rooms').values(room).execute();
}

export function summaryOf(room: RoomRow): RoomSummary {
  return {
    id: room.id,
    kind: room.kind,
    name: room.name,
    topic: room.topic,
    slowModeSeconds: room.slow_mode_seconds,
  };
}

/** A room together with what it is to one user. */
export type RoomViewRow = RoomRow & {
  role: Role | null;
  last_read_seq: number | null;
  unread_count: number | null;
};

function roomViews(db: Db, userId: string) {
  return db
    .selectFrom('rooms')
    .leftJoin('members', (join) =>
      join.onRef('members.room_id', '=', 'rooms.id').on('members.user_id', '=', userId),
    )
    .selectAll('rooms')
    .select(['members.role', 'members.last_read_seq'])
    .select((eb) =>
      eb
        .selectFrom('messages')
        .select((count) => count.fn.countAll<number>().as('n'))
        .whereRef('messages.room_id', '=', 'rooms.id')
        .whereRef('messages.seq', '>', 'members.last_read_seq')
        .where('messages.author_id', '!=', userId)
        .where('messages.deleted_at', 'is', null)
        .as('unread_count'),
    );
}

export function findRoomView(
  db: Db,
  roomId: string,
  userId: string,
): Promise<RoomViewRow | undefined> {
  return roomViews(db, userId).where('rooms.id', '=', roomId).executeTakeFirst();
}

export type RoomScope = 'all' | 'mine' | 'public';
/** Where a page of rooms ended: what it was sorted by, and the room's id. */
export type RoomCursor = readonly [key: string | number, id: string];

/** `mine` by last activity, newest first; `public` and `all` by name. */
export function listRoomViews(
  db: Db,
  userId: string,
  page: {
    scope: RoomScope;
    /** A part of the folded name. */
    nameKey: string | undefined;
    after: RoomCursor | undefined;
    limit: number;
  },
): Promise<RoomViewRow[]> {
  let query = roomViews(db, userId).limit(page.limit);
  if (page.nameKey) {
    const pattern = `%${page.nameKey.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    query = query.where(sql<boolean>`rooms.name_key like ${pattern} escape '\\'`);
  }
  if (page.scope === 'mine') {
    query = query.where('members.role', 'is not', null);
    if (page.after) {
      const [at, id] = page.after;
      query = query.where(sql<boolean>`(rooms.last_activity_at, rooms.id) < (${at}, ${id})`);
    }
    return query.orderBy('rooms.last_activity_at', 'desc').orderBy('rooms.id', 'desc').execute();
  }
  query = query.where((eb) =>
    page.scope === 'public'
      ? eb('rooms.kind', '=', 'public')
      : eb.or([eb('rooms.kind', '=', 'public'), eb('members.role', 'is not', null)]),
  );
  if (page.after) {
    const [name, id] = page.after;
    query = query.where(sql<boolean>`(rooms.name_key, rooms.id) > (${name}, ${id})`);
  }
  return query.orderBy('rooms.name_key').orderBy('rooms.id').execute();
}

export async function findRole(db: Db, roomId: string, userId: string): Promise<Role | null> {
  const row = await db
    .selectFrom('members')
    .select('role')
    .where('room_id', '=', roomId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.role ?? null;
}

export async function insertMember(
  db: Db,
  member: { roomId: string; userId: string; role: Role; at: number; pos: number; readSeq: number },
): Promise<void> {
  await db
    .insertInto('members')
    .values({
      room_id: member.roomId,
      user_id: member.userId,
      role: member.role,
      joined_at: member.at,
      joined_pos: member.pos,
      last_read_seq: member.readSeq,
    })
    .execute();
  await countMembers(db, member.roomId, 1);
}

export async function deleteMember(db: Db, roomId: string, userId: string): Promise<void> {
  await db
    .deleteFrom('members')
    .where('room_id', '=', roomId)
    .where('user_id', '=', userId)
    .execute();
  await countMembers(db, roomId, -1);
}

async function countMembers(db: Db, roomId: string, change: 1 | -1): Promise<void> {
  await db
    .updateTable('rooms')
    .set((eb) => ({ member_count: eb('member_count', '+', change) }))
    .where('id', '=', roomId)
    .execute();
}

export async function countOwners(db: Db, roomId: string): Promise<number> {
  const row = await db
    .selectFrom('members')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('room_id', '=', roomId)
    .where('role', '=', 'owner')
    .executeTakeFirstOrThrow();
  return row.n;
}

export type MemberRow = UserRow & { role: Role };

/** Members by name. */
export function listMembers(
  db: Db,
  roomId: string,
  page: { after: string | undefined; limit: number },
): Promise<MemberRow[]> {
  let query = db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .selectAll('users')
    .select('members.role')
    .where('members.room_id', '=', roomId)
    .orderBy('users.name_key')
    .limit(page.limit);
  if (page.after !== undefined) query = query.where('users.name_key', '>', page.after);
  return query.execute();
}

export async function roomIdsOf(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('members')
    .select('room_id')
    .where('user_id', '=', userId)
    .execute();
  return rows.map((row) => row.room_id);
}
