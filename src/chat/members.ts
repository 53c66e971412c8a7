import type { PutMember } from '../protocol/commands.ts';
import { DEFAULT_LIMIT } from '../protocol/limits.ts';
import type { Member, NotifyLevel, Room, User } from '../protocol/resources.ts';
import type { MemberRecord } from '../store/mapping/rooms.ts';
import * as bans from '../store/queries/bans.ts';
import * as members from '../store/queries/members.ts';
import type { Marker } from '../store/queries/rooms-for-user.ts';
import { findStanding } from '../store/queries/rooms.ts';
import { decodeCursor, encodeCursor } from './cursors.ts';
import { requireModerator } from './permissions.ts';
import { requireRoom, toRoom } from './rooms.ts';
import type { Services } from './services.ts';
import { logModeration } from './services/audit.ts';
import type { Viewer } from './viewer.ts';

export async function listMembers(
  services: Services,
  viewer: Viewer,
  roomId: string,
  { cursor, limit = DEFAULT_LIMIT }: { cursor?: string; limit?: number },
): Promise<{ users: Member[]; nextCursor: string | null }> {
  const [after] = decodeCursor(cursor, 'string') ?? [];
  await requireRoom(services, viewer, roomId);
  // One more than asked for tells whether there is another page.
  const page = { after, limit: limit + 1 };
  const found = await members.listMembers(services.store.pagesDb, roomId, page);
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return {
    users: shown.map((member) => toMember(services, roomId, member)),
    nextCursor: last ? encodeCursor([last.nameKey]) : null,
  };
}

/** Adds a user, lifting a ban, or gives a member another role. */
export async function putMember(
  services: Services,
  viewer: Viewer,
  roomId: string,
  userId: string,
  { role }: PutMember,
): Promise<Member> {
  const ids = { roomId, actorId: viewer.user.id, userId };
  await services.limits.write(viewer.user.id);
  const { change, member } = await services.store.mutate('putMember', { ...ids, role });
  if (change) logModeration(services, viewer, change, { roomId, userId, ...(role && { role }) });
  return { ...member, online: services.manager.presence.isOnline(roomId, userId) };
}

/** Removes a member, and with `ban` keeps them out. */
export async function removeMember(
  services: Services,
  viewer: Viewer,
  roomId: string,
  userId: string,
  ban: boolean,
): Promise<void> {
  const ids = { roomId, actorId: viewer.user.id, userId };
  await services.limits.write(viewer.user.id);
  const change = await services.store.mutate('removeMember', { ...ids, ban });
  if (change) logModeration(services, viewer, change, { roomId, userId });
}

export async function listBanned(
  services: Services,
  viewer: Viewer,
  roomId: string,
): Promise<User[]> {
  requireModerator(await findStanding(services.store.db, roomId, viewer.user.id));
  return bans.listBanned(services.store.pagesDb, roomId);
}

export async function liftBan(
  services: Services,
  viewer: Viewer,
  roomId: string,
  userId: string,
): Promise<void> {
  await services.limits.write(viewer.user.id);
  const ids = { roomId, actorId: viewer.user.id, userId };
  const change = await services.store.mutate('liftBan', ids);
  if (change) logModeration(services, viewer, change, { roomId, userId });
}

/**
 * Moves the viewer's read marker forward, and sends its new place to their other connections. `from` is the
 * connection that asked, which receives a response of its own.
 */
export async function markRead(
  services: Services,
  viewer: Pick<Viewer, 'user'>,
  roomId: string,
  seq: number,
  from: object | null = null,
): Promise<Marker> {
  const userId = viewer.user.id;
  const at = { roomId, actorId: userId, seq };
  const { moved, marker } = await services.store.mutate('markRead', at);
  if (moved) {
    const event = { type: 'read', roomId, ...marker } as const;
    services.manager.sendToUser(userId, event, from);
    services.store.cluster.publish({ kind: 'read', userId, event });
  }
  return marker;
}

/** Sets what the viewer is notified of in a room. */
export async function setNotify(
  services: Services,
  viewer: Viewer,
  roomId: string,
  level: NotifyLevel,
): Promise<Room> {
  const change = { roomId, actorId: viewer.user.id, level };
  return toRoom(services, await services.store.mutate('setNotify', change));
}

function toMember(services: Services, roomId: string, member: MemberRecord): Member {
  const { nameKey: _, ...shown } = member;
  return { ...shown, online: services.manager.presence.isOnline(roomId, member.id) };
}
