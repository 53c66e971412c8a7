import type { Insertable, Kysely } from 'kysely';
import { isSameList } from '../../same-list.ts';
import { TransactionGone, type Executor } from '../executor.ts';
import type { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';
import type { SqliteConnection } from './connection.ts';

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
  /** The last insert of each table. Building one costs more than running it. */
  readonly #inserts = new Map<keyof Database, { columns: readonly string[]; sql: string }>();
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

  async first<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
  ): Promise<Row | undefined> {
    return this.#unlessFailed(() => {
      const { statement, parameters } = this.#bind(query, values);
      if (statement.reader) return statement.get(parameters) as Row | undefined;
      statement.run(parameters);
      return undefined;
    });
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
    const statement = this.#connection.prepare(this.#insertOf(table, rows[0]!));
    this.#unlessFailed(() => {
      for (const row of rows) statement.run(Object.values(row));
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
    const { statement, parameters } = this.#bind(query, values);
    if (statement.reader) return statement.all(parameters) as Row[];
    statement.run(parameters);
    return [];
  }

  #bind<Values extends object, Row>(query: PreparedQuery<Values, Row>, values: Values) {
    const { sql, parameters } = query.bind(this.db, values);
    return { statement: this.#connection.prepare(sql), parameters };
  }

  /** The SQL that inserts a row with the columns of this one, in their order. */
  #insertOf(table: keyof Database, row: object): string {
    const columns = Object.keys(row);
    const known = this.#inserts.get(table);
    if (known && isSameList(known.columns, columns)) return known.sql;
    const { sql } = this.db.insertInto(table).values(row).compile();
    this.#inserts.set(table, { columns, sql });
    return sql;
  }

  #run(sql: string): void {
    this.#connection.prepare(sql).run();
  }
}
