import { sql, type Kysely } from 'kysely';
import type { Role, RoomKind } from '../../protocol/resources.ts';
import {
  DELETED_COLOR,
  DELETED_NAME,
  deletedNameKey,
  noEmailKey,
  NO_PASSWORD,
} from '../mapping/accounts.ts';
import type { Database } from '../tables.ts';

/*
 * What happens to the rows of an account that its owner deletes. The account keeps a row without anything personal, by
 * which its messages have an author, and its places in direct rooms, which the other one still reads.
 */

type Db = Kysely<Database>;

/** Tables with rows that belong to a user alone. */
const PERSONAL = [
  'sessions',
  'known_addresses',
  'reset_tokens',
  'identities',
  'host_tokens',
  'push_subscriptions',
  'notify_levels',
  'mentions',
  'bans',
  'deleted_room_members',
  'blocks',
] as const;

/** Erases what is personal of an account. Its memberships end elsewhere, since others see that. */
export async function eraseAccount(db: Db, userId: string, at: number): Promise<void> {
  for (const table of PERSONAL) {
    await db.deleteFrom(table).where('user_id', '=', userId).execute();
  }
  await db.deleteFrom('blocks').where('blocked_id', '=', userId).execute();
  // Nobody comes by the invitation of somebody who is gone.
  await db.deleteFrom('invites').where('created_by', '=', userId).execute();
  await db
    .updateTable('users')
    .set({
      email: '',
      email_key: noEmailKey(userId),
      name: DELETED_NAME,
      name_key: deletedNameKey(userId),
      name_search: '',
      color: DELETED_COLOR,
      password_hash: NO_PASSWORD,
      is_admin: 0,
      is_disabled: 1,
      deleted_at: at,
      summary_language: null,
      summary_pos: 0,
      summary_due_at: 0,
      summary_confirmed: 0,
    })
    .where('id', '=', userId)
    .execute();
  await db
    .updateTable('members')
    .set({ name_key: deletedNameKey(userId), last_read_seq: 0 })
    .where('user_id', '=', userId)
    .execute();
}

/** A deleted account takes no messages: it blocks the other one in each of its direct rooms. */
export async function blockDirectPeers(db: Db, userId: string, at: number): Promise<void> {
  await db
    .insertInto('blocks')
    .columns(['user_id', 'blocked_id', 'created_at'])
    .expression((eb) =>
      eb
        .selectFrom('members as own')
        .innerJoin('rooms', 'rooms.id', 'own.room_id')
        .innerJoin('members as peer', 'peer.room_id', 'own.room_id')
        .select([
          'own.user_id as user_id',
          'peer.user_id as blocked_id',
          sql<number>`cast(${at} as bigint)`.as('created_at'),
        ])
        .where('own.user_id', '=', userId)
        .where(sql<boolean>`rooms.kind = 'direct'`)
        .whereRef('peer.user_id', '!=', 'own.user_id'),
    )
    .execute();
}

/** The names of rooms that would be without an owner, while others are members; at most `limit`. */
export async function roomsWithoutOtherOwner(
  db: Db,
  userId: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('members as own')
    .innerJoin('rooms', 'rooms.id', 'own.room_id')
    .select('rooms.name')
    .where('own.user_id', '=', userId)
    .where(sql<boolean>`own.role = 'owner'`)
    .where(sql<boolean>`rooms.member_count > 1`)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('members as other')
            .select('other.user_id')
            .whereRef('other.room_id', '=', 'own.room_id')
            .whereRef('other.user_id', '!=', 'own.user_id')
            .where(sql<boolean>`other.role = 'owner'`),
        ),
      ),
    )
    .orderBy('rooms.name_key')
    .limit(limit)
    .execute();
  return rows.map(({ name }) => name);
}

/** A membership that ends with the account. */
export interface Ending {
  readonly roomId: string;
  readonly role: Role;
  readonly kind: RoomKind;
  readonly memberCount: number;
}

/** Memberships of a user but those of direct rooms, the ones as owner first; at most `limit`. */
export async function listEndings(db: Db, userId: string, limit: number): Promise<Ending[]> {
  const rows = await db
    .selectFrom('members')
    .innerJoin('rooms', 'rooms.id', 'members.room_id')
    .select([
      'members.room_id',
      'members.role',
      'rooms.member_count',
      sql<RoomKind>`rooms.kind`.as('kind'),
    ])
    .where('members.user_id', '=', userId)
    .where(sql<boolean>`rooms.kind in ('public', 'private')`)
    .orderBy(sql`case when members.role = 'owner' then 0 else 1 end`)
    .orderBy('members.room_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    roomId: row.room_id,
    role: row.role,
    kind: row.kind,
    memberCount: row.member_count,
  }));
}

/** Deleted accounts that still have memberships to end: a stop has interrupted it. */
export async function listUnfinishedDeletions(db: Db, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('users')
    .select('users.id')
    .where('users.deleted_at', 'is not', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('members')
          .innerJoin('rooms', 'rooms.id', 'members.room_id')
          .select('members.room_id')
          .whereRef('members.user_id', '=', 'users.id')
          .where(sql<boolean>`rooms.kind in ('public', 'private')`),
      ),
    )
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
