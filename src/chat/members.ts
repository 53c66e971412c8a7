import { DEFAULT_LIMIT, type PutMember } from '../protocol/commands.ts';
import type { Member, User } from '../protocol/resources.ts';
import * as store from '../store/queries/members.ts';
import type { Marker } from '../store/queries/rooms-for-user.ts';
import { findStanding } from '../store/queries/rooms.ts';
import { toUser } from '../store/mapping.ts';
import { audit } from './services/audit.ts';
import type { Services, Viewer } from './services.ts';
import { decodeCursor, encodeCursor } from './cursors.ts';
import { requireModerator } from './permissions.ts';
import { requireRoom } from './rooms.ts';

export async function listMembers(
  services: Services,
  viewer: Viewer,
  roomId: string,
  { cursor, limit = DEFAULT_LIMIT }: { cursor?: string; limit?: number },
): Promise<{ users: Member[]; nextCursor: string | null }> {
  const [after] = decodeCursor(cursor, 'string') ?? [];
  await requireRoom(services, viewer, roomId);
  const rows = await store.listMembers(services.store.pagesDb, roomId, { after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    users: page.map((row) => toMember(services, roomId, row)),
    nextCursor: last ? encodeCursor([last.name_key]) : null,
  };
}

/** Adds somebody, lifting a ban, or gives a member another role. */
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
  if (change) audit(services, viewer, change, { roomId, userId, ...(role && { role }) });
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
  if (change) audit(services, viewer, change, { roomId, userId });
}

export async function listBanned(
  services: Services,
  viewer: Viewer,
  roomId: string,
): Promise<User[]> {
  requireModerator(await findStanding(services.store.db, roomId, viewer.user.id));
  return (await store.listBanned(services.store.pagesDb, roomId)).map(toUser);
}

export async function liftBan(
  services: Services,
  viewer: Viewer,
  roomId: string,
  userId: string,
): Promise<void> {
  await services.limits.write(viewer.user.id);
  const change = await services.store.mutate('liftBan', {
    roomId,
    actorId: viewer.user.id,
    userId,
  });
  if (change) audit(services, viewer, change, { roomId, userId });
}

/**
 * Moves the viewer's read marker on, and tells their other connections where it moved. `from` is the
 * connection that asked, which gets an answer of its own.
 */
export async function markRead(
  services: Services,
  viewer: Pick<Viewer, 'user'>,
  roomId: string,
  seq: number,
  from: object | null = null,
): Promise<Marker> {
  const userId = viewer.user.id;
  const { moved, marker } = await services.store.mutate('markRead', {
    roomId,
    actorId: userId,
    seq,
  });
  if (moved) services.manager.sendToUser(userId, { type: 'read', roomId, ...marker }, from);
  return marker;
}

function toMember(services: Services, roomId: string, row: store.MemberRow): Member {
  const online = services.manager.presence.isOnline(roomId, row.id);
  return { ...toUser(row), role: row.role, online };
}
