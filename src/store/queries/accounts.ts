import { sql, type Kysely } from 'kysely';
import { hasWords, nameSearch } from '../search/name-search.ts';
import { PreparedQuery } from '../query.ts';
import type { Database, NewUser, SessionRow, UserRow } from '../tables.ts';
import type { Tx } from '../transaction.ts';
import { stringsIn } from '../values.ts';

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

export function insertUser(db: Db, user: NewUser): Promise<UserRow> {
  return db
    .insertInto('users')
    .values({ ...user, name_search: nameSearch(user.name) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Admins whose accounts are not disabled. */
export async function countAdmins(db: Db): Promise<number> {
  const row = await db
    .selectFrom('users')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    // The literal of the index: with a bound value SQLite could not tell that it serves.
    .where('is_admin', '=', sql.lit(1 as const))
    .where('is_disabled', '=', 0)
    .executeTakeFirstOrThrow();
  return row.n;
}

const SETUP_CODE = 'setup_code';

/** The code that makes the first admin, where the server has made one up and needs it still. */
export async function findSetupCode(db: Db): Promise<string | undefined> {
  const row = await db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', SETUP_CODE)
    .executeTakeFirst();
  return row?.value;
}

export async function insertSetupCode(db: Db, value: string): Promise<void> {
  await db.insertInto('meta').values({ key: SETUP_CODE, value }).execute();
}

export async function deleteSetupCode(db: Db): Promise<void> {
  await db.deleteFrom('meta').where('key', '=', SETUP_CODE).execute();
}

/** Changes what is given. A new password ends every login that is under way with the one before. */
export async function updateUser(
  db: Db,
  userId: string,
  changes: Partial<
    Pick<UserRow, 'name' | 'name_key' | 'color' | 'password_hash' | 'is_admin' | 'is_disabled'>
  >,
): Promise<UserRow> {
  const { name, name_key, password_hash } = changes;
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
    .set({
      ...changes,
      ...(name !== undefined && { name_search: nameSearch(name) }),
      ...(password_hash !== undefined && { password_changes: sql`password_changes + 1` }),
    })
    .where('id', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Another hash of the same password, unless that was changed meanwhile. */
export async function replaceHash(
  db: Db,
  userId: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await db
    .updateTable('users')
    .set({ password_hash: to })
    .where('id', '=', userId)
    .where('password_hash', '=', from)
    .execute();
}

export async function insertSession(db: Db, session: SessionRow): Promise<void> {
  await db.insertInto('sessions').values(session).execute();
}

const sessionUser = new PreparedQuery((db, its: { sessionId: string }) =>
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

/** A session of a user that has not ended. */
export function findSession(
  db: Db,
  userId: string,
  sessionId: string,
): Promise<SessionRow | undefined> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', sessionId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
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

export async function deleteSession(db: Db, userId: string, sessionId: string): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('id', '=', sessionId)
    .where('user_id', '=', userId)
    .execute();
}

/** Ends a user's sessions but the `keep` that were used last; returns their ids. */
export async function deleteOldestSessions(
  db: Db,
  userId: string,
  keep: number,
): Promise<string[]> {
  const kept = db
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', userId)
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .limit(keep);
  const rows = await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('id', 'not in', kept)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Ends all sessions of a user; returns their ids. */
export async function deleteSessions(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
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

/** Whether a user has signed in from an address. */
export async function isKnownAddress(
  db: Db,
  userId: string,
  addressHash: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('known_addresses')
    .select('user_id')
    .where('user_id', '=', userId)
    .where('address_hash', '=', addressHash)
    .executeTakeFirst();
  return row !== undefined;
}

/** Notes that a user has signed in from an address, and forgets all but the `keep` used last. */
export async function noteAddress(
  db: Db,
  known: { userId: string; addressHash: string; usedAt: number },
  keep: number,
): Promise<void> {
  const { userId, addressHash, usedAt } = known;
  await db
    .insertInto('known_addresses')
    .values({ user_id: userId, address_hash: addressHash, last_used_at: usedAt })
    .onConflict((row) =>
      row.columns(['user_id', 'address_hash']).doUpdateSet({ last_used_at: usedAt }),
    )
    .execute();
  const kept = db
    .selectFrom('known_addresses')
    .select('address_hash')
    .where('user_id', '=', userId)
    .orderBy('last_used_at', 'desc')
    .orderBy('address_hash')
    .limit(keep);
  await db
    .deleteFrom('known_addresses')
    .where('user_id', '=', userId)
    .where('address_hash', 'not in', kept)
    .execute();
}

const lastNames = new PreparedQuery((db, its: { keys: string }) =>
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

/** People by name, whose names have words that begin with those of `query`; '' for all. */
export function listUsers(db: Db, query: string, limit: number): Promise<UserRow[]> {
  const users = db.selectFrom('users').selectAll().orderBy('name_key').limit(limit);
  if (query === '') return users.execute();
  return users.where(hasWords(sql.ref('name_search'), query)).execute();
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
