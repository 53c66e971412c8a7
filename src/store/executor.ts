import type { Insertable, Kysely } from 'kysely';
import type { PreparedQuery } from './query.ts';
import type { Database } from './tables.ts';

/**
 * What a mutation runs on: one connection with a transaction open, used by nobody else meanwhile. Each
 * database implements it.
 */
export interface Executor {
  /** Kysely on the same connection, for queries that are built as they run. */
  readonly db: Kysely<Database>;
  /** Runs a prepared query and returns all its rows. */
  all<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
  ): Promise<Row[]>;
  /** Runs a prepared query and returns its first row; also for statements that return no row. */
  first<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
  ): Promise<Row | undefined>;
  /** Runs a prepared query once for each of the values, in their order, and returns the rows of each. An update returns none. */
  each<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: readonly Values[],
  ): Promise<Row[][]>;
  /** Inserts rows, all of which set the same columns. */
  insert<Table extends keyof Database>(
    table: Table,
    rows: readonly Insertable<Database[Table]>[],
  ): Promise<void>;
  /**
   * Runs `work` so that it leaves a trace only if it succeeds: an error undoes its writes alone. Throws
   * `TransactionGone` where the database has undone the whole transaction instead.
   */
  savepoint<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * The database has rolled back the whole transaction by itself, as a full disk can make SQLite do. What its
 * mutations wrote is gone, and none may continue in it. `cause` is the error that led to it.
 */
export class TransactionGone extends Error {
  constructor(cause: unknown) {
    super('The transaction was rolled back as a whole', { cause });
    this.name = 'TransactionGone';
  }
}

/**
 * The connection to the database was lost. Nothing was committed; with `isUnknown`, it was lost during the commit,
 * whose outcome is not known.
 */
export class ConnectionLost extends Error {
  readonly isUnknown: boolean;

  constructor(cause: unknown, isUnknown = false) {
    super('The connection to the database was lost', { cause });
    this.name = 'ConnectionLost';
    this.isUnknown = isUnknown;
  }
}
