import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import { readPage } from './page.ts';
import type { Database } from './tables.ts';

/** Stands for a value that is not known yet while a query is built. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const slots = new Proxy({}, { get: (_, name) => new Slot(String(name)) });

/**
 * A query that is built once and run with other values every time: to build a query costs Kysely ten
 * times what it costs SQLite to run a small one. It serves every connection of one dialect.
 */
export class PreparedQuery<Values extends object, Row> {
  readonly #build: (db: Kysely<Database>, values: Values) => Compilable<Row>;
  #query: CompiledQuery<Row> | null = null;
  /** For each parameter, the name of the value that it is; null where it is the same every time. */
  #names: (string | null)[] = [];

  /** `build` may hand its values on to the query, and not look at them. */
  constructor(build: (db: Kysely<Database>, values: Values) => Compilable<Row>) {
    this.#build = build;
  }

  /** The query with its values, in the words of the dialect that `db` speaks. */
  bind(db: Kysely<Database>, values: Values): CompiledQuery<Row> {
    if (!this.#query) {
      this.#query = this.#build(db, slots as Values).compile();
      this.#names = this.#query.parameters.map((one) => (one instanceof Slot ? one.name : null));
    }
    const { sql, query, queryId, parameters } = this.#query;
    const bound = this.#names.map((name, i) =>
      name === null ? parameters[i] : (values as Record<string, unknown>)[name],
    );
    return { sql, query, queryId, parameters: bound };
  }

  async all(db: Kysely<Database>, values: Values): Promise<Row[]> {
    return (await db.executeQuery(this.bind(db, values))).rows;
  }

  /** The first rows, as many as fit in a page. */
  page(db: Kysely<Database>, values: Values): Promise<{ rows: Row[]; isCut: boolean }> {
    return readPage(db, this.bind(db, values));
  }

  async first(db: Kysely<Database>, values: Values): Promise<Row | undefined> {
    return (await this.all(db, values))[0];
  }
}

/** What a prepared query answers. */
export type RowOf<P> = P extends PreparedQuery<never, infer Row> ? Row : never;
