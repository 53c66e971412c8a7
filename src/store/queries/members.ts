import { sql, type Kysely } from 'kysely';
import type { Role } from '../../protocol/resources.ts';
import { toMember, type MemberRecord } from '../mapping/rooms.ts';
import { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';
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

/** The members of a room by name; `after` is the name key after which the page starts. */
export async function listMembers(
  db: Db,
  roomId: string,
  page: { after?: string | undefined; limit: number },
): Promise<MemberRecord[]> {
  let query = db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .selectAll('users')
    .select('members.role')
    .where('members.room_id', '=', roomId)
    .orderBy('members.name_key')
    .limit(page.limit);
  if (page.after !== undefined) query = query.where('members.name_key', '>', page.after);
  return (await query.execute()).map(toMember);
}

/** The ids of the rooms that a user belongs to. */
export async function roomIdsOf(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('members')
    .select('room_id')
    .where('user_id', '=', userId)
    .execute();
  return rows.map((row) => row.room_id);
}

/** The ids of the private and direct rooms that a user belongs to. */
export async function closedRoomIdsOf(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('members')
    .innerJoin('rooms', 'rooms.id', 'members.room_id')
    .select('rooms.id')
    .where('members.user_id', '=', userId)
    .where('rooms.kind', '!=', 'public')
    .execute();
  return rows.map(({ id }) => id);
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

/** Those of some users who share a room with `userId`. Reads each user's rooms until it finds one. */
export async function whoSharesRoom(
  db: Db,
  userId: string,
  userIds: readonly string[],
): Promise<string[]> {
  const rows = await sharing.all(db, { userId, userIds: JSON.stringify(userIds) });
  return rows.map((row) => row.value);
}

/** Moves a read marker forward, never back; false where it stays. */
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

const accessOf = new PreparedQuery((db, its: { roomId: string; userIds: string }) =>
  db
    .selectFrom(stringsIn(its.userIds).as('named'))
    .leftJoin('members', (join) =>
      join.onRef('members.user_id', '=', 'named.value').on('members.room_id', '=', its.roomId),
    )
    .leftJoin('bans', (join) =>
      join.onRef('bans.user_id', '=', 'named.value').on('bans.room_id', '=', its.roomId),
    )
    .select(['named.value as userId', 'members.role'])
    .select(sql<0 | 1>`case when bans.user_id is null then 0 else 1 end`.as('is_banned')),
);

/** What the same users are to each of some rooms. */
export async function findAccess(
  tx: Tx,
  roomIds: readonly string[],
  ofUsers: ReadonlySet<string>,
): Promise<{ userId: string; role: Role | null; isBanned: boolean }[][]> {
  const userIds = JSON.stringify([...ofUsers]);
  const found = await tx.each(
    accessOf,
    roomIds.map((roomId) => ({ roomId, userIds })),
  );
  return found.map((rows) =>
    rows.map(({ userId, role, is_banned }) => ({ userId, role, isBanned: is_banned === 1 })),
  );
}
