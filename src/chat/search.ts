import { ChatError } from '../protocol/errors.ts';
import { DEFAULT_LIMIT, type Search } from '../protocol/commands.ts';
import type { SearchResult } from '../protocol/resources.ts';
import { findRoomsForUser } from '../store/queries/rooms-for-user.ts';
import { summaryOf } from '../store/queries/rooms.ts';
import { toMessage } from '../store/mapping.ts';
import { searchMessages } from '../store/sqlite/fts5.ts';
import { countWords } from '../store/search/words.ts';
import type { Services, Viewer } from './services.ts';
import { decodeCursor, encodeCursor } from './cursors.ts';
import { requireRoom } from './rooms.ts';

/**
 * Different words that a query may have. Each is looked for in every text that is found; a sentence of
 * the longest query has some 30.
 */
const MAX_WORDS = 40;

/** Messages that the viewer may read and that have the words of `q`, the newest first. */
export async function search(
  services: Services,
  viewer: Viewer,
  { q, roomId, cursor, limit = DEFAULT_LIMIT }: Search,
): Promise<{ results: SearchResult[]; nextCursor: string | null }> {
  const { searchDb } = services.store;
  const userId = viewer.user.id;
  const [before] = decodeCursor(cursor, 'number') ?? [];
  if (countWords(q) > MAX_WORDS) {
    const message = `has more than ${MAX_WORDS} different words`;
    throw new ChatError('validation_failed', { details: [{ path: '/q', message }] });
  }
  if (roomId !== undefined) await requireRoom(services, viewer, roomId);
  await services.searchIndex.caughtUp().catch((error: unknown) => {
    // A full disk keeps the newest messages out of the index, and nobody from the others.
    services.log.warn({ err: error }, 'a search was made without the newest messages');
  });
  const page = { roomId, before, limit };
  const { rows, more } = await searchMessages(searchDb, userId, q, page);
  const last = more ? rows.at(-1) : undefined;
  const roomIds = [...new Set(rows.map((row) => row.room_id))];
  const views = await findRoomsForUser(searchDb, roomIds, userId);
  const rooms = new Map(views.map((room) => [room.id, room]));
  const results = rows.flatMap((row) => {
    const room = rooms.get(row.room_id);
    // Deleted between the two looks.
    if (!room) return [];
    const summary = { ...summaryOf(room), name: room.peer_name ?? room.name };
    return [
      {
        message: toMessage(row),
        room: summary,
        snippet: JSON.parse(row.snippet) as SearchResult['snippet'],
      },
    ];
  });
  return { results, nextCursor: last ? encodeCursor([last.pos]) : null };
}
