import type { RoomKind, User } from '../protocol/resources.ts';
import * as blocks from '../store/queries/blocks.ts';
import type { Services } from './services.ts';
import type { Viewer } from './viewer.ts';

/** Keeps a user from writing to the viewer, adding them to rooms, and alerting them. */
export async function blockUser(
  { store }: Services,
  viewer: Viewer,
  blockedId: string,
): Promise<void> {
  await store.mutate('blockUser', { userId: viewer.user.id, blockedId });
}

export async function unblockUser(
  { store }: Services,
  viewer: Viewer,
  blockedId: string,
): Promise<void> {
  await store.mutate('unblockUser', { userId: viewer.user.id, blockedId });
}

/** The users whom the viewer has blocked, by name. */
export function listBlocked({ store }: Services, viewer: Viewer): Promise<User[]> {
  return blocks.listBlocked(store.db, viewer.user.id);
}

/** Whether the other one of a direct room has blocked the viewer; false in all other rooms. */
export async function isBlockedIn(
  { store }: Services,
  { user }: Pick<Viewer, 'user'>,
  room: { readonly id: string; readonly kind: RoomKind },
): Promise<boolean> {
  if (room.kind !== 'direct') return false;
  const its = { roomId: room.id, userId: user.id };
  return (await blocks.blockByPeer.first(store.db, its)) !== undefined;
}
