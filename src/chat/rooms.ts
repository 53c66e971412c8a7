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
import type { Chat, Viewer } from './services.ts';
import { decodeCursor, encodeCursor } from './cursors.ts';
import { newId } from './ids.ts';
import { nameFrom } from './names.ts';
import { requireReader } from './permissions.ts';

export async function createRoom(chat: Chat, viewer: Viewer, input: CreateRoom): Promise<Room> {
  const { name, key } = nameFrom(input.name);
  const id = newId();
  const topic = input.topic?.trim() ?? '';
  const kind = input.visibility ?? 'public';
  await chat.limits.write(viewer.user.id);
  const userId = viewer.user.id;
  const maxRooms = chat.config.maxRoomsPerUser;
  const room = { id, kind, name, nameKey: key, topic, userId, maxRooms };
  return toRoom(chat, await chat.store.write('createRoom', room));
}

/** The one room of the viewer and somebody else; `isNew` where it had to be made. */
export async function openDirect(
  chat: Chat,
  viewer: Viewer,
  userId: string,
): Promise<{ room: Room; isNew: boolean }> {
  await chat.limits.write(viewer.user.id);
  const ids = { id: newId(), actorId: viewer.user.id, userId };
  const { room, isNew } = await chat.store.write('openDirect', ids);
  return { room: toRoom(chat, room), isNew };
}

export async function updateRoom(
  chat: Chat,
  viewer: Viewer,
  roomId: string,
  input: UpdateRoom,
): Promise<Room> {
  const changes: RoomChanges = {
    ...(input.name !== undefined && { name: nameFrom(input.name) }),
    ...(input.topic !== undefined && { topic: input.topic.trim() }),
    ...(input.slowModeSeconds !== undefined && { slowModeSeconds: input.slowModeSeconds }),
  };
  await chat.limits.write(viewer.user.id);
  const change = { roomId, actorId: viewer.user.id, changes };
  const { room, changed } = await chat.store.write('updateRoom', change);
  if (changed) audit(chat, viewer, 'room updated', { roomId, changes: input });
  return toRoom(chat, room);
}

export async function deleteRoom(chat: Chat, viewer: Viewer, roomId: string): Promise<void> {
  await chat.limits.write(viewer.user.id);
  await chat.store.write('deleteRoom', { roomId, actorId: viewer.user.id });
  audit(chat, viewer, 'room deleted', { roomId });
  void purge(chat, roomId);
}

/** Goes on with what a stop has cut short. */
export async function purgeDeletedRooms(chat: Chat): Promise<void> {
  try {
    for (const { id } of await listDeletedRooms(chat.store.pagesDb)) await purge(chat, id);
  } catch (error) {
    chat.log.error({ err: error }, 'deleted rooms could not be looked for');
  }
}

/** Takes away what a deleted room held, a part at a time; what is left goes at the next start. */
async function purge(chat: Chat, roomId: string): Promise<void> {
  try {
    while (
      !chat.isStopping() &&
      (await chat.store.write('purgeRoom', { roomId }, { isChore: true }))
    );
    chat.searchIndex.noteRemovals();
  } catch (error) {
    chat.log.error({ err: error, roomId }, 'a deleted room could not be taken away');
  }
}

/** What the viewer's rights follow from; refuses where they may not read the room. */
export async function requireRoom(
  chat: Chat,
  viewer: Viewer,
  roomId: string,
): Promise<StandingRow> {
  return requireReader(await findStanding(chat.store.db, roomId, viewer.user.id));
}

/** The room, as the viewer sees it; refuses where they may not read it. */
export async function getRoom(chat: Chat, viewer: Viewer, roomId: string): Promise<Room> {
  return toRoom(
    chat,
    requireReader(await views.findRoomView(chat.store.db, roomId, viewer.user.id)),
  );
}

export async function listRooms(
  chat: Chat,
  viewer: Viewer,
  { scope = 'all', query = '', cursor, limit = DEFAULT_LIMIT }: ListRooms,
): Promise<{ rooms: Room[]; nextCursor: string | null }> {
  // A part of a name is looked for by walking through names.
  const db = query === '' ? chat.store.pagesDb : chat.store.searchDb;
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
  const rows = new Map((await views.findRoomViews(db, ids, userId)).map((row) => [row.id, row]));
  return {
    rooms: ids.flatMap((id) => rows.get(id) ?? []).map((row) => toRoom(chat, row)),
    nextCursor: last ? encodeCursor([last.key, last.id]) : null,
  };
}

export async function joinRoom(chat: Chat, viewer: Viewer, roomId: string): Promise<Room> {
  await chat.limits.write(viewer.user.id);
  return toRoom(chat, await chat.store.write('joinRoom', { roomId, actorId: viewer.user.id }));
}

/** The room, joined where that is still to be done; writes nothing where it is not. */
export async function enterRoom(chat: Chat, viewer: Viewer, roomId: string): Promise<Room> {
  const room = await getRoom(chat, viewer, roomId);
  return room.role === null ? joinRoom(chat, viewer, roomId) : room;
}

export async function leaveRoom(chat: Chat, viewer: Viewer, roomId: string): Promise<void> {
  await chat.limits.write(viewer.user.id);
  await chat.store.write('leaveRoom', { roomId, actorId: viewer.user.id });
}

function toRoom(chat: Chat, row: views.RoomViewRow): Room {
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
    onlineCount: chat.manager.presence.onlineCount(row.id),
    lastSeq: row.head,
    lastActivityAt: isoTime(row.last_activity_at),
    role: row.role,
    lastReadSeq: row.last_read_seq ?? 0,
    unreadCount: row.unread_count,
    mentionCount: row.mention_count,
  };
}
