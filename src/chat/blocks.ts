import type { RoomKind, User } from '../protocol/resources.ts';
import * as store from '../store/queries/blocks.ts';
import { toUser } from '../store/mapping.ts';
import type { Chat, Viewer } from './services.ts';

/** Keeps somebody from writing to the viewer, adding them to rooms, and alerting them. */
export async function blockUser(chat: Chat, viewer: Viewer, blockedId: string): Promise<void> {
  await chat.store.write('blockUser', { userId: viewer.user.id, blockedId });
}

export async function unblockUser(chat: Chat, viewer: Viewer, blockedId: string): Promise<void> {
  await chat.store.write('unblockUser', { userId: viewer.user.id, blockedId });
}

/** Those whom the viewer has blocked, by name. */
export async function listBlocked(chat: Chat, viewer: Viewer): Promise<User[]> {
  return (await store.listBlocked(chat.store.db, viewer.user.id)).map(toUser);
}

/** Whether the other one of a direct room has blocked the viewer; false in all other rooms. */
export async function isBlockedIn(
  chat: Chat,
  { user }: Pick<Viewer, 'user'>,
  room: { readonly id: string; readonly kind: RoomKind },
): Promise<boolean> {
  if (room.kind !== 'direct') return false;
  const its = { roomId: room.id, userId: user.id };
  return (await store.blockByPeer.first(chat.store.db, its)) !== undefined;
}
