import type { UpdateAccount } from '../protocol/commands.ts';
import type { AdminUser } from '../protocol/administration.ts';
import { userOf } from '../store/mapping/accounts.ts';
import { announceUser } from './announcements.ts';
import { actionsOf } from './mutations/admin.ts';
import type { Services } from './services.ts';
import { logModeration } from './services/audit.ts';
import { closeSessions } from './sessions.ts';
import type { Viewer } from './viewer.ts';

/** Makes a user an admin or revokes it, disables an account or enables it. For admins. */
export async function updateAccount(
  services: Services,
  viewer: Viewer,
  userId: string,
  changes: UpdateAccount,
): Promise<AdminUser> {
  const { account, changed, endedSessions } = await services.store.mutate('updateAccount', {
    actorId: viewer.user.id,
    userId,
    changes,
  });
  closeSessions(services, userId, endedSessions);
  if (changed.isAdmin !== undefined) announceUser(services, userOf(account));
  for (const action of actionsOf(changed)) logModeration(services, viewer, action, { userId });
  return account;
}
