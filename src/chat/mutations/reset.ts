import { ChatError } from '../../protocol/errors.ts';
import type { AdminUser } from '../../protocol/administration.ts';
import type { Me } from '../../protocol/resources.ts';
import { adminUserOf, meOf, type SessionRecord } from '../../store/mapping/accounts.ts';
import * as accounts from '../../store/queries/accounts.ts';
import * as tokens from '../../store/queries/reset-tokens.ts';
import * as sessions from '../../store/queries/sessions.ts';
import type { Tx } from '../../store/transaction.ts';
import { recordAddressOf } from './accounts.ts';
import { requireAdmin } from './admin.ts';
import { record } from './audit.ts';

/*
 * Links that set a new password. The database has only the hashes of their tokens: who reads it, or a backup, has no link.
 */

/** Links of one account that work at once. The newest stay: an earlier one may be on its way by mail. */
const MAX_TOKENS = 3;

/** A new token; times are milliseconds since 1970. */
export interface NewResetToken {
  readonly userId: string;
  readonly tokenHash: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Makes a link for the owner of an account, who asked for it by mail. */
export async function makeResetToken(tx: Tx, token: NewResetToken): Promise<AdminUser> {
  const account = await accounts.findAccount(tx.db, token.userId);
  if (!account || account.isDeleted) throw new ChatError('user_not_found');
  if (account.isBot) {
    throw new ChatError('forbidden', {
      message: 'This is a bot, which has tokens and no password',
    });
  }
  if (account.isDisabled) {
    throw new ChatError('forbidden', {
      message: 'This account is disabled: a new password would not open it; enable it first',
    });
  }
  await tokens.insertResetToken(tx.db, token, MAX_TOKENS);
  return adminUserOf(account);
}

/** The same for an admin, who hands it to the owner; `actorId` is null for the operator. */
export async function makeResetLink(
  tx: Tx,
  { actorId, ...token }: NewResetToken & { actorId: string | null },
): Promise<AdminUser> {
  if (actorId !== null) await requireAdmin(tx, actorId);
  const account = await makeResetToken(tx, token);
  await record(tx, { actorId, action: 'reset link made', userId: token.userId });
  return account;
}

/**
 * Sets the password of the account whose token it is, and opens a session. The token, the others of the account, and all
 * its sessions end: whoever knew the old password may have some.
 */
export async function resetPassword(
  tx: Tx,
  input: {
    tokenHash: string;
    passwordHash: string;
    /** The new one, of the user whose token it was a moment ago. */
    session: SessionRecord;
    addressHash: string;
  },
): Promise<{ me: Me; endedSessions: string[] }> {
  const { tokenHash, passwordHash, session, addressHash } = input;
  const { userId } = session;
  const found = await tokens.findResetUserId(tx.db, tokenHash, session.createdAt);
  if (found !== userId) throw noSuchLink();
  const before = await accounts.findAccount(tx.db, userId);
  if (before?.isDisabled !== false) {
    throw new ChatError('forbidden', { message: 'This account is disabled; ask an admin' });
  }
  const account = await accounts.updateAccount(tx.db, userId, { passwordHash });
  await tokens.deleteResetTokens(tx.db, userId);
  const endedSessions = await sessions.deleteSessions(tx.db, userId);
  await sessions.insertSession(tx.db, session);
  await recordAddressOf(tx, session, addressHash);
  await record(tx, { actorId: userId, action: 'password reset', userId });
  return { me: meOf(account), endedSessions };
}

/** The same for a link that is wrong, was used, or has expired: guesses learn nothing. */
export const noSuchLink = () =>
  new ChatError('token_invalid', {
    message:
      'This link is not valid: it was used, has expired, or is not complete; ask for another',
  });
