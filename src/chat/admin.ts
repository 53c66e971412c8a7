import type { UpdateAccount } from '../protocol/commands.ts';
import type { AdminUser } from '../protocol/resources.ts';
import { announceUser } from './announcements.ts';
import { audit } from './services/audit.ts';
import type { Services, Viewer } from './services.ts';
import { closeSessions } from './sessions.ts';

/** Makes somebody an admin or takes that away, disables an account or enables it again. For admins. */
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
  if (changed.isAdmin !== undefined) {
    const { email: _, isDisabled: __, ...user } = account;
    announceUser(services, user);
    audit(services, viewer, changed.isAdmin ? 'made admin' : 'admin no more', { userId });
  }
  if (changed.isDisabled !== undefined) {
    audit(services, viewer, changed.isDisabled ? 'account disabled' : 'account enabled', {
      userId,
    });
  }
  return account;
}
