import SqliteDatabase from 'better-sqlite3';
import { toObjects, type ColumnarRows } from './columnar.ts';
import { snippetOf } from '../search/snippet.ts';

/** Statements kept prepared on a connection; the least recently added goes first. */
const MAX_STATEMENTS = 500;

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
  // What a savepoint may have to put back is kept in memory, not written to a file of its own.
  db.pragma('temp_store = MEMORY');
  // 16 MiB of pages: what many rooms write again and again is carried into the file a quarter as often.
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
 * What reads may call: `snippet_of(text, query)` is the JSON of a snippet. It is made where the search
 * runs, since to look through 200 long messages takes longer than the main loop may stand.
 */
export function addFunctions(db: SqliteDatabase.Database): void {
  db.function('snippet_of', { deterministic: true }, (text, query) =>
    JSON.stringify(snippetOf(String(text), String(query))),
  );
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

/**
 * Runs a statement on a connection at once, beneath Kysely, whose way there takes longer than a small
 * statement does; answers its first row. Only for who has the connection for themselves: nothing may
 * come between.
 */
export function run(
  connection: SqliteConnection,
  sql: string,
  parameters: readonly unknown[] = [],
): unknown {
  const statement = connection.prepare(sql);
  if (statement.reader) return statement.get(parameters);
  statement.run(parameters);
  return undefined;
}

/** The same for a query of which all rows are wanted. */
export function all(
  connection: SqliteConnection,
  sql: string,
  parameters: readonly unknown[],
): Record<string, unknown>[] {
  return toObjects(allRaw(connection.prepare(sql), parameters));
}

const known = new WeakMap<SqliteDatabase.Statement, readonly string[]>();

/** Answers all rows without names, or as many as hold `maxBytes`; the first in any case. */
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
    // Whoever else runs this statement expects names.
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

/** Shorter strings are ids and names: to count the bytes of each costs more than it says. */
const SHORT = 100;

function bytesOf(row: readonly unknown[]): number {
  let bytes = 0;
  for (const value of row) {
    if (typeof value !== 'string') continue;
    bytes += value.length <= SHORT ? value.length : Buffer.byteLength(value);
  }
  return bytes;
}
