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
import { expect, it } from 'vitest';
import { PreparedQuery } from '../../src/store/query.ts';
import type { Database } from '../../src/store/tables.ts';

/** Kysely for two databases that are not there: their SQL can be compared, not run. */
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

it('speaks the SQL of each database it runs on, in whichever order', () => {
  const query = new PreparedQuery((db, its: { id: string }) =>
    db.selectFrom('users').select('name').where('id', '=', its.id),
  );
  const [one, other] = [sqlite(), postgres()];
  for (const db of [one, other, one]) {
    const { sql, parameters } = query.bind(db, { id: 'ana' });
    const place = db === one ? '?' : '$1';
    expect(sql).toBe(`select "name" from "users" where "id" = ${place}`);
    expect(parameters).toEqual(['ana']);
  }
});

it('is built once for each database, and binds other values every time', () => {
  let built = 0;
  const query = new PreparedQuery((db, its: { id: string; name: string }) => {
    built += 1;
    return db
      .selectFrom('users')
      .select('id')
      .where('name', '=', its.name)
      .where('color', '=', '#000000')
      .where('id', '!=', its.id);
  });
  const db = sqlite();
  for (const id of ['1', '2', '3']) {
    expect(query.bind(db, { id, name: `n${id}` }).parameters).toEqual([`n${id}`, '#000000', id]);
  }
  expect(built).toBe(1);
});
