import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { Database } from '../tables.ts';

export type RunQuery = (query: CompiledQuery) => Promise<QueryResult<unknown>>;

/** Kysely whose queries `run` runs. Transactions are those of its caller, or of a migration on its connection. */
export function kyselyBy(run: RunQuery): Kysely<Database> {
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new RunningDriver(run),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

class RunningDriver implements Driver {
  readonly #run: RunQuery;
  readonly #connection: DatabaseConnection;

  constructor(run: RunQuery) {
    this.#run = run;
    this.#connection = {
      executeQuery: <R>(query: CompiledQuery) => run(query) as Promise<QueryResult<R>>,
      streamQuery: () => {
        throw new Error('Queries return whole pages; they cannot stream');
      },
    };
  }

  init = () => Promise.resolve();
  acquireConnection = () => Promise.resolve(this.#connection);
  releaseConnection = () => Promise.resolve();
  beginTransaction = () => this.#statement('begin');
  commitTransaction = () => this.#statement('commit');
  rollbackTransaction = () => this.#statement('rollback');
  destroy = () => Promise.resolve();

  async #statement(sql: string): Promise<void> {
    await this.#run({ sql, parameters: [] } as unknown as CompiledQuery);
  }
}
