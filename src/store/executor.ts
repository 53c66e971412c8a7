import type { Kysely } from 'kysely';
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
