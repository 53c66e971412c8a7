import type { Kysely } from 'kysely';
import type { User } from '../../protocol/resources.ts';
import { toUser } from '../mapping/accounts.ts';
import { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';

type Db = Kysely<Database>;

/** One row where `userId` has blocked `blockedId`. */
export const block = new PreparedQuery((db, its: { userId: string; blockedId: string }) =>
  db
    .selectFrom('blocks')
    .select('created_at')
    .where('user_id', '=', its.userId)
    .where('blocked_id', '=', its.blockedId),
);

/** A row where another member of a room has blocked `userId`. Meant for direct rooms, which have two. */
export const blockByPeer = new PreparedQuery((db, its: { roomId: string; userId: string }) =>
  db
    .selectFrom('members')
    .innerJoin('blocks', (join) =>
      join.onRef('blocks.user_id', '=', 'members.user_id').on('blocks.blocked_id', '=', its.userId),
    )
    .select('blocks.created_at')
    .where('members.room_id', '=', its.roomId),
);

export async function insertBlock(
  db: Db,
  { userId, blockedId, at }: { userId: string; blockedId: string; at: number },
): Promise<void> {
  await db
    .insertInto('blocks')
    .values({ user_id: userId, blocked_id: blockedId, created_at: at })
    .execute();
}

export async function deleteBlock(db: Db, userId: string, blockedId: string): Promise<void> {
  await db
    .deleteFrom('blocks')
    .where('user_id', '=', userId)
    .where('blocked_id', '=', blockedId)
    .execute();
}

export async function countBlocks(db: Db, userId: string): Promise<number> {
  const row = await db
    .selectFrom('blocks')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return row.n;
}

/** The users whom a user has blocked, by name. */
export async function listBlocked(db: Db, userId: string): Promise<User[]> {
  const rows = await db
    .selectFrom('blocks')
    .innerJoin('users', 'users.id', 'blocks.blocked_id')
    .selectAll('users')
    .where('blocks.user_id', '=', userId)
    .orderBy('users.name_key')
    .execute();
  return rows.map(toUser);
}
