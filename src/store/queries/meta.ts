import type { Kysely } from 'kysely';
import type { Database } from '../tables.ts';

/* Facts about the database itself. */

type Db = Kysely<Database>;

/**
 * `epoch` names this database: a cursor of another epoch is meaningless here. `setup_code` makes the first
 * admin while there is none. `wipe_due` says that texts were deleted of which the file may hold copies.
 * `vapid_keys` sign what is sent to push services, and `push_pos` says up to which position people were notified.
 * `search_pos` and `search_words` say how far the search index has come, and in which form its words are. `copy`
 * names the copy of a PostgreSQL database that was last written to, and `files_id` the folder that has its files.
 * `server_bot` is the id of the server's own bot. `operator_change` is another one after each change of an operator's command beside the server.
 * `import` says how far an import has come; there is none once it has ended.
 */
export type MetaKey =
  | 'epoch'
  | 'setup_code'
  | 'vapid_keys'
  | 'push_pos'
  | 'wipe_due'
  | 'search_pos'
  | 'search_words'
  | 'copy'
  | 'files_id'
  | 'server_bot'
  | 'operator_change'
  | 'import';

export async function getMeta(db: Db, key: MetaKey): Promise<string | undefined> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value;
}

export async function setMeta(db: Db, key: MetaKey, value: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ key, value })
    .onConflict((row) => row.column('key').doUpdateSet({ value }))
    .execute();
}

export async function deleteMeta(db: Db, key: MetaKey): Promise<void> {
  await db.deleteFrom('meta').where('key', '=', key).execute();
}

/** The name of this database. */
export async function readEpoch(db: Db): Promise<string> {
  const epoch = await getMeta(db, 'epoch');
  if (epoch === undefined) throw new Error('This database has no epoch');
  return epoch;
}
