import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import { readPage } from './page.ts';
import type { Database } from './tables.ts';

/** Stands for a value that is unknown while a query is built. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const slots = new Proxy({}, { get: (_, name) => new Slot(String(name)) });

interface Compiled<Row> {
  readonly query: CompiledQuery<Row>;
  /** For each parameter, the name of the value it takes; null where it is the same every time. */
  readonly names: readonly (string | null)[];
}

/**
 * A query that is built once and run with other values every time: building a query costs Kysely ten times
 * what it costs SQLite to run a small one.
 */
export class PreparedQuery<Values extends object, Row> {
  /** Builds it anew; the values may be expressions of another query. */
  readonly build: (db: Kysely<Database>, values: Values) => Compilable<Row>;
  /** One for each Kysely it has run on, since each speaks the SQL of its own database. */
  readonly #compiled = new WeakMap<Kysely<Database>, Compiled<Row>>();

  /** `build` may pass its values on to the query, but not inspect them: they are placeholders. */
  constructor(build: (db: Kysely<Database>, values: Values) => Compilable<Row>) {
    this.build = build;
  }

  /** The query with its values, in the SQL of the database that `db` is on. */
  bind(db: Kysely<Database>, values: Values): CompiledQuery<Row> {
    const { query, names } = this.#compiled.get(db) ?? this.#compile(db);
    const parameters = names.map((name, i) =>
      name === null ? query.parameters[i] : (values as Record<string, unknown>)[name],
    );
    return { sql: query.sql, query: query.query, queryId: query.queryId, parameters };
  }

  async all(db: Kysely<Database>, values: Values): Promise<Row[]> {
    return (await db.executeQuery(this.bind(db, values))).rows;
  }

  async first(db: Kysely<Database>, values: Values): Promise<Row | undefined> {
    return (await this.all(db, values))[0];
  }

  /** Returns the first rows, as many as fit in a page. */
  page(db: Kysely<Database>, values: Values): Promise<{ rows: Row[]; isCut: boolean }> {
    return readPage(db, this.bind(db, values));
  }

  #compile(db: Kysely<Database>): Compiled<Row> {
    const query = this.build(db, slots as Values).compile();
    const names = query.parameters.map((one) => (one instanceof Slot ? one.name : null));
    const compiled = { query, names };
    this.#compiled.set(db, compiled);
    return compiled;
  }
}

/** The rows of a prepared query. */
export type RowOf<P> = P extends PreparedQuery<never, infer Row> ? Row : never;
