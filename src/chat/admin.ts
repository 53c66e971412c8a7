import type { UpdateAccount } from '../protocol/commands.ts';
import type { AdminUser } from '../protocol/resources.ts';
import { announceUser } from './announcements.ts';
import { audit } from './services/audit.ts';
import type { Chat, Viewer } from './services.ts';
import { closeSessions } from './sessions.ts';

/** Makes somebody an admin or takes that away, disables an account or enables it again. For admins. */
export async function updateAccount(
  chat: Chat,
  viewer: Viewer,
  userId: string,
  changes: UpdateAccount,
): Promise<AdminUser> {
  const { account, changed, endedSessions } = await chat.store.write('updateAccount', {
    actorId: viewer.user.id,
    userId,
    changes,
  });
  closeSessions(chat, userId, endedSessions);
  if (changed.isAdmin !== undefined) {
    const { email: _, isDisabled: __, ...user } = account;
    announceUser(chat, user);
    audit(chat, viewer, changed.isAdmin ? 'made admin' : 'admin no more', { userId });
  }
  if (changed.isDisabled !== undefined) {
    audit(chat, viewer, changed.isDisabled ? 'account disabled' : 'account enabled', { userId });
  }
  return account;
}
