import { sql, type Kysely } from 'kysely';
import { Prepared } from './prepared.ts';
import type { Database, SessionRow, UserRow } from './schema.ts';
import type { Tx } from './transaction.ts';
import { stringsIn } from './values.ts';

type Db = Kysely<Database>;

export function findUser(db: Db, userId: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst();
}

export function findUserByEmail(db: Db, emailKey: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('email_key', '=', emailKey).executeTakeFirst();
}

export function findUserByName(db: Db, nameKey: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('name_key', '=', nameKey).executeTakeFirst();
}

export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
}

export async function insertUser(db: Db, user: UserRow): Promise<void> {
  await db.insertInto('users').values(user).execute();
}

export async function updateUser(
  db: Db,
  userId: string,
  changes: Partial<Pick<UserRow, 'name' | 'name_key' | 'color' | 'password_hash'>>,
): Promise<UserRow> {
  const { name_key } = changes;
  if (name_key !== undefined) {
    // Some 10 us for each of their rooms.
    await db
      .updateTable('members')
      .set({ name_key })
      .where('user_id', '=', userId)
      .where('name_key', '!=', name_key)
      .execute();
  }
  return db
    .updateTable('users')
    .set(changes)
    .where('id', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function insertSession(db: Db, session: SessionRow): Promise<void> {
  await db.insertInto('sessions').values(session).execute();
}

const sessionUser = new Prepared((db, its: { sessionId: string }) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .selectAll('users')
    .select('sessions.last_used_at')
    .where('sessions.id', '=', its.sessionId),
);

/** The user of a session that has not ended, and when it was last noted as used. */
export function findSessionUser(
  db: Db,
  sessionId: string,
): Promise<(UserRow & { last_used_at: number }) | undefined> {
  return sessionUser.first(db, { sessionId });
}

/** Notes that a session was used and until when its newest token is good; false if it has ended. */
export async function extendSession(
  db: Db,
  sessionId: string,
  usedAt: number,
  expiresAt: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sessions')
    .set({ last_used_at: usedAt, expires_at: sql`max(expires_at, ${expiresAt})` })
    .where('id', '=', sessionId)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Notes that a session was used. */
export async function touchSession(db: Db, sessionId: string, usedAt: number): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ last_used_at: usedAt })
    .where('id', '=', sessionId)
    .execute();
}

/** Ends a session of a user; false where they have no such session. */
export async function deleteSession(db: Db, userId: string, sessionId: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('id', '=', sessionId)
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** Ends a user's sessions but one; answers their ids. */
export async function deleteOtherSessions(db: Db, userId: string, keep: string): Promise<string[]> {
  const rows = await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('id', '!=', keep)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Forgets the sessions of a user whose every token has expired. */
export async function deleteExpiredSessions(db: Db, userId: string, now: number): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('expires_at', '<', now)
    .execute();
}

const lastNames = new Prepared((db, its: { keys: string }) =>
  db
    .selectFrom(stringsIn(its.keys).as('wanted'))
    .innerJoin('users', (join) =>
      join.on('users.name_key', '=', (eb) =>
        eb
          .selectFrom('users as one')
          .select(({ fn }) => fn.max('one.name_key').as('last'))
          .whereRef('one.name_key', '<=', 'wanted.value'),
      ),
    )
    .select(['wanted.value', 'users.id', 'users.name_key']),
);

/**
 * For each of these keys the last name key that is equal to it or comes before it, by code points, and
 * whose it is. A key before all names has none.
 */
export async function lastNamesUpTo(
  tx: Tx,
  keys: ReadonlySet<string>,
): Promise<Map<string, { id: string; nameKey: string }>> {
  const rows = await tx.all(lastNames, { keys: JSON.stringify([...keys]) });
  return new Map(rows.map(({ value, id, name_key }) => [value, { id, nameKey: name_key }]));
}

/** People by name; `nameKey` is a part of the folded one. */
export function listUsers(db: Db, nameKey: string, limit: number): Promise<UserRow[]> {
  let query = db.selectFrom('users').selectAll().orderBy('name_key').limit(limit);
  if (nameKey !== '') query = query.where(sql<boolean>`instr(name_key, ${nameKey}) > 0`);
  return query.execute();
}

/** A user's sessions whose newest token is still good, the latest used first. */
export function listSessions(db: Db, userId: string, now: number): Promise<SessionRow[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .orderBy('last_used_at', 'desc')
    .execute();
}
