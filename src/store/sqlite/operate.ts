import type { Kysely } from 'kysely';
import { migrateToLatest, requireLatest } from '../migrate.ts';
import type { Database } from '../tables.ts';
import { openForReading, type SqliteConnection } from './connection.ts';
import { checkIndex } from './fts5-index.ts';
import { kyselyOn, Writable } from './writable.ts';

/* What commands of the operator do with a SQLite file, beside a running server or without one. */

/** Reads a file, which a server may be writing. */
export async function readSqlite<T>(
  file: string,
  read: (opened: { db: Kysely<Database>; connection: SqliteConnection }) => Promise<T>,
): Promise<T> {
  const connection = openForReading(file);
  try {
    return await read({ db: kyselyOn(connection), connection });
  } finally {
    connection.close();
  }
}

/** The same with one view of the file, whatever is committed meanwhile. */
export const readSqliteView = <T>(
  file: string,
  read: (db: Kysely<Database>) => Promise<T>,
): Promise<T> =>
  readSqlite(file, ({ db, connection }) => {
    // It begins with the first read, and ends with the connection.
    connection.prepare('begin').run();
    return read(db);
  });

/** Migrates a file to this version, or creates it. The caller has its folder locked. */
export async function prepareSqlite(file: string): Promise<void> {
  const writable = new Writable(file);
  try {
    await migrateToLatest(writable.db, 'sqlite');
    await checkIndex(writable.db);
  } finally {
    await writable.close();
  }
}

/** Throws where the pages and rows of a database do not fit together: the disk, or a copy of the file, is damaged. */
export function checkIntegrity(connection: SqliteConnection): void {
  const [first] = connection.prepare('pragma quick_check(1)').pluck(true).all() as string[];
  if (first !== 'ok') throw new Error(`the database is damaged: ${first}`);
}

/**
 * Opens a file to change it beside a server that may run on it, which waits for the transaction as this one waits for the
 * server's. Throws where the file is of another version: only its server may migrate it.
 */
export async function openForOperator(file: string) {
  const writable = new Writable(file);
  try {
    await requireLatest(writable.db, 'sqlite');
  } catch (error) {
    await writable.close();
    throw error;
  }
  return { committer: writable, close: () => writable.close() };
}
