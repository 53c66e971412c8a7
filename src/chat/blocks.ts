import type { RoomKind, User } from '../protocol/resources.ts';
import * as store from '../store/queries/blocks.ts';
import { toUser } from '../store/mapping.ts';
import type { Services, Viewer } from './services.ts';

/** Keeps somebody from writing to the viewer, adding them to rooms, and alerting them. */
export async function blockUser(
  services: Services,
  viewer: Viewer,
  blockedId: string,
): Promise<void> {
  await services.store.mutate('blockUser', { userId: viewer.user.id, blockedId });
}

export async function unblockUser(
  services: Services,
  viewer: Viewer,
  blockedId: string,
): Promise<void> {
  await services.store.mutate('unblockUser', { userId: viewer.user.id, blockedId });
}

/** Those whom the viewer has blocked, by name. */
export async function listBlocked(services: Services, viewer: Viewer): Promise<User[]> {
  return (await store.listBlocked(services.store.db, viewer.user.id)).map(toUser);
}

/** Whether the other one of a direct room has blocked the viewer; false in all other rooms. */
export async function isBlockedIn(
  services: Services,
  { user }: Pick<Viewer, 'user'>,
  room: { readonly id: string; readonly kind: RoomKind },
): Promise<boolean> {
  if (room.kind !== 'direct') return false;
  const its = { roomId: room.id, userId: user.id };
  return (await store.blockByPeer.first(services.store.db, its)) !== undefined;
}
