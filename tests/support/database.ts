import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { onTestFinished } from 'vitest';
import type { Dialect } from '../../src/store/dialect.ts';
import type { Committer } from '../../src/store/group.ts';
import { migrateToLatest } from '../../src/store/migrate.ts';
import type { Mutations } from '../../src/store/mutation.ts';
import { openPool } from '../../src/store/postgres/pools.ts';
import { prepareDatabase } from '../../src/store/postgres/prepare.ts';
import { Writable as PostgresWritable } from '../../src/store/postgres/writable.ts';
import { checkIndex } from '../../src/store/sqlite/fts5-index.ts';
import { Writable } from '../../src/store/sqlite/writable.ts';
import type { Database } from '../../src/store/tables.ts';
import { dialect } from './dialect.ts';
import { databaseUrl } from './postgres/databases.ts';
import { temporaryFolder } from './server.ts';

/** A migrated database that this process writes, as the thread of a server does. */
export interface OpenDatabase {
  readonly committer: Committer;
  /** For queries outside of transactions. */
  readonly db: Kysely<Database>;
  /** The mutations of the search index, where it is written as messages are. */
  readonly indexMutations: Mutations;
  close(): Promise<void>;
}

/** Opens the database of a folder, or creates it. */
export async function openDatabaseIn(folder: string, of: Dialect): Promise<OpenDatabase> {
  if (of === 'postgres') return openPostgres(await databaseUrl(folder));
  return openSqlite(join(folder, 'charla.db'));
}

/** Opens a SQLite file, or creates it. */
export async function openSqlite(file: string): Promise<OpenDatabase> {
  const writable = new Writable(file);
  await migrateToLatest(writable.db, 'sqlite');
  await checkIndex(writable.db);
  return {
    committer: writable,
    db: writable.db,
    indexMutations: writable.searchIndex.mutations(),
    close: () => writable.close(),
  };
}

/** Opens a PostgreSQL database. */
export async function openPostgres(url: string): Promise<OpenDatabase> {
  const { epoch } = await prepareDatabase(url);
  const writable = new PostgresWritable(url, () => ({ epoch, pos: 0 }));
  const pool = openPool(url, { size: 2, statementMs: 10_000 });
  return {
    committer: writable,
    db: pool.db,
    indexMutations: {},
    close: async () => {
      await writable.close();
      await pool.close();
    },
  };
}

/** Opens a migrated SQLite database in this process, which closes when the test ends. */
export async function openDatabase(): Promise<{
  writable: Writable;
  db: Kysely<Database>;
  file: string;
}> {
  const file = join(temporaryFolder(), 'charla.db');
  const writable = new Writable(file);
  onTestFinished(() => writable.close());
  await migrateToLatest(writable.db, 'sqlite');
  return { writable, db: writable.db, file };
}

/** Returns the id of a room. A new database has exactly one. */
export async function firstRoomId(db: Kysely<Database>): Promise<string> {
  const { id } = await db.selectFrom('rooms').select('id').executeTakeFirstOrThrow();
  return id;
}

/** Opens the database of a server, running or not. It closes when the test ends. */
export async function openDatabaseOf(dataDir: string): Promise<Kysely<Database>> {
  if (dialect() === 'sqlite') {
    const { db } = new Writable(join(dataDir, 'charla.db'));
    onTestFinished(() => db.destroy());
    return db;
  }
  const pool = openPool(await databaseUrl(dataDir), { size: 1, statementMs: 10_000 });
  onTestFinished(() => pool.close());
  return pool.db;
}
