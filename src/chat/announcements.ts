import type { User } from '../protocol/resources.ts';
import { whoSharesRoom } from '../store/queries/members.ts';
import type { Services } from './services.ts';

/** Users whose rooms one query reads: bounds how long the reader is busy with it. */
const PAGE = 500;

/**
 * Tells everybody who shares a room with a user, and the user's own connections, of their new name, colour or
 * right. Call it in the order of commit; it runs in the background.
 */
export function announceUser(services: Services, user: User): void {
  services.manager.updateUser(user);
  announceToSharers(services, user).catch((error: unknown) => {
    services.log.warn({ err: error, userId: user.id }, 'a changed user was not announced to all');
  });
}

/**
 * Users who connect after the list is made read what is stored after the change. The manager cannot tell who shares
 * a room: of a user who follows no stream it knows only the room of their socket.
 */
async function announceToSharers({ manager, store }: Services, user: User): Promise<void> {
  manager.announceUser(user, [user.id]);
  const others = manager.userIds.filter((id) => id !== user.id);
  for (let at = 0; at < others.length; at += PAGE) {
    const page = others.slice(at, at + PAGE);
    // One page after the other: short queries of others run in between.
    manager.announceUser(user, await whoSharesRoom(store.pagesDb, user.id, page));
  }
}
