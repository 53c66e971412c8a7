import type { Insertable, Kysely } from 'kysely';
import { TransactionGone, type Executor } from '../executor.ts';
import type { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';
import { toObjects } from './columnar-rows.ts';
import { allRaw, type SqliteConnection } from './connection.ts';

/**
 * Runs prepared queries directly on the connection that writes: the way through Kysely takes longer than a small
 * statement does. It is for the connection's sole owner: nothing else may run in between.
 *
 * As on PostgreSQL, nothing runs in a transaction after a statement that failed, until the failure is undone: SQLite
 * would run it, and if it has rolled back by itself (a full disk), it would even commit it. So several statements may
 * be requested at once; each has run in full, or will not, when it returns its promise.
 */
export class SqliteExecutor implements Executor {
  readonly db: Kysely<Database>;
  readonly #connection: SqliteConnection;
  /** The SQL that inserts one row, by table and columns. */
  readonly #inserts = new Map<string, string>();
  #isInTransaction = false;
  #commitMs = 0;
  /** What failed in the transaction and is not undone yet. */
  #failure: { readonly error: unknown } | null = null;

  /** `db` is Kysely on the connection. */
  constructor(db: Kysely<Database>, connection: SqliteConnection) {
    this.db = db;
    this.#connection = connection;
  }

  async all<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
  ): Promise<Row[]> {
    return this.#unlessFailed(() => this.#all(query, values));
  }

  /** Returns as many rows as fit in `maxBytes`, and at least the first. */
  async page<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
    maxBytes: number,
  ): Promise<{ rows: Row[]; isCut: boolean }> {
    const { sql, parameters } = query.bind(this.db, values);
    const found = allRaw(this.#connection.prepare(sql), parameters, maxBytes);
    return { rows: toObjects(found) as Row[], isCut: found.isCut ?? false };
  }

  async first<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
  ): Promise<Row | undefined> {
    return this.#unlessFailed(() => this.#all(query, values)[0]);
  }

  async each<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: readonly Values[],
  ): Promise<Row[][]> {
    return this.#unlessFailed(() => values.map((one) => this.#all(query, one)));
  }

  async insert<Table extends keyof Database>(
    table: Table,
    rows: readonly Insertable<Database[Table]>[],
  ): Promise<void> {
    if (rows.length === 0) return;
    const columns = Object.keys(rows[0]!) as (keyof (typeof rows)[0])[];
    const key = `${table} ${columns.join(' ')}`;
    let sql = this.#inserts.get(key);
    if (!sql) this.#inserts.set(key, (sql = insertOf(this.db, table, rows[0]!)));
    const statement = this.#connection.prepare(sql);
    this.#unlessFailed(() => {
      for (const row of rows) statement.run(columns.map((column) => row[column]));
    });
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    this.#run('savepoint mutation');
    try {
      const result = await work();
      this.#run('release mutation');
      return result;
    } catch (error) {
      this.#failure = null;
      try {
        this.#run('rollback to mutation');
        this.#run('release mutation');
      } catch {
        throw new TransactionGone(error);
      }
      throw error;
    }
  }

  /** Runs `work` between `begin immediate` and `commit`, or `rollback` where anything fails. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    this.#run('begin immediate');
    this.#isInTransaction = true;
    try {
      const result = await work();
      const before = performance.now();
      this.#run('commit');
      this.#commitMs += performance.now() - before;
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    } finally {
      this.#isInTransaction = false;
      this.#failure = null;
    }
  }

  /** How long commits have taken since the last call, in milliseconds. */
  takeCommitMs(): number {
    const ms = this.#commitMs;
    this.#commitMs = 0;
    return ms;
  }

  /** Where SQLite has rolled back by itself nothing is left to do. */
  #rollBack(): void {
    try {
      this.#run('rollback');
    } catch (error) {
      if (!(error as Error).message.includes('no transaction is active')) throw error;
    }
  }

  #unlessFailed<T>(run: () => T): T {
    if (this.#failure) throw this.#failure.error;
    try {
      return run();
    } catch (error) {
      if (this.#isInTransaction) this.#failure = { error };
      throw error;
    }
  }

  #all<Values extends object, Row>(query: PreparedQuery<Values, Row>, values: Values): Row[] {
    const { sql, parameters } = query.bind(this.db, values);
    const statement = this.#connection.prepare(sql);
    if (statement.reader) return statement.all(parameters) as Row[];
    statement.run(parameters);
    return [];
  }

  #run(sql: string): void {
    this.#connection.prepare(sql).run();
  }
}

/** The columns of the row, in their order. */
function insertOf(db: Kysely<Database>, table: keyof Database, row: object): string {
  return db.insertInto(table).values(row).compile().sql;
}
