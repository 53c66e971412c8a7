import { sql, type Kysely } from 'kysely';
import { toInvite, type InviteRecord, type NewInvite } from '../mapping/invites.ts';
import type { Database } from '../tables.ts';
import { paged, type ListPage } from '../server-list.ts';
import { exists } from './rooms.ts';

/* Links that let people into a room, or only onto the server: then their room is null. */

type Db = Kysely<Database>;

export async function insertInvite(db: Db, invite: NewInvite): Promise<void> {
  await db
    .insertInto('invites')
    .values({
      code: invite.code,
      room_id: invite.roomId,
      created_by: invite.createdBy,
      created_at: invite.createdAt,
      expires_at: invite.expiresAt,
      max_uses: invite.maxUses,
      uses: 0,
    })
    .execute();
}

/** Invites with their rooms and makers; none of a deleted room. */
const records = (db: Db) =>
  db
    .selectFrom('invites')
    .innerJoin('users', 'users.id', 'invites.created_by')
    .leftJoin('rooms', 'rooms.id', 'invites.room_id')
    .leftJoin('members', (join) =>
      join
        .onRef('members.room_id', '=', 'invites.room_id')
        .onRef('members.user_id', '=', 'invites.created_by'),
    )
    .selectAll('invites')
    .select(['users.name', 'users.color', 'users.is_admin', 'users.is_disabled'])
    .select(['rooms.name as room_name', 'rooms.kind', 'rooms.member_count', 'members.role'])
    .where(sql<boolean>`(invites.room_id is null or ${exists})`);

export async function findInvite(db: Db, code: string): Promise<InviteRecord | undefined> {
  const row = await records(db).where('invites.code', '=', code).executeTakeFirst();
  return row && toInvite(row);
}

/** The invites of a room, those that have ended included, the newest first. */
export async function listInvites(db: Db, roomId: string | null): Promise<InviteRecord[]> {
  const rows = await records(db)
    .where('invites.room_id', roomId === null ? 'is' : '=', roomId)
    .orderBy('invites.created_at', 'desc')
    .orderBy('invites.code')
    .execute();
  return rows.map(toInvite);
}

/** What orders invites of all rooms, of which admins do not see the codes. */
const BY = [sql<number>`invites.created_at`, sql<string>`substr(invites.code, 1, 8)`] as const;

/** What names an invite to admins: the first characters of its code, too few to guess the rest. */
export const inviteIdOf = (code: string): string => code.slice(0, 8);

/** A page of the invites into all rooms that were not revoked and end after `now`. */
export async function listAllRoomInvites(
  db: Db,
  { now, ...page }: ListPage & { readonly now: number },
): Promise<InviteRecord[]> {
  const all = records(db)
    .where('invites.room_id', 'is not', null)
    .where('invites.revoked_at', 'is', null)
    .where('invites.expires_at', '>', now);
  return (await paged(all, BY, page).execute()).map(toInvite);
}

/** Follows every character of a code, so that what begins with some text lies between that text and this behind it. */
const LAST = '\u{7f}';

/** Finds an invite into a room by its `inviteIdOf`; undefined where not exactly one has it. */
export async function findRoomInviteById(db: Db, id: string): Promise<InviteRecord | undefined> {
  const found = await records(db)
    .where('invites.room_id', 'is not', null)
    .where('invites.code', '>=', id)
    .where('invites.code', '<', id + LAST)
    .where(BY[1], '=', id)
    .limit(2)
    .execute();
  return found.length === 1 ? toInvite(found[0]!) : undefined;
}

export async function countUse(db: Db, code: string): Promise<void> {
  await db
    .updateTable('invites')
    .set((eb) => ({ uses: eb('uses', '+', 1) }))
    .where('code', '=', code)
    .execute();
}

export async function revokeInvite(db: Db, code: string, at: number): Promise<void> {
  await db.updateTable('invites').set({ revoked_at: at }).where('code', '=', code).execute();
}

export async function deleteInvites(db: Db, codes: readonly string[]): Promise<void> {
  if (codes.length > 0) await db.deleteFrom('invites').where('code', 'in', codes).execute();
}

/** Deletes invites that expired before a time, at most `limit` of them. */
export async function deleteExpiredInvites(db: Db, before: number, limit: number): Promise<void> {
  const expired = db
    .selectFrom('invites')
    .select('code')
    .where('expires_at', '<', before)
    .orderBy('expires_at')
    .limit(limit);
  await db.deleteFrom('invites').where('code', 'in', expired).execute();
}
