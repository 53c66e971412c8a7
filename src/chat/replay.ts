import { DEFAULT_LIMIT, type ListEvents } from '../protocol/commands.ts';
import {
  lastPos,
  readRoomLog,
  readUserLog,
  type LogEntry,
  type LogPage,
} from '../store/queries/log.ts';
import { roomIdsOf } from '../store/queries/members.ts';
import { findRoomForUser } from '../store/queries/rooms-for-user.ts';
import type { DurableEvent } from '../protocol/events.ts';
import type { Services, Viewer } from './services.ts';
import { requireRoom } from './rooms.ts';

/* What somebody may read of the log. Whether they still may is looked at for every page. */

/** A room's events after a seq; refuses where the viewer may not read the room. */
export async function readRoom(
  services: Services,
  viewer: Viewer,
  roomId: string,
  after: number,
  limit: number,
): Promise<LogPage> {
  const { kind } = await requireRoom(services, viewer, roomId);
  const page = await readRoomLog(services.store.pagesDb, roomId, after, limit);
  if (kind !== 'direct') return page;
  const room = await findRoomForUser(services.store.db, roomId, viewer.user.id);
  return {
    ...page,
    entries: page.entries.map((entry) => nameDirect(entry, room?.peer_name ?? '')),
  };
}

/** A direct room has no name of its own: to each of the two it is named after the other. */
function nameDirect(entry: LogEntry, name: string): LogEntry {
  if (entry.type !== 'room.created') return entry;
  const event = JSON.parse(entry.json) as Extract<DurableEvent, { type: 'room.created' }>;
  return { ...entry, json: JSON.stringify({ ...event, room: { ...event.room, name } }) };
}

/** A page of a room's events as JSON, and the room's last seq. */
export async function listEvents(
  services: Services,
  viewer: Viewer,
  roomId: string,
  { after = 0, limit = DEFAULT_LIMIT }: ListEvents,
): Promise<{ events: string[]; head: number }> {
  const { entries } = await readRoom(services, viewer, roomId, after, limit);
  const { head } = await requireRoom(services, viewer, roomId);
  return { events: entries.map((entry) => entry.json), head };
}

/** What concerns the viewer after a position of the server's log. */
export async function readUserEvents(
  services: Services,
  viewer: Viewer,
  after: number,
  limit: number,
): Promise<LogPage> {
  const head = await headPos(services);
  return readUserLog(services.store.pagesDb, viewer.user.id, { after, head, limit });
}

/** The rooms whose events concern the viewer. */
export const ownRoomIds = (services: Services, viewer: Viewer): Promise<string[]> =>
  roomIdsOf(services.store.pagesDb, viewer.user.id);

/** The last position of the server's log. */
export const headPos = (services: Services): Promise<number> => lastPos(services.store.db);
