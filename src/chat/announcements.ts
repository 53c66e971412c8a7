import type { User } from '../protocol/resources.ts';
import { whoSharesRoom } from '../store/queries/members.ts';
import type { Services } from './services.ts';

/** Users whose rooms one query looks at: bounds how long the reader is busy with it. */
const PAGE = 500;

/**
 * A user has, from now on, another name, colour or right. To be called in the order of commit. Everybody
 * who shares a room with them is told, and so are their own connections; nobody waits for that.
 */
export function announceUser(services: Services, user: User): void {
  services.manager.updateUser(user);
  tellSharers(services, user).catch((error: unknown) => {
    services.log.warn({ err: error, userId: user.id }, 'not everybody was told of a changed user');
  });
}

/**
 * Whoever connects after the list of users is made reads what they read after the change. The manager
 * cannot say who shares a room: of a user who follows no stream it knows only the room of their socket.
 */
async function tellSharers({ manager, store }: Services, user: User): Promise<void> {
  manager.announceUser(user, [user.id]);
  const others = manager.userIds.filter((id) => id !== user.id);
  for (let at = 0; at < others.length; at += PAGE) {
    const some = others.slice(at, at + PAGE);
    // One page after the other: short questions of others come in between.
    manager.announceUser(user, await whoSharesRoom(store.pagesDb, user.id, some));
  }
}
