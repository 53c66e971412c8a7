import type { Dialect } from '../../src/store/dialect.ts';
import type { Mutations } from '../../src/store/mutation.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { openSqliteStore, type SqliteOptions } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import { dialect } from './dialect.ts';
import { databaseUrl } from './postgres/databases.ts';

/** Opens the store of a folder, on SQLite or on PostgreSQL. */
export async function openStore<M extends Mutations>(
  options: SqliteOptions,
  of: Dialect = dialect(),
): Promise<Store<M>> {
  if (of === 'sqlite') return openSqliteStore<M>(options);
  return openPostgresStore<M>({ ...options, url: await databaseUrl(options.dataDir) });
}
