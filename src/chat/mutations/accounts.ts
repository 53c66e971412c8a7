import { ChatError } from '../../protocol/errors.ts';
import type { Me } from '../../protocol/resources.ts';
import {
  meOf,
  userOf,
  type Account,
  type AccountChanges,
  type NewAccount,
  type SessionRecord,
} from '../../store/mapping/accounts.ts';
import * as accounts from '../../store/queries/accounts.ts';
import { recordAddress } from '../../store/queries/known-addresses.ts';
import { readHeadPos } from '../../store/queries/log.ts';
import { deleteMeta, getMeta, setMeta } from '../../store/queries/meta.ts';
import { isKnownHostToken } from '../../store/queries/identities.ts';
import * as sessions from '../../store/queries/sessions.ts';
import type { Tx } from '../../store/transaction.ts';
import { record } from './audit.ts';
import { enterBy } from './invites.ts';

/**
 * A new account and its first session. `asAdmin` is for the one who has the setup code: it makes the first admin
 * of a server, and only the first. With the code of an `invite`, it uses that, and joins its room.
 */
export async function register(
  tx: Tx,
  input: {
    account: Omit<NewAccount, 'isAdmin'>;
    session: SessionRecord;
    addressHash: string;
    asAdmin: boolean;
    invite?: string | undefined;
  },
): Promise<Me> {
  const { account, session, addressHash, asAdmin, invite } = input;
  if (asAdmin && (await accounts.countAdmins(tx.db)) > 0) throw setupIsOver();
  await requireNewAccount(tx, account);
  const added = await accounts.insertAccount(tx.db, { ...account, isAdmin: asAdmin });
  if (asAdmin) {
    await deleteMeta(tx.db, 'setup_code');
    const details = { isAdmin: true, by: 'setup code' };
    await record(tx, { actorId: added.id, action: 'account created', userId: added.id, details });
  }
  await sessions.insertSession(tx.db, session);
  await recordAddressOf(tx, session, addressHash);
  if (invite !== undefined) await enterBy(tx, invite, userOf(added));
  return meOf(added);
}

/** Rejects an account whose email or name another one has. */
export async function requireNewAccount(
  tx: Tx,
  { emailKey, nameKey }: { emailKey: string; nameKey: string },
): Promise<void> {
  if (await accounts.findAccountByEmail(tx.db, emailKey)) throw new ChatError('email_taken');
  if (await accounts.findAccountByName(tx.db, nameKey)) throw new ChatError('name_taken');
}

export const setupIsOver = () =>
  new ChatError('forbidden', {
    message:
      'The setup code was used: this server has an admin, who can make other accounts admins',
  });

/**
 * Returns the setup code that is valid from now on: the one made at an earlier start, or `code`. Null where the
 * server has an admin.
 */
export async function keepSetupCode(tx: Tx, code: string): Promise<string | null> {
  if ((await accounts.countAdmins(tx.db)) > 0) return null;
  const kept = await getMeta(tx.db, 'setup_code');
  if (kept !== undefined) return kept;
  await setMeta(tx.db, 'setup_code', code);
  return code;
}

/** Sessions that a user may have at once: enough for every device, and for scripts that never log out. */
const MAX_SESSIONS = 100;

/**
 * Opens a session for a login whose password matched `passwordHash`. Rejects it where the password was changed
 * meanwhile, or the account is disabled. Returns the ids of the sessions that this ends: the least recently used
 * ones, where there are too many.
 */
export async function openSession(
  tx: Tx,
  {
    session,
    passwordHash,
    addressHash,
  }: { session: SessionRecord; passwordHash: string; addressHash: string },
): Promise<{ me: Me; endedSessions: string[] }> {
  const { userId } = session;
  const account = await requireUnchanged(tx, userId, passwordHash, 'invalid_credentials');
  if (account.isDisabled) {
    throw new ChatError('forbidden', { message: 'This account is disabled; ask an admin' });
  }
  const endedSessions = await addSession(tx, session);
  await recordAddressOf(tx, session, addressHash);
  return { me: meOf(account), endedSessions };
}

/** Opens a session. Returns the ids of those that this ends: the least recently used, where there are too many. */
export async function addSession(tx: Tx, session: SessionRecord): Promise<string[]> {
  const { userId, createdAt } = session;
  await sessions.deleteExpiredSessions(tx.db, userId, createdAt);
  const endedSessions = await sessions.deleteOldestSessions(tx.db, userId, MAX_SESSIONS - 1);
  await sessions.insertSession(tx.db, session);
  return endedSessions;
}

