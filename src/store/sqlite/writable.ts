import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely';
import { openForWriting, type SqliteConnection } from './connection.ts';
import type { Database } from '../tables.ts';

/** A connection that writes, and Kysely on it: one thread has both for itself. */
export interface Writable {
  readonly connection: SqliteConnection;
  readonly db: Kysely<Database>;
}

/** Opens a database to write to it, by `openForWriting`. */
export function openWritable(file: string): Writable {
  const connection = openForWriting(file);
  return { connection, db: kyselyOn(connection) };
}

/** Kysely on a connection. */
export function kyselyOn(connection: SqliteConnection): Kysely<Database> {
  return new Kysely<Database>({ dialect: new TransactionalDialect({ database: connection }) });
}

/**
 * SQLite undoes changes of the schema as it undoes others, which Kysely's dialect does not assume:
 * a migration that fails, or that a crash cuts short, must not leave half of its tables behind.
 */
class TransactionalDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
