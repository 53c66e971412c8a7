import { sql, type Kysely } from 'kysely';

/**
 * The search index is merged in steps of its own, between sends, and not by whoever happens to fill
 * it: a merge could take a quarter of a second. And it keeps no lengths of texts, which only a ranking
 * would ask for. It fills itself anew.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await create(db, 'columnsize = 0,', "'1 2'");
  // Not bound: FTS5 takes whole numbers only, and bound ones arrive as floating point.
  for (const [name, value] of Object.entries({ automerge: 0, usermerge: 16, crisismerge: 64 })) {
    await sql`insert into messages_search (messages_search, rank)
      values (${name}, ${sql.lit(value)})`.execute(db);
  }
}

async function create(db: Kysely<unknown>, options: string, prefix: string): Promise<void> {
  await db.schema.dropTable('messages_search').execute();
  await sql`create virtual table messages_search using fts5(words, rooms, content = '', ${sql.raw(options)}
    prefix = ${sql.raw(prefix)}, tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'")`.execute(
    db,
  );
  await sql`insert into messages_search (messages_search, rank)
    values ('secure-delete', 1)`.execute(db);
  await sql`delete from meta where key = 'search_pos'`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await create(db, '', "'1 2 3'");
}
