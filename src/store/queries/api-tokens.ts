import type { Kysely } from 'kysely';
import type { User } from '../../protocol/resources.ts';
import { toToken, toTokenRow, toUser, type TokenRecord } from '../mapping/accounts.ts';
import { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';

type Db = Kysely<Database>;

export async function insertToken(db: Db, token: TokenRecord): Promise<void> {
  await db.insertInto('sessions').values(toTokenRow(token)).execute();
}

const tokenUser = new PreparedQuery((db, its: { tokenHash: string }) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['users.id', 'users.name', 'users.color', 'users.created_at'])
    .select(['users.is_admin', 'users.is_bot'])
    .select(['sessions.id as session_id', 'sessions.last_used_at', 'sessions.expires_at'])
    .select('sessions.created_at as issued_at')
    .where('sessions.token_hash', '=', its.tokenHash),
);

/** An API token and whose it is. Times are milliseconds since 1970. */
export interface TokenUser {
  readonly user: User;
  readonly sessionId: string;
  readonly issuedAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
}

/** The user of an API token that has not ended; it may have expired. */
export async function findTokenUser(db: Db, tokenHash: string): Promise<TokenUser | undefined> {
  const row = await tokenUser.first(db, { tokenHash });
  return (
    row && {
      user: toUser(row),
      sessionId: row.session_id,
      issuedAt: row.issued_at,
      lastUsedAt: row.last_used_at,
      expiresAt: row.expires_at,
    }
  );
}

/** A user's API tokens, the newest first; expired ones too. */
export async function listTokens(db: Db, userId: string): Promise<TokenRecord[]> {
  const rows = await db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('token_hash', 'is not', null)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(toToken);
}