/** Addresses that are kept of a user: those of the places where they live, work and travel. */
const MAX_ADDRESSES = 20;

export function recordAddressOf(
  tx: Tx,
  session: SessionRecord,
  addressHash: string,
): Promise<void> {
  const { userId, createdAt: usedAt } = session;
  return recordAddress(tx.db, { userId, addressHash, usedAt }, MAX_ADDRESSES);
}

/**
 * Extends a session for a newer token, and returns its user. Rejects it where the session has ended, or is that of a
 * host's token: the host decides how long its users are signed in.
 */
export async function extendSession(
  tx: Tx,
  input: { userId: string; sessionId: string; usedAt: number; expiresAt: number },
): Promise<Me> {
  const { userId, sessionId, usedAt, expiresAt } = input;
  if (await isKnownHostToken(tx.db, sessionId)) {
    throw new ChatError('forbidden', {
      message: 'This token is of the application that signed you in; get a new one there',
    });
  }
  const exists = await sessions.extendSession(tx.db, sessionId, usedAt, expiresAt);
  const account = await accounts.findAccount(tx.db, userId);
  if (!exists || !account) throw new ChatError('session_revoked');
  return meOf(account);
}

export function endSession(
  tx: Tx,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<void> {
  return sessions.deleteSession(tx.db, userId, sessionId);
}

export function touchSession(
  tx: Tx,
  { sessionId, usedAt }: { sessionId: string; usedAt: number },
): Promise<void> {
  return sessions.touchSession(tx.db, sessionId, usedAt);
}

/** Rejects what relies on a password that was replaced after it was compared. */
export async function requireUnchanged(
  tx: Tx,
  userId: string,
  passwordHash: string,
  code: 'invalid_credentials' | 'forbidden',
): Promise<Account> {
  const account = await accounts.findAccount(tx.db, userId);
  if (account?.passwordHash !== passwordHash) throw new ChatError(code);
  return account;
}

/** What comes with a new password. */
interface Renewal {
  /** The new session. */
  readonly session: SessionRecord;
  /** The session that asked for it. */
  readonly sessionId: string;
  /** The hash that the current password has matched. */
  readonly passwordHash: string;
}

/**
 * Changes an account. A new password brings a new session and ends every other one, also the one that asked:
 * somebody else may have a copy of its token.
 */
export async function updateMe(
  tx: Tx,
  input: {
    userId: string;
    changes: Pick<AccountChanges, 'name' | 'nameKey' | 'color' | 'passwordHash' | 'mailSummaries'>;
    renewal: Renewal | null;
  },
): Promise<{
  me: Me;
  /** Whether the name or the colour differs from before. */
  hasNewLook: boolean;
  endedSessions: string[];
}> {
  const { userId, changes, renewal } = input;
  const before = await accounts.findAccount(tx.db, userId);
  if (changes.nameKey !== undefined) {
    const holder = await accounts.findAccountByName(tx.db, changes.nameKey);
    if (holder && holder.id !== userId) throw new ChatError('name_taken');
  }
  if (renewal) {
    await requireUnchanged(tx, userId, renewal.passwordHash, 'forbidden');
    const session = await sessions.findSession(tx.db, userId, renewal.sessionId);
    if (!session) throw new ChatError('session_revoked');
  }
  const summaryChanges = before && (await summaryChangesOf(tx, before, changes));
  const me = meOf(await accounts.updateAccount(tx.db, userId, { ...changes, ...summaryChanges }));
  const hasNewLook = me.name !== before?.name || me.color !== before.color;
  if (!renewal) return { me, hasNewLook, endedSessions: [] };
  const endedSessions = await sessions.deleteSessions(tx.db, userId);
  await sessions.insertSession(tx.db, renewal.session);
  return { me, hasNewLook, endedSessions };
}

/** What else changes where summaries by mail are turned on: the first one tells of what comes from now on. */
async function summaryChangesOf(
  tx: Tx,
  before: Account,
  { mailSummaries = 'off' }: Pick<AccountChanges, 'mailSummaries'>,
): Promise<AccountChanges> {
  if (mailSummaries === 'off') return {};
  if (before.isBot || before.email === null) {
    throw new ChatError('forbidden', { message: 'This account has no email to send summaries to' });
  }
  if (before.mailSummaries !== 'off') return {};
  return { summaryPos: await readHeadPos(tx.db) };
}
