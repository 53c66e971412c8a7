import { ChatError } from '../protocol/errors.ts';
import { DEFAULT_LIMIT, type CreateRoom, type ListRooms } from '../protocol/commands.ts';
import { fold } from '../protocol/fold.ts';
import type { Member, Room } from '../protocol/resources.ts';
import * as store from '../store/rooms.ts';
import { isoTime, toUser } from '../store/rows.ts';
import type { Chat, Viewer } from './chat.ts';
import { decodeCursor, encodeCursor } from './cursors.ts';
import { newId } from './ids.ts';
import { nameFrom } from './names.ts';

export async function createRoom(chat: Chat, viewer: Viewer, input: CreateRoom): Promise<Room> {
  const { name, key: nameKey } = nameFrom(input.name);
  const id = newId();
  const topic = input.topic?.trim() ?? '';
  await chat.store.write('createRoom', { id, name, nameKey, topic, userId: viewer.user.id });
  return getRoom(chat, viewer, id);
}

/** The room, as the viewer sees it; refuses where they may not read it. */
export async function getRoom(chat: Chat, viewer: Viewer, roomId: string): Promise<Room> {
  const row = await store.findRoomView(chat.store.db, roomId, viewer.user.id);
  if (!row) throw new ChatError('room_not_found');
  return toRoom(chat, row);
}

export async function listRooms(
  chat: Chat,
  viewer: Viewer,
  { scope = 'all', query = '', cursor, limit = DEFAULT_LIMIT }: ListRooms,
): Promise<{ rooms: Room[]; nextCursor: string | null }> {
  const after =
    scope === 'mine'
      ? decodeCursor(cursor, 'number', 'string')
      : decodeCursor(cursor, 'string', 'string');
  // One more than asked for tells whether there is another page.
  const rows = await store.listRoomViews(chat.store.db, viewer.user.id, {
    scope,
    nameKey: fold(query.trim()),
    after,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const key = (row: store.RoomViewRow) => (scope === 'mine' ? row.last_activity_at : row.name_key);
  return {
    rooms: page.map((row) => toRoom(chat, row)),
    nextCursor: last ? encodeCursor([key(last), last.id]) : null,
  };
}

export async function joinRoom(chat: Chat, viewer: Viewer, roomId: string): Promise<Room> {
  await chat.store.write('joinRoom', { roomId, userId: viewer.user.id });
  return getRoom(chat, viewer, roomId);
}

/** Joins where that is still to be done; writes nothing where it is not. */
export async function enterRoom(chat: Chat, viewer: Viewer, roomId: string): Promise<Room> {
  const room = await getRoom(chat, viewer, roomId);
  return room.role === null ? joinRoom(chat, viewer, roomId) : room;
}

export async function leaveRoom(chat: Chat, viewer: Viewer, roomId: string): Promise<void> {
  await chat.store.write('leaveRoom', { roomId, userId: viewer.user.id });
}

export async function listMembers(
  chat: Chat,
  viewer: Viewer,
  roomId: string,
  { cursor, limit = DEFAULT_LIMIT }: { cursor?: string; limit?: number },
): Promise<{ users: Member[]; nextCursor: string | null }> {
  const [after] = decodeCursor(cursor, 'string') ?? [];
  await getRoom(chat, viewer, roomId);
  const rows = await store.listMembers(chat.store.db, roomId, { after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    users: page.map((row) => ({
      ...toUser(row),
      role: row.role,
      online: chat.manager.presence.isOnline(roomId, row.id),
    })),
    nextCursor: last ? encodeCursor([last.name_key]) : null,
  };
}

function toRoom(chat: Chat, row: store.RoomViewRow): Room {
  return {
    ...store.summaryOf(row),
    createdAt: isoTime(row.created_at),
    createdBy: row.created_by,
    memberCount: row.member_count,
    onlineCount: chat.manager.presence.onlineCount(row.id),
    lastSeq: row.head,
    lastActivityAt: isoTime(row.last_activity_at),
    role: row.role,
    lastReadSeq: row.last_read_seq ?? 0,
    unreadCount: row.unread_count ?? 0,
    mentionCount: 0,
  };
}
