import type { Kysely } from 'kysely';
import type { User } from '../../protocol/resources.ts';
import { toUser } from '../mapping/accounts.ts';
import type { Database } from '../tables.ts';

/* Users who may not return to a room. They are not members of it. */

type Db = Kysely<Database>;

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

/** The users who are banned from a room, by name. */
export async function listBanned(db: Db, roomId: string): Promise<User[]> {
  const rows = await db
    .selectFrom('bans')
    .innerJoin('users', 'users.id', 'bans.user_id')
    .selectAll('users')
    .where('bans.room_id', '=', roomId)
    .orderBy('users.name_key')
    .execute();
  return rows.map(toUser);
}

/** The ids of the rooms that a user is banned from. */
export async function listRoomsBannedFrom(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('bans')
    .select('room_id')
    .where('user_id', '=', userId)
    .execute();
  return rows.map((row) => row.room_id);
}
