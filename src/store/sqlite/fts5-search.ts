import { sql, type Kysely } from 'kysely';
import { toMessage } from '../mapping/messages.ts';
import { readPage } from '../page.ts';
import { messageColumns } from '../queries/messages.ts';
import { exists } from '../queries/rooms.ts';
import type { SearchHit, SearchPage, SearchRequest, SearchScope } from '../search/search.ts';
import { termsOf, type Term } from '../search/words.ts';
import type { Database } from '../tables.ts';
import { stringsIn } from '../values.ts';

/**
 * Finds messages in the index, the newest first. The index is asked for the rooms of the scope only, so that
 * what others say elsewhere costs nothing.
 */
export async function findMessages(
  db: Kysely<Database>,
  { query, scope, before, limit }: SearchRequest,
): Promise<SearchPage> {
  const match = matchOf(query, scope);
  if (match === null) return { hits: [], more: false };
  let found = db
    .selectFrom('messages_search')
    .innerJoin('events', 'events.pos', 'messages_search.rowid')
    .innerJoin('messages', (join) =>
      join
        .onRef('messages.room_id', '=', 'events.room_id')
        .onRef('messages.seq', '=', 'events.seq'),
    )
    .innerJoin('rooms', 'rooms.id', 'messages.room_id')
    .innerJoin('users', 'users.id', 'messages.author_id')
    .leftJoin('search_removals', 'search_removals.pos', 'messages_search.rowid')
    .select(messageColumns)
    .select(['events.pos', sql<string>`snippet_of(messages.text, ${query})`.as('snippet')])
    .where(sql<boolean>`messages_search match ${match}`)
    .where('search_removals.pos', 'is', null)
    .where(exists)
    .orderBy('messages_search.rowid', 'desc')
    // One more than asked for tells whether there are others.
    .limit(limit + 1);
  if (before !== undefined) found = found.where('messages_search.rowid', '<', before);
  if (scope.exceptRoomIds.length > 0) {
    const excepted = stringsIn(JSON.stringify(scope.exceptRoomIds));
    found = found.where(sql<boolean>`rooms.id not in (select value from ${excepted})`);
  }
  const { rows, isCut } = await readPage(db, found.compile());
  const hits = rows.slice(0, limit).map((row) => ({
    message: toMessage(row),
    pos: row.pos,
    snippet: JSON.parse(row.snippet) as SearchHit['snippet'],
  }));
  return { hits, more: isCut || rows.length > limit };
}

/**
 * The FTS5 expression of a search; null where the query has no words. Everything in it is quoted: whatever a
 * query holds, it is text and not syntax.
 */
export function matchOf(query: string, { publicRooms, roomIds }: SearchScope): string | null {
  const terms = new Set(termsOf(query).map(phraseOf));
  const places = [...(publicRooms ? ['public'] : []), ...roomIds].map(quoted);
  if (terms.size === 0 || places.length === 0) return null;
  return `words : (${[...terms].join(' AND ')}) AND rooms : (${places.join(' OR ')})`;
}

const phraseOf = ({ words, isPrefix }: Term) => `${quoted(words.join(' '))}${isPrefix ? ' *' : ''}`;

/** A string in FTS5's own quotes. */
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
