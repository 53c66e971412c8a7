import { listUnfinishedDeletions } from '../store/queries/deletion.ts';
import { requirePassword, type Origin } from './accounts.ts';
import { announceUser } from './announcements.ts';
import { purgeRoom } from './purge.ts';
import type { Services } from './services.ts';
import { logModeration } from './services/audit.ts';
import { closeSessions } from './sessions.ts';
import { requireSignIn, type Viewer } from './viewer.ts';

/** Deletes the viewer's account: it and all its sessions end, its messages stay. */
export async function deleteMe(
  services: Services,
  viewer: Viewer,
  currentPassword: string | undefined,
  from: Origin,
): Promise<void> {
  requireSignIn(viewer);
  const userId = viewer.user.id;
  const share = { address: from.address, account: userId };
  const passwordHash = await requirePassword(services, viewer, currentPassword, share);
  const { user, endedSessions, ...departure } = await services.store.mutate('deleteAccount', {
    userId,
    passwordHash,
  });
  closeSessions(services, userId, endedSessions);
  announceUser(services, user);
  logModeration(services, viewer, 'account deleted', { userId });
  services.fileRemoval.wake();
  for (const roomId of departure.deletedRoomIds) void purgeRoom(services, roomId);
  if (departure.hasMore) void departDeleted(services, userId);
}

/** Ends the memberships of a deleted account, some at a time. */
async function departDeleted(services: Services, userId: string): Promise<void> {
  const { store, isStopping, log } = services;
  try {
    let hasMore = true;
    while (hasMore && !isStopping()) {
      const departure = await store.mutate('departDeleted', { userId }, { isBackground: true });
      for (const roomId of departure.deletedRoomIds) void purgeRoom(services, roomId);
      ({ hasMore } = departure);
    }
  } catch (error) {
    log.error({ err: error, userId }, 'a deleted account has not left all rooms yet');
  }
}

/** Accounts that one look finds; the next look finds others. */
const PAGE = 100;

/** Continues the departures that a stop, or the death of a node, has interrupted. */
export async function finishDeletions(services: Services): Promise<void> {
  for (const userId of await listUnfinishedDeletions(services.store.pagesDb, PAGE)) {
    await departDeleted(services, userId);
  }
}
