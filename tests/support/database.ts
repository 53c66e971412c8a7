import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { onTestFinished } from 'vitest';
import { migrateToLatest } from '../../src/store/migrate.ts';
import type { Database } from '../../src/store/tables.ts';
import { Writable } from '../../src/store/sqlite/writable.ts';
import { temporaryFolder } from './server.ts';

/** Opens a migrated database in this process, which closes when the test ends. */
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

/** Opens the database of a running server for reading only. It closes when the test ends. */
export function openDatabaseOf(dataDir: string): SqliteDatabase.Database {
  const db = new SqliteDatabase(join(dataDir, 'charla.db'), { readonly: true });
  onTestFinished(() => void db.close());
  return db;
}
