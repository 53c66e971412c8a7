import type { CreateRoom, ListRooms, UpdateRoom } from '../protocol/commands.ts';
import { DEFAULT_LIMIT } from '../protocol/limits.ts';
import type { Room } from '../protocol/resources.ts';
import type { RoomForUser, Standing } from '../store/mapping/rooms.ts';
import * as roomsForUser from '../store/queries/rooms-for-user.ts';
import { findStanding } from '../store/queries/rooms.ts';
import { decodeCursor, encodeCursor } from './cursors.ts';
import { newId } from './ids.ts';
import type { RoomChanges } from './mutations/rooms.ts';
import { nameFrom } from './names.ts';
import { requireReader } from './permissions.ts';
import { purgeRoom } from './purge.ts';
import type { Services } from './services.ts';
import { logModeration } from './services/audit.ts';
import type { Viewer } from './viewer.ts';

export async function createRoom(
  services: Services,
  viewer: Viewer,
  input: CreateRoom,
): Promise<Room> {
  const userId = viewer.user.id;
  const { name, key: nameKey } = nameFrom(input.name);
  await services.limits.write(userId);
  const room = await services.store.mutate('createRoom', {
    id: newId(),
    kind: input.visibility ?? 'public',
    name,
    nameKey,
    topic: input.topic?.trim() ?? '',
    userId,
    maxRooms: services.config.maxRoomsPerUser,
  });
  return toRoom(services, room);
}

/** The one direct room of the viewer and another user; `isNew` where it was created. */
export async function openDirect(
  services: Services,
  viewer: Viewer,
  userId: string,
): Promise<{ room: Room; isNew: boolean }> {
  await services.limits.write(viewer.user.id);
  const ids = { id: newId(), actorId: viewer.user.id, userId };
  const { room, isNew } = await services.store.mutate('openDirect', ids);
  return { room: toRoom(services, room), isNew };
}

export async function updateRoom(
  services: Services,
  viewer: Viewer,
  roomId: string,
  input: UpdateRoom,
): Promise<Room> {
  const changes: RoomChanges = {
    ...(input.name !== undefined && { name: nameFrom(input.name) }),
    ...(input.topic !== undefined && { topic: input.topic.trim() }),
    ...(input.slowModeSeconds !== undefined && { slowModeSeconds: input.slowModeSeconds }),
  };
  await services.limits.write(viewer.user.id);
  const change = { roomId, actorId: viewer.user.id, changes };
  const { room, changed } = await services.store.mutate('updateRoom', change);
  if (changed) logModeration(services, viewer, 'room updated', { roomId, changes: input });
  return toRoom(services, room);
}

export async function deleteRoom(
  services: Services,
  viewer: Viewer,
  roomId: string,
): Promise<void> {
  await services.limits.write(viewer.user.id);
  await services.store.mutate('deleteRoom', { roomId, actorId: viewer.user.id });
  logModeration(services, viewer, 'room deleted', { roomId });
  void purgeRoom(services, roomId);
}

/** The viewer's standing in a room; throws where they may not read it. */
export async function requireRoom(
  services: Services,
  viewer: Pick<Viewer, 'user'>,
  roomId: string,
): Promise<Standing> {
  return requireReader(await findStanding(services.store.db, roomId, viewer.user.id));
}

/** The room as the viewer sees it; throws where they may not read it. */
export async function getRoom(services: Services, viewer: Viewer, roomId: string): Promise<Room> {
  return toRoom(services, await findRoom(services, viewer, roomId));
}

/**
 * The same, once this node has delivered all that the room shows: of what other nodes have committed, a connection
 * that opens now must not receive an older departure as if it came after.
 */
export async function getDelivered(
  services: Services,
  viewer: Pick<Viewer, 'user'>,
  roomId: string,
): Promise<Room> {
  const room = await findRoom(services, viewer, roomId);
  await services.store.reached(room.lastPos);
  return toRoom(services, room);
}

async function findRoom(
  { store }: Services,
  { user }: Pick<Viewer, 'user'>,
  roomId: string,
): Promise<RoomForUser> {
  return requireReader(await roomsForUser.findRoomForUser(store.db, roomId, user.id));
}

export async function listRooms(
  services: Services,
  viewer: Viewer,
  { scope = 'all', query = '', cursor, limit = DEFAULT_LIMIT }: ListRooms,
): Promise<{ rooms: Room[]; nextCursor: string | null }> {
  // A search for a part of a name reads all names.
  const db = query === '' ? services.store.pagesDb : services.store.searchDb;
  const userId = viewer.user.id;
  const after =
    scope === 'mine'
      ? decodeCursor(cursor, 'number', 'string')
      : decodeCursor(cursor, 'string', 'string');
  const { listOwnRooms, listPublicRooms, listAllRooms, findRoomsForUser } = roomsForUser;
  const list = { mine: listOwnRooms, public: listPublicRooms, all: listAllRooms };
  // One more than asked for tells whether there is another page.
  const page = { query: query.trim(), after, limit: limit + 1 };
  const places = await list[scope](db, userId, page);
  const shown = places.slice(0, limit);
  const last = places.length > limit ? shown.at(-1) : undefined;
  const ids = shown.map(({ id }) => id);
  const found = new Map((await findRoomsForUser(db, ids, userId)).map((room) => [room.id, room]));
  return {
    rooms: ids.flatMap((id) => found.get(id) ?? []).map((room) => toRoom(services, room)),
    nextCursor: last ? encodeCursor([last.key, last.id]) : null,
  };
}

export async function joinRoom(services: Services, viewer: Viewer, roomId: string): Promise<Room> {
  await services.limits.write(viewer.user.id);
  const at = { roomId, actorId: viewer.user.id };
  return toRoom(services, await services.store.mutate('joinRoom', at));
}

/** The room, which the viewer joins unless they belong to it; writes nothing where they do. */
export async function enterRoom(services: Services, viewer: Viewer, roomId: string): Promise<Room> {
  const room = await getDelivered(services, viewer, roomId);
  return room.role === null ? joinRoom(services, viewer, roomId) : room;
}

export async function leaveRoom(services: Services, viewer: Viewer, roomId: string): Promise<void> {
  await services.limits.write(viewer.user.id);
  await services.store.mutate('leaveRoom', { roomId, actorId: viewer.user.id });
}

/** Adds how many people are online in the room. Only the main thread knows that. */
export function toRoom(services: Services, room: RoomForUser): Room {
  const { isBanned: _, lastPos: __, ...shown } = room;
  return { ...shown, onlineCount: services.manager.presence.onlineCount(room.id) };
}
