import { ChatError } from '../../protocol/errors.ts';
import type { UpdateAccount } from '../../protocol/commands.ts';
import type { AdminUser } from '../../protocol/administration.ts';
import { adminUserOf } from '../../store/mapping/accounts.ts';
import * as accounts from '../../store/queries/accounts.ts';
import { deleteSessions } from '../../store/queries/sessions.ts';
import type { Tx } from '../../store/transaction.ts';
import type { AuditAction } from '../audit-entry.ts';
import { record } from './audit.ts';

const IS_BOT = 'A bot is no admin, and is deleted rather than disabled: DELETE /bots/{userId}';

export interface AccountChange {
  readonly account: AdminUser;
  /** What differs from before. */
  readonly changed: UpdateAccount;
  readonly endedSessions: string[];
}

/**
 * Makes a user an admin or revokes it, disables an account or enables it. For admins; `actorId` is null for the
 * operator, at the command line.
 */
export async function updateAccount(
  tx: Tx,
  { actorId, userId, changes }: { actorId: string | null; userId: string; changes: UpdateAccount },
): Promise<AccountChange> {
  if (actorId !== null) await requireAdmin(tx, actorId);
  const before = await accounts.findAccount(tx.db, userId);
  if (!before || before.isDeleted) throw new ChatError('user_not_found');
  if (before.isBot) throw new ChatError('forbidden', { message: IS_BOT });
  const { isAdmin = before.isAdmin, isDisabled = before.isDisabled } = changes;
  const after = { isAdmin, isDisabled };
  const changed = {
    ...(isAdmin !== before.isAdmin && { isAdmin }),
    ...(isDisabled !== before.isDisabled && { isDisabled }),
  };
  if (Object.keys(changed).length === 0) {
    return { account: adminUserOf(before), changed, endedSessions: [] };
  }
  if (isActiveAdmin(before) && !isActiveAdmin(after)) {
    if ((await accounts.countAdmins(tx.db)) === 1) {
      throw new ChatError('forbidden', {
        message: 'This is the last admin of the server; make another account admin first',
      });
    }
    if (isDisabled && userId === actorId) {
      throw new ChatError('forbidden', {
        message: 'You cannot disable your own account; another admin can',
      });
    }
  }
  const account = await accounts.updateAccount(tx.db, userId, after);
  for (const action of actionsOf(changed)) await record(tx, { actorId, action, userId });
  const endedSessions = changed.isDisabled ? await deleteSessions(tx.db, userId) : [];
  return { account: adminUserOf(account), changed, endedSessions };
}

/**
 * Ends the sessions of an account, API tokens included, or one of them. For admins. Returns the ids of those that ended.
 */
export async function endSessionsOf(
  tx: Tx,
  { actorId, userId, sessionId }: { actorId: string; userId: string; sessionId?: string },
): Promise<string[]> {
  await requireAdmin(tx, actorId);
  const account = await accounts.findAccount(tx.db, userId);
  if (!account || account.isDeleted) throw new ChatError('user_not_found');
  const ended = await deleteSessions(tx.db, userId, sessionId);
  if (sessionId !== undefined && ended.length === 0) {
    throw new ChatError('not_found', { message: 'This account has no such session' });
  }
  const action = sessionId === undefined ? 'sessions ended' : 'session ended';
  const details = sessionId === undefined ? { count: ended.length } : { sessionId };
  await record(tx, { actorId, action, userId, details });
  return ended;
}

/** What the audit log calls a change. */
export function actionsOf({ isAdmin, isDisabled }: UpdateAccount): AuditAction[] {
  const actions: AuditAction[] = [];
  if (isAdmin !== undefined) actions.push(isAdmin ? 'made admin' : 'admin no more');
  if (isDisabled !== undefined) actions.push(isDisabled ? 'account disabled' : 'account enabled');
  return actions;
}

/** Throws `forbidden` unless the actor is an admin who may act. */
export async function requireAdmin(tx: Tx, actorId: string): Promise<void> {
  const actor = await accounts.findAccount(tx.db, actorId);
  if (actor && isActiveAdmin(actor)) return;
  throw new ChatError('forbidden', { message: 'Only admins of this server may do this' });
}

/** Whether an account is an admin who can sign in. */
export const isActiveAdmin = (account: { isAdmin: boolean; isDisabled: boolean }) =>
  account.isAdmin && !account.isDisabled;
