import {
  DEFAULT_LIMIT,
  type CreateRoom,
  type ListRooms,
  type UpdateRoom,
} from '../protocol/commands.ts';
import type { Room } from '../protocol/resources.ts';
import * as views from '../store/queries/rooms-for-user.ts';
import { findStanding, listDeletedRooms, type StandingRow } from '../store/queries/rooms.ts';
import { isoTime } from '../store/mapping.ts';
import type { RoomChanges } from './mutations/rooms.ts';
import { audit } from './services/audit.ts';
import type { Services, Viewer } from './services.ts';
import { decodeCursor, encodeCursor } from './cursors.ts';
import { newId } from './ids.ts';
import { nameFrom } from './names.ts';
import { requireReader } from './permissions.ts';

export async function createRoom(
  services: Services,
  viewer: Viewer,
  input: CreateRoom,
): Promise<Room> {
  const { name, key } = nameFrom(input.name);
  const id = newId();
  const topic = input.topic?.trim() ?? '';
  const kind = input.visibility ?? 'public';
  await services.limits.write(viewer.user.id);
  const userId = viewer.user.id;
  const maxRooms = services.config.maxRoomsPerUser;
  const room = { id, kind, name, nameKey: key, topic, userId, maxRooms };
  return toRoom(services, await services.store.mutate('createRoom', room));
}

/** The one room of the viewer and somebody else; `isNew` where it had to be made. */
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
  if (changed) audit(services, viewer, 'room updated', { roomId, changes: input });
  return toRoom(services, room);
}

export async function deleteRoom(
  services: Services,
  viewer: Viewer,
  roomId: string,
): Promise<void> {
  await services.limits.write(viewer.user.id);
  await services.store.mutate('deleteRoom', { roomId, actorId: viewer.user.id });
  audit(services, viewer, 'room deleted', { roomId });
  void purge(services, roomId);
}

/** Goes on with what a stop has cut short. */
export async function purgeDeletedRooms(services: Services): Promise<void> {
  try {
    for (const { id } of await listDeletedRooms(services.store.pagesDb)) await purge(services, id);
  } catch (error) {
    services.log.error({ err: error }, 'deleted rooms could not be looked for');
  }
}

/** Takes away what a deleted room held, a part at a time; what is left goes at the next start. */
async function purge(services: Services, roomId: string): Promise<void> {
  try {
    while (
      !services.isStopping() &&
      (await services.store.mutate('purgeRoom', { roomId }, { isChore: true }))
    );
    services.searchIndex.noteRemovals();
  } catch (error) {
    services.log.error({ err: error, roomId }, 'a deleted room could not be taken away');
  }
}

/** What the viewer's rights follow from; refuses where they may not read the room. */
export async function requireRoom(
  services: Services,
  viewer: Viewer,
  roomId: string,
): Promise<StandingRow> {
  return requireReader(await findStanding(services.store.db, roomId, viewer.user.id));
}

/** The room, as the viewer sees it; refuses where they may not read it. */
export async function getRoom(services: Services, viewer: Viewer, roomId: string): Promise<Room> {
  return toRoom(
    services,
    requireReader(await views.findRoomForUser(services.store.db, roomId, viewer.user.id)),
  );
}

export async function listRooms(
  services: Services,
  viewer: Viewer,
  { scope = 'all', query = '', cursor, limit = DEFAULT_LIMIT }: ListRooms,
): Promise<{ rooms: Room[]; nextCursor: string | null }> {
  // A part of a name is looked for by walking through names.
  const db = query === '' ? services.store.pagesDb : services.store.searchDb;
  const userId = viewer.user.id;
  const after =
    scope === 'mine'
      ? decodeCursor(cursor, 'number', 'string')
      : decodeCursor(cursor, 'string', 'string');
  const list = { mine: views.listOwnRooms, public: views.listPublicRooms, all: views.listAllRooms };
  // One more than asked for tells whether there is another page.
  const page = { query: query.trim(), after, limit: limit + 1 };
  const places = await list[scope](db, userId, page);
  const shown = places.slice(0, limit);
  const last = places.length > limit ? shown.at(-1) : undefined;
  const ids = shown.map(({ id }) => id);
  const rows = new Map((await views.findRoomsForUser(db, ids, userId)).map((row) => [row.id, row]));
  return {
    rooms: ids.flatMap((id) => rows.get(id) ?? []).map((row) => toRoom(services, row)),
    nextCursor: last ? encodeCursor([last.key, last.id]) : null,
  };
}

export async function joinRoom(services: Services, viewer: Viewer, roomId: string): Promise<Room> {
  await services.limits.write(viewer.user.id);
  return toRoom(
    services,
    await services.store.mutate('joinRoom', { roomId, actorId: viewer.user.id }),
  );
}

/** The room, joined where that is still to be done; writes nothing where it is not. */
export async function enterRoom(services: Services, viewer: Viewer, roomId: string): Promise<Room> {
  const room = await getRoom(services, viewer, roomId);
  return room.role === null ? joinRoom(services, viewer, roomId) : room;
}

export async function leaveRoom(services: Services, viewer: Viewer, roomId: string): Promise<void> {
  await services.limits.write(viewer.user.id);
  await services.store.mutate('leaveRoom', { roomId, actorId: viewer.user.id });
}

function toRoom(services: Services, row: views.RoomForUserRow): Room {
  // One literal, not a spread of the summary: it is made for every socket that opens.
  return {
    id: row.id,
    kind: row.kind,
    name: row.peer_name ?? row.name,
    topic: row.topic,
    slowModeSeconds: row.slow_mode_seconds,
    createdAt: isoTime(row.created_at),
    createdBy: row.created_by,
    memberCount: row.member_count,
    onlineCount: services.manager.presence.onlineCount(row.id),
    lastSeq: row.head,
    lastActivityAt: isoTime(row.last_activity_at),
    role: row.role,
    lastReadSeq: row.last_read_seq ?? 0,
    unreadCount: row.unread_count,
    mentionCount: row.mention_count,
  };
}
