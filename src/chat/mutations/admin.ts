import { ChatError } from '../../protocol/errors.ts';
import type { UpdateAccount } from '../../protocol/commands.ts';
import type { AdminUser } from '../../protocol/resources.ts';
import * as accounts from '../../store/queries/accounts.ts';
import { toAdminUser } from '../../store/mapping.ts';
import type { UserRow } from '../../store/tables.ts';
import type { Tx } from '../../store/transaction.ts';

/** What has become of an account, and which sessions of it have ended. */
export interface AccountChange {
  readonly account: AdminUser;
  /** What is other than before. */
  readonly changed: UpdateAccount;
  readonly endedSessions: string[];
}

/** Makes somebody an admin or takes that away, disables an account or enables it again. For admins. */
export async function updateAccount(
  tx: Tx,
  { actorId, userId, changes }: { actorId: string; userId: string; changes: UpdateAccount },
): Promise<AccountChange> {
  const actor = await accounts.findUser(tx.db, actorId);
  if (!actor || !isActiveAdmin(actor)) {
    throw new ChatError('forbidden', { message: 'Only admins of this server may do this' });
  }
  const before = await accounts.findUser(tx.db, userId);
  if (!before) throw new ChatError('user_not_found');
  const { isAdmin = before.is_admin === 1, isDisabled = before.is_disabled === 1 } = changes;
  const after = { is_admin: isAdmin ? 1 : 0, is_disabled: isDisabled ? 1 : 0 } as const;
  const changed = {
    ...(after.is_admin !== before.is_admin && { isAdmin }),
    ...(after.is_disabled !== before.is_disabled && { isDisabled }),
  };
  if (Object.keys(changed).length === 0) {
    return { account: toAdminUser(before), changed, endedSessions: [] };
  }
  if (isActiveAdmin(before) && !isActiveAdmin(after)) {
    if ((await accounts.countAdmins(tx.db)) === 1) {
      throw new ChatError('forbidden', {
        message: 'This is the last admin of the server; make somebody else admin first',
      });
    }
    if (isDisabled && userId === actorId) {
      throw new ChatError('forbidden', {
        message: 'You cannot disable your own account; another admin can',
      });
    }
  }
  const row = await accounts.updateUser(tx.db, userId, after);
  const endedSessions = changed.isDisabled ? await accounts.deleteSessions(tx.db, userId) : [];
  return { account: toAdminUser(row), changed, endedSessions };
}

const isActiveAdmin = (user: Pick<UserRow, 'is_admin' | 'is_disabled'>) =>
  user.is_admin === 1 && user.is_disabled === 0;
