import { ChatError } from '../../protocol/errors.ts';
import type { Me } from '../../protocol/resources.ts';
import * as accounts from '../../store/queries/accounts.ts';
import { toMe } from '../../store/mapping.ts';
import type { NewUser, SessionRow, UserRow } from '../../store/tables.ts';
import type { Tx } from '../../store/transaction.ts';
import { setupIsOver } from '../setup.ts';

/**
 * A new account and its first session. `asAdmin` is for whoever brought the setup code: it makes the
 * first admin of a server, and then no other.
 */
export async function register(
  tx: Tx,
  input: {
    user: Omit<NewUser, 'is_admin'>;
    session: SessionRow;
    addressHash: string;
    asAdmin: boolean;
  },
): Promise<Me> {
  const { user, session, addressHash, asAdmin } = input;
  if (asAdmin && (await accounts.countAdmins(tx.db)) > 0) throw setupIsOver();
  if (await accounts.findUserByEmail(tx.db, user.email_key)) throw new ChatError('email_taken');
  if (await accounts.findUserByName(tx.db, user.name_key)) throw new ChatError('name_taken');
  const row = await accounts.insertUser(tx.db, { ...user, is_admin: asAdmin ? 1 : 0 });
  if (asAdmin) await accounts.deleteSetupCode(tx.db);
  await accounts.insertSession(tx.db, session);
  await noteAddress(tx, session, addressHash);
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

/** Sessions that a user may have at once: enough for every device, and for scripts that never log out. */
const MAX_SESSIONS = 100;

/**
 * Opens a session for whoever knew the password when it had been changed `passwordChanges` times; rejects it
 * if the password was changed meanwhile, or the account is disabled. Returns the ids of the least recently used
 * sessions, which end if there are too many.
 */
export async function openSession(
  tx: Tx,
  {
    session,
    passwordChanges,
    addressHash,
  }: {
    session: SessionRow;
    passwordChanges: number;
    addressHash: string;
  },
): Promise<string[]> {
  const { user_id: userId } = session;
  const user = await requireUnchanged(tx, userId, passwordChanges, 'invalid_credentials');
  if (user.is_disabled === 1) {
    throw new ChatError('forbidden', { message: 'This account is disabled; ask an admin' });
  }
  await accounts.deleteExpiredSessions(tx.db, userId, session.created_at);
  const ended = await accounts.deleteOldestSessions(tx.db, userId, MAX_SESSIONS - 1);
  await accounts.insertSession(tx.db, session);
  await noteAddress(tx, session, addressHash);
  return ended;
}

/** Addresses that are known of a user: those of every place where they live, work and travel. */
const MAX_ADDRESSES = 20;

function noteAddress(tx: Tx, session: SessionRow, addressHash: string): Promise<void> {
  const { user_id: userId, created_at: usedAt } = session;
  return accounts.noteAddress(tx.db, { userId, addressHash, usedAt }, MAX_ADDRESSES);
}

/** Another hash of the same password, unless that was changed meanwhile. */
export function replaceHash(
  tx: Tx,
  { userId, from, to }: { userId: string; from: string; to: string },
): Promise<void> {
  return accounts.replaceHash(tx.db, userId, { from, to });
}

/** Makes room for a newer token, and returns whose it is; refuses where the session has ended meanwhile. */
export async function extendSession(
  tx: Tx,
  input: { userId: string; sessionId: string; usedAt: number; expiresAt: number },
): Promise<Me> {
  const { userId, sessionId, usedAt, expiresAt } = input;
  const lives = await accounts.extendSession(tx.db, sessionId, usedAt, expiresAt);
  const user = await accounts.findUser(tx.db, userId);
  if (!lives || !user) throw new ChatError('session_revoked');
  return toMe(user);
}

export function endSession(
  tx: Tx,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<void> {
  return accounts.deleteSession(tx.db, userId, sessionId);
}

export function touchSession(
  tx: Tx,
  { sessionId, usedAt }: { sessionId: string; usedAt: number },
): Promise<void> {
  return accounts.touchSession(tx.db, sessionId, usedAt);
}

/** What a new password comes with. */
interface Renewal {
  /** The new session. */
  readonly session: SessionRow;
  /** The one that asks. */
  readonly sessionId: string;
  /** How often the password had been changed when the current one was proved to be known. */
  readonly passwordChanges: number;
}

/** Refuses where a password was replaced after it was compared. */
async function requireUnchanged(
  tx: Tx,
  userId: string,
  passwordChanges: number,
  code: 'invalid_credentials' | 'forbidden',
): Promise<UserRow> {
  const user = await accounts.findUser(tx.db, userId);
  if (user?.password_changes !== passwordChanges) throw new ChatError(code);
  return user;
}

/**
 * Changes an account. With a new password comes a new session, and every other one ends, also the one
 * that asks: somebody else may have a copy of its token.
 */
export async function updateMe(
  tx: Tx,
  input: {
    userId: string;
    changes: Partial<Pick<UserRow, 'name' | 'name_key' | 'color' | 'password_hash'>>;
    renewal: Renewal | null;
  },
): Promise<{
  me: Me;
  /** Whether name or colour are others than before. */
  hasNewLook: boolean;
  endedSessions: string[];
}> {
  const { userId, changes, renewal } = input;
  const before = await accounts.findUser(tx.db, userId);
  if (changes.name_key !== undefined) {
    const holder = await accounts.findUserByName(tx.db, changes.name_key);
    if (holder && holder.id !== userId) throw new ChatError('name_taken');
  }
  if (renewal) {
    await requireUnchanged(tx, userId, renewal.passwordChanges, 'forbidden');
    const asks = await accounts.findSession(tx.db, userId, renewal.sessionId);
    if (!asks) throw new ChatError('session_revoked');
  }
  const me = toMe(await accounts.updateUser(tx.db, userId, changes));
  const hasNewLook = me.name !== before?.name || me.color !== before.color;
  if (!renewal) return { me, hasNewLook, endedSessions: [] };
  const endedSessions = await accounts.deleteOldestSessions(tx.db, userId, 0);
  await accounts.insertSession(tx.db, renewal.session);
  return { me, hasNewLook, endedSessions };
}
