import type { ListEvents } from '../protocol/commands.ts';
import { DEFAULT_LIMIT } from '../protocol/limits.ts';
import type { LogEntry } from '../store/log-entry.ts';
import { readHeadPos } from '../store/queries/log.ts';
import { roomIdsOf } from '../store/queries/members.ts';
import { readRoomLog, readUserLog, type LogPage, type Ties } from '../store/queries/replay.ts';
import { findRoomForUser } from '../store/queries/rooms-for-user.ts';
import { requireRoom } from './rooms.ts';
import type { Services } from './services.ts';
import type { Viewer } from './viewer.ts';

/* Which parts of the log a user may read. Their rights are checked for every page. */

/** A room's events after a seq; throws where the viewer may not read the room. */
export async function readRoom(
  services: Services,
  viewer: Pick<Viewer, 'user'>,
  roomId: string,
  after: number,
  limit: number,
): Promise<LogPage> {
  const { store } = services;
  const { kind } = await requireRoom(services, viewer, roomId);
  const isDirect = kind === 'direct';
  const room = isDirect ? await findRoomForUser(store.db, roomId, viewer.user.id) : undefined;
  const directName = isDirect ? (room?.name ?? '') : null;
  return readRoomLog(store.pagesDb, roomId, { after, limit, directName });
}

/** A page of a room's events as JSON, and the room's last seq. */
export async function listEvents(
  services: Services,
  viewer: Pick<Viewer, 'user'>,
  roomId: string,
  { after = 0, limit = DEFAULT_LIMIT }: ListEvents,
): Promise<{ events: string[]; head: number }> {
  const { entries } = await readRoom(services, viewer, roomId, after, limit);
  const { head } = await requireRoom(services, viewer, roomId);
  return { events: entries.map((entry) => entry.json), head };
}

/** The events that concern the viewer after a position of the server's log. */
export async function readUserEvents(
  services: Services,
  viewer: Pick<Viewer, 'user'>,
  after: number,
  limit: number,
): Promise<LogPage> {
  const head = await headPos(services);
  const page = { after, head, limit };
  return readUserLog(services.store.pagesDb, viewer.user.id, page, concerns);
}

/**
 * Whether a stream receives an event: events of the user's rooms from their join on, their own departures, the
 * deletion of rooms they belonged to, and what is for everyone. ConnectionManager delivers live events by the same
 * rule, room by room.
 */
function concerns(entry: LogEntry, { userId, joinedPos, wasMember }: Ties): boolean {
  if (entry.forEveryone) return true;
  if (entry.type === 'room.deleted') return wasMember;
  if (entry.type === 'member.left' && entry.userId === userId) return true;
  return joinedPos !== null && joinedPos <= entry.pos;
}

/** The ids of the viewer's rooms, whose events concern them. */
export const ownRoomIds = (services: Services, viewer: Viewer): Promise<string[]> =>
  roomIdsOf(services.store.pagesDb, viewer.user.id);

/** The last position of the server's log. */
export const headPos = (services: Services): Promise<number> => readHeadPos(services.store.db);
