import {
  sql,
  type CompiledQuery,
  type Insertable,
  type Kysely,
  type RawBuilder,
  type UpdateQueryBuilder,
} from 'kysely';
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
  readonly #bulk = new WeakMap<object, BulkQuery>();
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

  /** One statement, however many values. */
  async each<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: readonly Values[],
  ): Promise<Row[][]> {
    if (values.length < 2) return Promise.all(values.map((one) => this.all(query, one)));
    let bulk = this.#bulk.get(query);
    if (!bulk) this.#bulk.set(query, (bulk = bulkOf(this.db, query, values[0]!)));
    const { query: compiled, names } = bulk;
    const list = JSON.stringify(values.map((one, nth) => pick(one, names, { nth })));
    const parameters = compiled.parameters.map((one) => (one === LIST ? list : one));
    const rows = await this.run({ sql: compiled.sql, parameters });
    const found = values.map((): Row[] => []);
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
    // It may fail long before the work does, and a rejection that nobody awaits yet would end the process.
    begun.catch(() => {});
    try {
      const result = await work();
      await Promise.all([begun, this.#client.query(`release ${name}`)]);
      return result;
    } catch (error) {
      await this.#client.query(`rollback to ${name}; release ${name}`);
      throw error;
    }
  }

  /** Runs a query and returns its rows. */
  async run(query: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<unknown[]> {
    return (await this.#client.query(toDriver(query as CompiledQuery))).rows as unknown[];
  }
}

/** Stands for the list of values among the parameters of a query. */
const LIST = 'the list of values';

/** A query for many values at once: a list of them, whose columns stand where the query has values. */
interface BulkQuery {
  readonly query: CompiledQuery;
  /** The values that it uses. */
  readonly names: readonly string[];
}

/** `example` has the types of the values. The query reads, or it updates rows and returns none. */
function bulkOf<Values extends object, Row>(
  db: Kysely<Database>,
  query: PreparedQuery<Values, Row>,
  example: Values,
): BulkQuery {
  const columns = new Map<string, RawBuilder<unknown>>();
  const values = new Proxy(example, {
    get(_, name: string & keyof Values) {
      const type = typeof example[name] === 'number' ? sql`bigint` : sql`text`;
      columns.set(name, sql`${sql.ref(name)} ${type}`);
      return sql.ref(`given.${name}`);
    },
  });
  const one = query.build(db, values);
  const given = sql`jsonb_to_recordset(${LIST}::jsonb)`.as<'given'>(
    sql`given (nth bigint, ${sql.join([...columns.values()])})`,
  );
  const bulk = isUpdate(one)
    ? one.from(given)
    : sql`select given.nth, found.* from ${given} cross join lateral ${one} as found`;
  return { query: bulk.compile(db), names: [...columns.keys()] };
}

type Update = UpdateQueryBuilder<Database, 'rooms', 'rooms', object>;

const isUpdate = (query: object): query is Update => 'set' in query;

function pick(from: object, names: readonly string[], to: Record<string, unknown>): object {
  for (const name of names) to[name] = (from as Record<string, unknown>)[name];
  return to;
}
