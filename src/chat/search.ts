import type { Search } from '../protocol/commands.ts';
import { DEFAULT_LIMIT } from '../protocol/limits.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RoomSummary } from '../protocol/resources.ts';
import type { SearchResult } from '../protocol/search.ts';
import type { RoomForUser } from '../store/mapping/rooms.ts';
import { listRoomsBannedFrom } from '../store/queries/bans.ts';
import { closedRoomIdsOf } from '../store/queries/members.ts';
import { findRoomsForUser } from '../store/queries/rooms-for-user.ts';
import type { SearchScope } from '../store/search/search.ts';
import { countTerms } from '../store/search/words.ts';
import { decodeCursor, encodeCursor } from './cursors.ts';
import { mayRead } from './permissions.ts';
import { requireRoom } from './rooms.ts';
import type { Services } from './services.ts';
import type { Viewer } from './viewer.ts';

/**
 * Different words that a query may have. Each is searched for in every text found; a sentence of the longest query
 * has some 30.
 */
const MAX_WORDS = 40;

/** The messages that the viewer may read and that have the words of `q`, the newest first. */
export async function search(
  services: Services,
  viewer: Viewer,
  { q, roomId, cursor, limit = DEFAULT_LIMIT }: Search,
): Promise<{ results: SearchResult[]; nextCursor: string | null }> {
  const [before] = decodeCursor(cursor, 'number') ?? [];
  if (countTerms(q) > MAX_WORDS) {
    const message = `has more than ${MAX_WORDS} different words`;
    throw new ChatError('validation_failed', { details: [{ path: '/q', message }] });
  }
  const { store } = services;
  const scope = await scopeOf(services, viewer, roomId);
  const { hits, more } = await store.search({ query: q, scope, before, limit });
  const last = more ? hits.at(-1) : undefined;
  const roomIds = [...new Set(hits.map(({ message }) => message.roomId))];
  const found = await findRoomsForUser(store.searchDb, roomIds, viewer.user.id);
  // The viewer may have lost access to a room since the scope was read.
  const rooms = new Map(found.filter(mayRead).map((room) => [room.id, room]));
  const results = hits.flatMap(({ message, snippet }) => {
    const room = rooms.get(message.roomId);
    return room ? [{ message, room: summaryOf(room), snippet }] : [];
  });
  return { results, nextCursor: last ? encodeCursor([last.pos]) : null };
}

/** The rooms that the viewer may read, or one of them. */
async function scopeOf(
  services: Services,
  viewer: Viewer,
  roomId: string | undefined,
): Promise<SearchScope> {
  if (roomId !== undefined) {
    await requireRoom(services, viewer, roomId);
    return { publicRooms: false, roomIds: [roomId], exceptRoomIds: [] };
  }
  const { searchDb } = services.store;
  const [closedRoomIds, bannedFrom] = await Promise.all([
    closedRoomIdsOf(searchDb, viewer.user.id),
    listRoomsBannedFrom(searchDb, viewer.user.id),
  ]);
  return { publicRooms: true, roomIds: closedRoomIds, exceptRoomIds: bannedFrom };
}

function summaryOf({ id, kind, name, topic, slowModeSeconds }: RoomForUser): RoomSummary {
  return { id, kind, name, topic, slowModeSeconds };
}
