import type { Kysely } from 'kysely';
import { posOfEvent } from '../queries/log.ts';
import { PreparedQuery } from '../query.ts';
import type { TextIndex } from '../search/search.ts';
import type { Database } from '../tables.ts';
import type { PostgresExecutor } from './executor.ts';

/** The tables of the search index as PostgreSQL has them. */
interface SearchTables {
  messages_search: { pos: number; words: string; long_text: string | null };
  search_due: { id: number; pos: number };
}

export const searchTables = (db: Kysely<Database>) =>
  db as unknown as Kysely<Omit<Database, 'messages_search'> & SearchTables>;

const forget = new PreparedQuery((db, its: { pos: number }) =>
  searchTables(db).deleteFrom('messages_search').where('pos', '=', its.pos),
);

const indexAgain = new PreparedQuery((db, its: { pos: number }) =>
  (searchTables(db) as unknown as Kysely<{ search_due: { pos: number } }>)
    .insertInto('search_due')
    .values({ pos: its.pos }),
);

/**
 * Takes the words of a text out of the index. The indexer then looks at the message again: it may have read the old
 * text already, and add it only after this. Until then a search does not find the message.
 */
export function textIndex(executor: PostgresExecutor): TextIndex {
  return {
    async forgetText(room, { seq }) {
      const pos = await posOfEvent(executor.db, room.id, seq);
      await Promise.all([executor.all(forget, { pos }), executor.all(indexAgain, { pos })]);
    },
  };
}
