import { sql, type CompiledQuery, type Insertable, type Kysely } from 'kysely';
import type pg from 'pg';
import type { Executor } from '../executor.ts';
import type { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';
import { kyselyBy } from './dialect.ts';
import { toDriver, toResult } from './statements.ts';

/**
 * Runs queries on the connection that writes. It sends them without waiting for the one before, so that queries
 * that do not need each other's results cost one round trip together.
 */
export class PostgresExecutor implements Executor {
  readonly db: Kysely<Database>;
  readonly #client: pg.Client;
  /** The queries that run for many values at once, by the types of the values. */
  readonly #bulk = new WeakMap<object, CompiledQuery>();
  #savepoints = 0;

  constructor(client: pg.Client) {
    this.#client = client;
    this.db = kyselyBy(async (query) => toResult(await this.#client.query(toDriver(query))));
  }

  async all<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
  ): Promise<Row[]> {
    return this.run(query.bind(this.db, values)) as Promise<Row[]>;
  }

  async first<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
  ): Promise<Row | undefined> {
    return (await this.all(query, values))[0];
  }

  /** A query for many values is one statement, a change one for each of them, sent together. */
  async each<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: readonly Values[],
  ): Promise<Row[][]> {
    if (values.length < 2 || !query.isSelect(this.db)) {
      return Promise.all(values.map((one) => this.all(query, one)));
    }
    let bulk = this.#bulk.get(query);
    if (!bulk) this.#bulk.set(query, (bulk = bulkOf(this.db, query, values[0]!)));
    const numbered = values.map((one, nth) => ({ ...one, nth }));
    const found = values.map((): Row[] => []);
    const rows = await this.run({ ...bulk, parameters: [JSON.stringify(numbered)] });
    for (const { nth, ...row } of rows as { nth: number }[]) found[nth]!.push(row as Row);
    return found;
  }

  async insert<Table extends keyof Database>(
    table: Table,
    rows: readonly Insertable<Database[Table]>[],
  ): Promise<void> {
    if (rows.length === 0) return;
    const columns = Object.keys(rows[0]!)
      .map((column) => `"${column}"`)
      .join(', ');
    const text =
      `insert into "${table}" (${columns}) select ${columns} ` +
      `from jsonb_populate_recordset(null::"${table}", $1::jsonb)`;
    await this.run({ sql: text, parameters: [JSON.stringify(rows)] });
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    const name = `mutation_${(this.#savepoints += 1)}`;
    const begun = this.#client.query(`savepoint ${name}`);
    try {
      const result = await work();
      await Promise.all([begun, this.#client.query(`release ${name}`)]);
      return result;
    } catch (error) {
      begun.catch(() => {});
      await this.#client.query(`rollback to ${name}; release ${name}`);
      throw error;
    }
  }

  /** Runs a query and returns its rows. */
  async run(query: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<unknown[]> {
    return (await this.#client.query(toDriver(query as CompiledQuery))).rows as unknown[];
  }
}

/**
 * A query for many values at once: it runs for each row of a list, whose columns stand where the query has values.
 * `example` has the types of the values.
 */
function bulkOf<Values extends object, Row>(
  db: Kysely<Database>,
  query: PreparedQuery<Values, Row>,
  example: Values,
): CompiledQuery {
  const names = Object.keys(example) as (string & keyof Values)[];
  const columns = names.map((name) => {
    const type = typeof example[name] === 'number' ? sql`bigint` : sql`text`;
    return sql`${sql.ref(name)} ${type}`;
  });
  const values = Object.fromEntries(names.map((name) => [name, sql.ref(`given.${name}`)]));
  const one = query.build(db, values as Values);
  return sql`select given.nth, found.* from
    jsonb_to_recordset(${''}::jsonb) as given (nth bigint, ${sql.join(columns)})
    cross join lateral ${one} as found`.compile(db);
}
