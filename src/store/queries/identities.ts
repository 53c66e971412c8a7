import type { Kysely } from 'kysely';
import type { Database } from '../tables.ts';

type Db = Kysely<Database>;

/** A person as somebody outside knows them: an OpenID provider, or a host application. */
export interface Identity {
  readonly issuer: string;
  /** The issuer's name for the person, which never changes. */
  readonly subject: string;
}

/** Finds the id of the user whom an identity signs in. */
export async function findUserOfIdentity(
  db: Db,
  { issuer, subject }: Identity,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('identities')
    .select('user_id')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return row?.user_id;
}

/** `isVerified`: whether the issuer vouches for the email that it named. */
export async function insertIdentity(
  db: Db,
  identity: Identity & { userId: string; isVerified: boolean; createdAt: number },
): Promise<void> {
  const { issuer, subject, userId, isVerified, createdAt } = identity;
  await db
    .insertInto('identities')
    .values({
      issuer,
      subject,
      user_id: userId,
      is_verified: isVerified ? 1 : 0,
      created_at: createdAt,
    })
    .execute();
}

/** Deletes those identities of a user whose issuer did not vouch for the email. */
export async function deleteUnverifiedIdentities(db: Db, userId: string): Promise<void> {
  await db
    .deleteFrom('identities')
    .where('user_id', '=', userId)
    .where('is_verified', '=', 0)
    .execute();
}

/** Whether a host's token has been used before. Its session may have ended since. */
export async function isKnownHostToken(db: Db, sessionId: string): Promise<boolean> {
  const row = await db
    .selectFrom('host_tokens')
    .select('session_id')
    .where('session_id', '=', sessionId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Records that a host's token was used, and forgets those of its user that have expired. */
export async function insertHostToken(
  db: Db,
  token: { sessionId: string; userId: string; expiresAt: number },
  now: number,
): Promise<void> {
  const { sessionId, userId, expiresAt } = token;
  await db
    .deleteFrom('host_tokens')
    .where('user_id', '=', userId)
    .where('expires_at', '<', now)
    .execute();
  await db
    .insertInto('host_tokens')
    .values({ session_id: sessionId, user_id: userId, expires_at: expiresAt })
    .execute();
}
