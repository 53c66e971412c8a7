import type { Kysely } from 'kysely';
import type { Database } from '../tables.ts';

type Db = Kysely<Database>;

/** A link that sets a new password. Times are milliseconds since 1970. */
export interface ResetTokenRecord {
  readonly tokenHash: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Adds a token, and deletes all but the `keep` newest of its user. */
export async function insertResetToken(
  db: Db,
  { tokenHash, userId, createdAt, expiresAt }: ResetTokenRecord,
  keep: number,
): Promise<void> {
  const times = { created_at: createdAt, expires_at: expiresAt };
  await db
    .insertInto('reset_tokens')
    .values({ token_hash: tokenHash, user_id: userId, ...times })
    .execute();
  const kept = db
    .selectFrom('reset_tokens')
    .select('token_hash')
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('token_hash')
    .limit(keep);
  await db
    .deleteFrom('reset_tokens')
    .where('user_id', '=', userId)
    .where('token_hash', 'not in', kept)
    .execute();
}

/** The user of a token that has neither expired nor been used. */
export async function findResetUserId(
  db: Db,
  tokenHash: string,
  now: number,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('reset_tokens')
    .select('user_id')
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row?.user_id;
}

/** Deletes all tokens of a user. */
export async function deleteResetTokens(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('reset_tokens').where('user_id', '=', userId).execute();
}

/** Deletes the tokens of all users that have expired. */
export async function deleteExpiredResetTokens(db: Db, now: number): Promise<void> {
  await db.deleteFrom('reset_tokens').where('expires_at', '<=', now).execute();
}
