import { sql, type Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrateToLatest, migrator, requireSuccess } from '../../../src/store/migrate.ts';
import type { Database } from '../../../src/store/tables.ts';
import { openDatabase } from '../../support/database.ts';

const schemaOf = async (db: Kysely<Database>) => {
  const { rows } = await sql<{ type: string; name: string; sql: string | null }>`
    select type, name, sql from sqlite_schema where name not like 'sqlite_%'
      and tbl_name not like 'kysely_%' order by name`.execute(db);
  return rows;
};

async function migrateAllDown(db: Kysely<Database>): Promise<void> {
  for (;;) {
    const result = await migrator(db, 'sqlite').migrateDown();
    requireSuccess(result);
    if (result.results!.length === 0) return;
  }
}

describe('migrations', () => {
  it('reach the same schema again after all of them were undone', async () => {
    const { db } = await openDatabase();
    const schema = await schemaOf(db);
    expect(schema.length).toBeGreaterThan(5);
    await db.insertInto('meta').values({ key: 'x', value: 'x' }).execute();
    await migrateAllDown(db);
    expect(await schemaOf(db)).toEqual([]);
    await migrateToLatest(db, 'sqlite');
    expect(await schemaOf(db)).toEqual(schema);
    expect(await db.selectFrom('meta').select('key').execute()).toEqual([{ key: 'epoch' }]);
  });

  it('reject a database from before the first release, with an error that names DATA_DIR', async () => {
    const { db } = await openDatabase();
    const withMigrationLog = db.withTables<{ kysely_migration: { name: string } }>();
    await withMigrationLog
      .updateTable('kysely_migration')
      .set({ name: '001-accounts-rooms-messages' })
      .where('name', '=', '001-first')
      .execute();
    const schema = await schemaOf(db);
    await expect(migrateToLatest(db, 'sqlite')).rejects.toThrow(
      /before the first release.*DATA_DIR/,
    );
    expect(await schemaOf(db)).toEqual(schema);
  });

  it('reject a database from a newer version', async () => {
    const { db } = await openDatabase();
    const withMigrationLog = db.withTables<{
      kysely_migration: { name: string; timestamp: string };
    }>();
    await withMigrationLog
      .insertInto('kysely_migration')
      .values({ name: '999-later', timestamp: '' })
      .execute();
    await expect(migrateToLatest(db, 'sqlite')).rejects.toThrow(/newer version/);
  });

  it('change nothing in a database that is up to date', async () => {
    const { db } = await openDatabase();
    const meta = await db.selectFrom('meta').selectAll().execute();
    await migrateToLatest(db, 'sqlite');
    expect(await db.selectFrom('meta').selectAll().execute()).toEqual(meta);
  });

  it('change nothing where one fails, with an error that names it', async () => {
    const { db } = await openDatabase();
    await migrateAllDown(db);
    await sql`create table rooms (id text)`.execute(db);
    await expect(migrateToLatest(db, 'sqlite')).rejects.toThrow(/001-first.*rooms/s);
    expect((await schemaOf(db)).map(({ name }) => name)).toEqual(['rooms']);
  });
});
