import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { describe, expect, it } from 'vitest';
import { PreparedQuery } from '../../src/store/query.ts';
import type { Database } from '../../src/store/tables.ts';

/** Kysely without a database behind it: it compiles SQL and cannot run it. */
const sqlite = () =>
  new Kysely<Database>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
const postgres = () =>
  new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });

describe('a prepared query', () => {
  it('compiles to the SQL of each database that it runs on, in any order', () => {
    const query = new PreparedQuery((db, values: { id: string }) =>
      db.selectFrom('users').select('name').where('id', '=', values.id),
    );
    const [onSqlite, onPostgres] = [sqlite(), postgres()];
    for (const db of [onSqlite, onPostgres, onSqlite]) {
      const { sql, parameters } = query.bind(db, { id: 'ana' });
      const placeholder = db === onSqlite ? '?' : '$1';
      expect(sql).toBe(`select "name" from "users" where "id" = ${placeholder}`);
      expect(parameters).toEqual(['ana']);
    }
  });

  it('compiles once for each database, and binds new values every time', () => {
    let builds = 0;
    const query = new PreparedQuery((db, values: { id: string; name: string }) => {
      builds += 1;
      return db
        .selectFrom('users')
        .select('id')
        .where('name', '=', values.name)
        .where('color', '=', '#000000')
        .where('id', '!=', values.id);
    });
    const db = sqlite();
    for (const id of ['1', '2', '3']) {
      expect(query.bind(db, { id, name: `n${id}` }).parameters).toEqual([`n${id}`, '#000000', id]);
    }
    expect(builds).toBe(1);
  });
});
