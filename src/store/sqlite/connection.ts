import SqliteDatabase from 'better-sqlite3';
import type { ColumnarRows } from './columnar-rows.ts';
import { snippetOf } from '../search/snippet.ts';

/** Statements that a connection keeps prepared; the one added first is dropped first. */
const MAX_STATEMENTS = 500;

/** What Kysely's SQLite dialect, the executor and the reader thread use of a connection. */
export interface SqliteConnection {
  prepare(sql: string): SqliteDatabase.Statement;
  close(): void;
}

/**
 * Opens the one connection that writes. WAL lets readers continue meanwhile; synchronous FULL makes COMMIT wait
 * for the disk, which is what an ack promises.
 */
export function openForWriting(file: string): SqliteConnection {
  const db = new SqliteDatabase(file);
  db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = ON');
  // SQLite overwrites deleted text in the pages that held it.
  db.pragma('secure_delete = ON');
  // What a savepoint may have to restore stays in memory, not in a file of its own.
  db.pragma('temp_store = MEMORY');
  // 16 MiB of pages: pages that many rooms rewrite are copied into the file a quarter as often.
  db.pragma('wal_autocheckpoint = 4000');
  setFullSync(db);
  return withStatementCache(db);
}

/** Opens a connection that cannot write. The file must exist and be in WAL mode. */
export function openForReading(file: string): SqliteConnection {
  const db = new SqliteDatabase(file, { readonly: true, fileMustExist: true });
  db.pragma('busy_timeout = 5000');
  addFunctions(db);
  return withStatementCache(db);
}

/**
 * Adds the functions that reads call: `snippet_of(text, query)` returns the JSON of a snippet. Snippets are made
 * in the thread of the search: those of 200 long messages would block the main loop for too long.
 */
export function addFunctions(db: SqliteDatabase.Database): void {
  db.function('snippet_of', { deterministic: true }, (text, query) =>
    JSON.stringify(snippetOf(String(text), String(query))),
  );
}

/**
 * better-sqlite3 is compiled so that the first write in WAL mode lowers `synchronous` to NORMAL unless it was
 * set, and the server would ack what a power cut can still lose. So: set it, write, then check.
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

const known = new WeakMap<SqliteDatabase.Statement, readonly string[]>();

/** Returns all rows, or as many as fit in `maxBytes` and at least the first. */
export function allRaw(
  statement: SqliteDatabase.Statement,
  parameters: readonly unknown[],
  maxBytes?: number,
): ColumnarRows {
  let columns = known.get(statement);
  if (!columns) known.set(statement, (columns = statement.columns().map(({ name }) => name)));
  try {
    statement.raw(true);
    if (maxBytes === undefined) return { columns, rows: statement.all(parameters) as unknown[][] };
    return {
      columns,
      ...upToBytes(statement.iterate(parameters) as Iterable<unknown[]>, maxBytes),
    };
  } finally {
    // Kysely runs the same statements and expects named columns.
    statement.raw(false);
  }
}

function upToBytes(found: Iterable<unknown[]>, maxBytes: number): Omit<ColumnarRows, 'columns'> {
  const rows: unknown[][] = [];
  let bytes = 0;
  for (const row of found) {
    bytes += bytesOf(row);
    if (rows.length > 0 && bytes > maxBytes) return { rows, isCut: true };
    rows.push(row);
  }
  return { rows };
}

/** Shorter strings are ids and names, whose exact bytes are not worth counting. */
const SHORT = 100;

function bytesOf(row: readonly unknown[]): number {
  let bytes = 0;
  for (const value of row) {
    if (typeof value !== 'string') continue;
    bytes += value.length <= SHORT ? value.length : Buffer.byteLength(value);
  }
  return bytes;
}
