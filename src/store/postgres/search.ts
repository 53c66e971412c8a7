import { sql, type Kysely } from 'kysely';
import { toMessage } from '../mapping/messages.ts';
import { readPage } from '../page.ts';
import { messageColumns } from '../queries/messages.ts';
import { exists } from '../queries/rooms.ts';
import type { SearchPage, SearchRequest } from '../search/search.ts';
import { snippetOf } from '../search/snippet.ts';
import type { Database } from '../tables.ts';
import { stringsIn } from '../values.ts';
import { searchTables } from './text-index.ts';
import { matchOf } from './vector.ts';

/** Finds messages in the index, the newest first. */
export async function findMessages(
  db: Kysely<Database>,
  { query, scope, before, limit }: SearchRequest,
): Promise<SearchPage> {
  const match = matchOf(query, scope);
  if (match === null) return { hits: [], more: false };
  let found = searchTables(db)
    .selectFrom('messages_search')
    .innerJoin('events', 'events.pos', 'messages_search.pos')
    .innerJoin('messages', (join) =>
      join
        .onRef('messages.room_id', '=', 'events.room_id')
        .onRef('messages.seq', '=', 'events.seq'),
    )
    .innerJoin('rooms', 'rooms.id', 'messages.room_id')
    .innerJoin('users', 'users.id', 'messages.author_id')
    .select(messageColumns)
    .select('events.pos')
    .where(sql<boolean>`messages_search.words @@ ${match.words}::tsquery`)
    .where(
      sql<boolean>`not exists (select 1 from search_due
      where search_due.pos = messages_search.pos)`,
    )
    .where('messages.deleted_at', 'is', null)
    .where(exists)
    .orderBy('messages_search.pos', 'desc')
    // One more than asked for tells whether there are others.
    .limit(limit + 1);
  if (match.phrases !== null) {
    const parts = JSON.stringify(match.parts);
    found = found.where(
      sql<boolean>`(messages_search.words @@ ${match.phrases}::tsquery
        or (messages_search.long_text is not null and not exists (select 1
          from ${stringsIn(parts)} as part where strpos(messages_search.long_text, part.value) = 0)))`,
    );
  }
  if (before !== undefined) found = found.where('messages_search.pos', '<', before);
  if (scope.exceptRoomIds.length > 0) {
    const excepted = stringsIn(JSON.stringify(scope.exceptRoomIds));
    found = found.where(sql<boolean>`rooms.id not in (select value from ${excepted})`);
  }
  const { rows, isCut } = await readPage(db, found.compile());
  const hits = rows.slice(0, limit).map((row) => ({
    message: toMessage(row),
    pos: row.pos,
    snippet: snippetOf(row.text, query),
  }));
  return { hits, more: isCut || rows.length > limit };
}
