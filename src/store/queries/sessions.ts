import { sql, type Kysely } from 'kysely';
import type { User } from '../../protocol/resources.ts';
import { toUser } from '../mapping/accounts.ts';
import { toSession, toSessionRow, type SessionRecord } from '../mapping/accounts.ts';
import { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';
import { stringsIn } from '../values.ts';

type Db = Kysely<Database>;

export async function insertSession(db: Db, session: SessionRecord): Promise<void> {
  await db.insertInto('sessions').values(toSessionRow(session)).execute();
}

const sessionUser = new PreparedQuery((db, its: { sessionId: string }) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['users.id', 'users.name', 'users.color', 'users.created_at'])
    .select(['users.is_admin', 'users.is_bot'])
    .select(['sessions.last_used_at', 'sessions.token_hash'])
    .where('sessions.id', '=', its.sessionId),
);

/** The user of a session that has not ended, when its use was last recorded, and whether it is an API token. */
export async function findSessionUser(
  db: Db,
  sessionId: string,
): Promise<{ user: User; lastUsedAt: number; isToken: boolean } | undefined> {
  const row = await sessionUser.first(db, { sessionId });
  return (
    row && { user: toUser(row), lastUsedAt: row.last_used_at, isToken: row.token_hash !== null }
  );
}

const endedOf = new PreparedQuery((db, its: { ids: string }) =>
  db
    .selectFrom(stringsIn(its.ids).as('asked'))
    .leftJoin('sessions', 'sessions.id', 'asked.value')
    .select('asked.value')
    .where('sessions.id', 'is', null),
);

/** Those of some sessions that have ended. */
export async function whichHaveEnded(db: Db, ids: readonly string[]): Promise<string[]> {
  const rows = await endedOf.all(db, { ids: JSON.stringify(ids) });
  return rows.map((row) => row.value);
}

/** A sign-in of a user that has not ended. */
export async function findSession(
  db: Db,
  userId: string,
  sessionId: string,
): Promise<SessionRecord | undefined> {
  const row = await db
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', sessionId)
    .where('user_id', '=', userId)
    .where('token_hash', 'is', null)
    .executeTakeFirst();
  return row && toSession(row);
}

/** A user's sign-ins whose newest token has not expired, the last used first. */
export async function listSessions(db: Db, userId: string, now: number): Promise<SessionRecord[]> {
  const rows = await db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('token_hash', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('last_used_at', 'desc')
    .execute();
  return rows.map(toSession);
}

/** Records that a session was used and when its newest token expires; false if it has ended. */
export async function extendSession(
  db: Db,
  sessionId: string,
  usedAt: number,
  expiresAt: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sessions')
    .set({
      last_used_at: usedAt,
      // Of two renewals at once, the later expiry stands.
      expires_at: sql`case when expires_at < ${expiresAt} then ${expiresAt} else expires_at end`,
    })
    .where('id', '=', sessionId)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Records that a session was used. */
export async function touchSession(db: Db, sessionId: string, usedAt: number): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ last_used_at: usedAt })
    .where('id', '=', sessionId)
    .execute();
}

export async function deleteSession(db: Db, userId: string, sessionId: string): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('id', '=', sessionId)
    .where('user_id', '=', userId)
    .execute();
}

/** Ends all of a user's sign-ins but the `keep` used last, and returns the ids of those that ended. */
export async function deleteOldestSessions(
  db: Db,
  userId: string,
  keep: number,
): Promise<string[]> {
  const kept = db
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', userId)
    .where('token_hash', 'is', null)
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .limit(keep);
  const rows = await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('token_hash', 'is', null)
    .where('id', 'not in', kept)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Ends all of a user's sessions, API tokens included, or one of them; returns the ids of those that ended. */
export async function deleteSessions(
  db: Db,
  userId: string,
  sessionId?: string,
): Promise<string[]> {
  let ended = db.deleteFrom('sessions').where('user_id', '=', userId).returning('id');
  if (sessionId !== undefined) ended = ended.where('id', '=', sessionId);
  const rows = await ended.execute();
  return rows.map((row) => row.id);
}

/** Deletes a user's sign-ins whose every token has expired. Expired API tokens stay in the list of their owner. */
export async function deleteExpiredSessions(db: Db, userId: string, now: number): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('token_hash', 'is', null)
    .where('expires_at', '<', now)
    .execute();
}
