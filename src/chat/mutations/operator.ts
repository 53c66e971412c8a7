import { randomUUID } from 'node:crypto';
import { ChatError } from '../../protocol/errors.ts';
import type { UpdateAccount } from '../../protocol/commands.ts';
import type { AdminUser } from '../../protocol/administration.ts';
import { adminUserOf, type NewAccount } from '../../store/mapping/accounts.ts';
import type { Mutations } from '../../store/mutation.ts';
import * as accounts from '../../store/queries/accounts.ts';
import { deleteMeta, setMeta } from '../../store/queries/meta.ts';
import { deleteSessions } from '../../store/queries/sessions.ts';
import type { Tx } from '../../store/transaction.ts';
import { requireNewAccount } from './accounts.ts';
import { updateAccount } from './admin.ts';
import { record } from './audit.ts';
import { makeResetLink, type NewResetToken } from './reset.ts';

/*
 * What the operator does at the command line, in a process beside the server. They log no event: positions of the log,
 * and what a server keeps of it in memory, are the server's own.
 */

/** An account after a change, and the sessions that it has ended. */
export interface OperatorChange {
  readonly account: AdminUser;
  readonly endedSessions: readonly string[];
}

async function createAccount(
  tx: Tx,
  { account }: { account: NewAccount },
): Promise<OperatorChange> {
  await requireNewAccount(tx, account);
  const added = await accounts.insertAccount(tx.db, account);
  if (account.isAdmin) await deleteMeta(tx.db, 'setup_code');
  const details = { isAdmin: account.isAdmin, by: 'operator' };
  await record(tx, { actorId: null, action: 'account created', userId: added.id, details });
  return announced(tx, { account: adminUserOf(added), endedSessions: [] });
}

/** Sets a password, and ends all sessions: whoever knew the old one may have some. */
async function setPassword(
  tx: Tx,
  { emailKey, passwordHash }: { emailKey: string; passwordHash: string },
): Promise<OperatorChange> {
  const { id } = await requireAccount(tx, emailKey);
  const account = adminUserOf(await accounts.updateAccount(tx.db, id, { passwordHash }));
  await record(tx, { actorId: null, action: 'password changed', userId: id });
  return announced(tx, { account, endedSessions: await deleteSessions(tx.db, id) });
}

/** Changes what an account may do. */
async function setRights(
  tx: Tx,
  { emailKey, changes }: { emailKey: string; changes: UpdateAccount },
): Promise<OperatorChange> {
  const { id } = await requireAccount(tx, emailKey);
  return announced(tx, await updateAccount(tx, { actorId: null, userId: id, changes }));
}

/** Makes a link that sets a new password. */
async function addResetToken(
  tx: Tx,
  { emailKey, ...token }: Omit<NewResetToken, 'userId'> & { emailKey: string },
): Promise<OperatorChange> {
  const { id } = await requireAccount(tx, emailKey);
  const account = await makeResetLink(tx, { ...token, userId: id, actorId: null });
  return announced(tx, { account, endedSessions: [] });
}

export const operatorMutations = {
  createAccount,
  setPassword,
  setRights,
  addResetToken,
} as const satisfies Mutations;

async function requireAccount(tx: Tx, emailKey: string): Promise<{ id: string }> {
  const account = await accounts.findAccountByEmail(tx.db, emailKey);
  if (account) return account;
  throw new ChatError('user_not_found', { message: 'No account has this email' });
}

/** A server looks for this: it has connections of the sessions that have ended, and shows the user to others. */
async function announced(tx: Tx, { account, endedSessions }: OperatorChange) {
  await setMeta(tx.db, 'operator_change', randomUUID());
  return { account, endedSessions };
}
