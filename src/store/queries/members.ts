import type { Kysely } from 'kysely';
import type { Role } from '../../protocol/resources.ts';
import { PreparedQuery } from '../query.ts';
import type { Database, UserRow } from '../tables.ts';
import type { Tx } from '../transaction.ts';
import { stringsIn } from '../values.ts';

type Db = Kysely<Database>;

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
    .values((eb) => ({
      room_id: member.roomId,
      user_id: member.userId,
      role: member.role,
      joined_at: member.at,
      joined_pos: member.pos,
      last_read_seq: member.readSeq,
      name_key: eb
        .selectFrom('users')
        .select('users.name_key')
        .where('users.id', '=', member.userId)
        .$asScalar()
        .$notNull(),
    }))
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

export async function updateRole(
  db: Db,
  roomId: string,
  userId: string,
  role: Role,
): Promise<void> {
  await db
    .updateTable('members')
    .set({ role })
    .where('room_id', '=', roomId)
    .where('user_id', '=', userId)
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
  page: { after?: string | undefined; limit: number },
): Promise<MemberRow[]> {
  let query = db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .selectAll('users')
    .select('members.role')
    .where('members.room_id', '=', roomId)
    .orderBy('members.name_key')
    .limit(page.limit);
  if (page.after !== undefined) query = query.where('members.name_key', '>', page.after);
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

const sharing = new PreparedQuery((db, its: { userId: string; userIds: string }) =>
  db
    .selectFrom(stringsIn(its.userIds).as('wanted'))
    .select('wanted.value')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('members as theirs')
          .innerJoin('members as ours', (join) =>
            join.onRef('ours.room_id', '=', 'theirs.room_id').on('ours.user_id', '=', its.userId),
          )
          .select('theirs.room_id')
          .whereRef('theirs.user_id', '=', 'wanted.value'),
      ),
    ),
);

/** Those of some users who share a room with somebody: of each, rooms are looked at until one is found. */
export async function whoSharesRoom(
  db: Db,
  userId: string,
  userIds: readonly string[],
): Promise<string[]> {
  const rows = await sharing.all(db, { userId, userIds: JSON.stringify(userIds) });
  return rows.map((row) => row.value);
}

/** Moves a read marker on, never back; false where it stays. */
export async function moveMarker(
  db: Db,
  roomId: string,
  userId: string,
  seq: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('members')
    .set({ last_read_seq: seq })
    .where('room_id', '=', roomId)
    .where('user_id', '=', userId)
    .where('last_read_seq', '<', seq)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

export async function insertBan(
  db: Db,
  ban: { roomId: string; userId: string; at: number },
): Promise<void> {
  await db
    .insertInto('bans')
    .values({ room_id: ban.roomId, user_id: ban.userId, banned_at: ban.at })
    .execute();
}

/** Lifts a ban; false where there was none. */
export async function deleteBan(db: Db, roomId: string, userId: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('bans')
    .where('room_id', '=', roomId)
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

export async function isBanned(db: Db, roomId: string, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('bans')
    .select('user_id')
    .where('room_id', '=', roomId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row !== undefined;
}

export async function countBans(db: Db, roomId: string): Promise<number> {
  const row = await db
    .selectFrom('bans')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('room_id', '=', roomId)
    .executeTakeFirstOrThrow();
  return row.n;
}

/** The banned, by name. */
export function listBanned(db: Db, roomId: string): Promise<UserRow[]> {
  return db
    .selectFrom('bans')
    .innerJoin('users', 'users.id', 'bans.user_id')
    .selectAll('users')
    .where('bans.room_id', '=', roomId)
    .orderBy('users.name_key')
    .execute();
}

const banned = new PreparedQuery((db, its: { roomId: string; userIds: string }) =>
  db
    .selectFrom(stringsIn(its.userIds).as('wanted'))
    .innerJoin('bans', 'bans.user_id', 'wanted.value')
    .select('bans.user_id')
    .where('bans.room_id', '=', its.roomId),
);
const joined = new PreparedQuery((db, its: { roomId: string; userIds: string }) =>
  db
    .selectFrom(stringsIn(its.userIds).as('wanted'))
    .innerJoin('members', 'members.user_id', 'wanted.value')
    .select('members.user_id')
    .where('members.room_id', '=', its.roomId),
);

/** Those of some users who may read a room. */
export async function whoMayRead(
  tx: Tx,
  room: { id: string; kind: string },
  userIds: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const isPublic = room.kind === 'public';
  const its = { roomId: room.id, userIds: JSON.stringify([...userIds]) };
  const ids = new Set((await tx.all(isPublic ? banned : joined, its)).map((row) => row.user_id));
  return isPublic ? new Set([...userIds].filter((id) => !ids.has(id))) : ids;
}
