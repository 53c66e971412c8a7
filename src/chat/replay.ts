import { DEFAULT_LIMIT, type ListEvents } from '../protocol/commands.ts';
import { lastPos, readRoomLog, readUserLog, type LogPage } from '../store/log.ts';
import { roomIdsOf } from '../store/rooms.ts';
import type { Chat, Viewer } from './chat.ts';
import { getRoom } from './rooms.ts';

/* What somebody may read of the log. Whether they still may is looked at for every page. */

/** A room's events after a seq; refuses where the viewer may not read the room. */
export async function readRoom(
  chat: Chat,
  viewer: Viewer,
  roomId: string,
  after: number,
  limit: number,
): Promise<LogPage> {
  await getRoom(chat, viewer, roomId);
  return readRoomLog(chat.store.db, roomId, after, limit);
}

/** A page of a room's events as JSON, and the room's last seq. */
export async function listEvents(
  chat: Chat,
  viewer: Viewer,
  roomId: string,
  { after = 0, limit = DEFAULT_LIMIT }: ListEvents,
): Promise<{ events: string[]; head: number }> {
  const { entries } = await readRoom(chat, viewer, roomId, after, limit);
  const { lastSeq: head } = await getRoom(chat, viewer, roomId);
  return { events: entries.map((entry) => entry.json), head };
}

/** What concerns the viewer after a position of the server's log. */
export function readOwn(
  chat: Chat,
  viewer: Viewer,
  after: number,
  limit: number,
): Promise<LogPage> {
  return readUserLog(chat.store.db, viewer.user.id, after, limit);
}

/** The rooms whose events concern the viewer. */
export const ownRoomIds = (chat: Chat, viewer: Viewer): Promise<string[]> =>
  roomIdsOf(chat.store.db, viewer.user.id);

/** The last position of the server's log. */
export const presentPos = (chat: Chat): Promise<number> => lastPos(chat.store.db);
