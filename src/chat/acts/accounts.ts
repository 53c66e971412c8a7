import { ChatError } from '../../protocol/errors.ts';
import type { Me } from '../../protocol/resources.ts';
import * as accounts from '../../store/accounts.ts';
import { toMe } from '../../store/rows.ts';
import type { NewUser, SessionRow, UserRow } from '../../store/schema.ts';
import type { Tx } from '../../store/transaction.ts';
import { setupIsOver } from '../setup.ts';

/**
 * A new account and its first session. `asAdmin` is for whoever brought the setup code: it makes the
 * first admin of a server, and then no other.
 */
export async function register(
  tx: Tx,
  input: { user: Omit<NewUser, 'is_admin'>; session: SessionRow; asAdmin: boolean },
): Promise<Me> {
  const { user, session, asAdmin } = input;
  if (asAdmin && (await accounts.countAdmins(tx.db)) > 0) throw setupIsOver();
  if (await accounts.findUserByEmail(tx.db, user.email_key)) throw new ChatError('email_taken');
  if (await accounts.findUserByName(tx.db, user.name_key)) throw new ChatError('name_taken');
  const row = await accounts.insertUser(tx.db, { ...user, is_admin: asAdmin ? 1 : 0 });
  if (asAdmin) await accounts.deleteSetupCode(tx.db);
  await accounts.insertSession(tx.db, session);
  return toMe(row);
}

/**
 * The setup code that is good from now on: the one that was made up before, or `code`. Null where the
 * server has an admin.
 */
export async function keepSetupCode(tx: Tx, code: string): Promise<string | null> {
  if ((await accounts.countAdmins(tx.db)) > 0) return null;
  const known = await accounts.findSetupCode(tx.db);
  if (known !== undefined) return known;
  await accounts.insertSetupCode(tx.db, code);
  return code;
}

/** Signs in. A disabled account is refused here, where it cannot be disabled meanwhile. */
export async function openSession(tx: Tx, session: SessionRow): Promise<void> {
  if ((await accounts.findUser(tx.db, session.user_id))?.is_disabled === 1) {
    throw new ChatError('forbidden', { message: 'This account is disabled; ask an admin' });
  }
  await accounts.deleteExpiredSessions(tx.db, session.user_id, session.created_at);
  await accounts.insertSession(tx.db, session);
}

/** Makes room for a newer token; refuses where the session has ended meanwhile. */
export async function extendSession(
  tx: Tx,
  { sessionId, usedAt, expiresAt }: { sessionId: string; usedAt: number; expiresAt: number },
): Promise<void> {
  const lives = await accounts.extendSession(tx.db, sessionId, usedAt, expiresAt);
  if (!lives) throw new ChatError('session_revoked');
}

/** Ends a session of a user; false where they have no such session, or not any more. */
export function endSession(
  tx: Tx,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<boolean> {
  return accounts.deleteSession(tx.db, userId, sessionId);
}

export function touchSession(
  tx: Tx,
  { sessionId, usedAt }: { sessionId: string; usedAt: number },
): Promise<void> {
  return accounts.touchSession(tx.db, sessionId, usedAt);
}

/** Changes an account; a new password ends every other session, whose ids are answered. */
export async function updateMe(
  tx: Tx,
  input: {
    userId: string;
    sessionId: string;
    changes: Partial<Pick<UserRow, 'name' | 'name_key' | 'color' | 'password_hash'>>;
  },
): Promise<{ me: Me; endedSessions: string[] }> {
  const { userId, sessionId, changes } = input;
  if (changes.name_key !== undefined) {
    const holder = await accounts.findUserByName(tx.db, changes.name_key);
    if (holder && holder.id !== userId) throw new ChatError('name_taken');
  }
  const me = toMe(await accounts.updateUser(tx.db, userId, changes));
  const endedSessions =
    changes.password_hash === undefined
      ? []
      : await accounts.deleteOtherSessions(tx.db, userId, sessionId);
  return { me, endedSessions };
}
