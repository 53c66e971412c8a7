import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely';
import type { Database } from './schema.ts';

/** Statements kept prepared on a connection; the least recently added goes first. */
const MAX_STATEMENTS = 500;

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

/** What Kysely's SQLite dialect and the reader thread use of a connection. */
export interface SqliteConnection {
  prepare(sql: string): SqliteDatabase.Statement;
  close(): void;
}

/**
 * Opens the one connection that writes. WAL lets readers go on meanwhile; synchronous FULL makes
 * COMMIT wait for the disk, which is what an ack stands for.
 */
export function openForWriting(file: string): SqliteConnection {
  const db = new SqliteDatabase(file);
  db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = ON');
  // Deleted text is overwritten in the pages that it leaves.
  db.pragma('secure_delete = ON');
  setFullSync(db);
  return withStatementCache(db);
}

/** Opens a connection that cannot write. The file must exist and be in WAL mode. */
export function openForReading(file: string): SqliteConnection {
  const db = new SqliteDatabase(file, { readonly: true, fileMustExist: true });
  db.pragma('busy_timeout = 5000');
  return withStatementCache(db);
}

/**
 * better-sqlite3 is compiled so that the first write in WAL mode lowers `synchronous` to NORMAL
 * unless it was set, which would ack what a power cut can still take. So: set it, write, look.
 */
function setFullSync(db: SqliteDatabase.Database): void {
  db.pragma('synchronous = FULL');
  const version = db.pragma('user_version', { simple: true });
  db.pragma(`user_version = ${Number(version)}`);
  const level = db.pragma('synchronous', { simple: true });
  if (level !== 2) {
    throw new Error(`SQLite runs with synchronous=${String(level)} after a write, not FULL (2)`);
  }
}

function withStatementCache(db: SqliteDatabase.Database): SqliteConnection {
  const statements = new Map<string, SqliteDatabase.Statement>();
  return {
    prepare(sql) {
      let statement = statements.get(sql);
      if (!statement) {
        statement = db.prepare(sql);
        if (statements.size >= MAX_STATEMENTS) {
          const oldest = statements.keys().next();
          if (!oldest.done) statements.delete(oldest.value);
        }
        statements.set(sql, statement);
      }
      return statement;
    },
    close: () => db.close(),
  };
}
