import { sql, type Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrateToLatest, migrator, requireSuccess } from '../../src/store/migrate.ts';
import type { Database } from '../../src/store/tables.ts';
import { openDatabase } from '../support/database.ts';

const names = async (db: Kysely<Database>) => {
  const { rows } = await sql<{ type: string; name: string; sql: string | null }>`
    select type, name, sql from sqlite_schema where name not like 'sqlite_%'
      and tbl_name not like 'kysely_%' order by name`.execute(db);
  return rows;
};

async function allTheWayDown(db: Kysely<Database>): Promise<void> {
  for (;;) {
    const result = await migrator(db).migrateDown();
    requireSuccess(result);
    if (result.results!.length === 0) return;
  }
}

describe('migrations', () => {
  it('go up, all the way down, and up again to the same schema', async () => {
    const { db } = await openDatabase();
    const schema = await names(db);
    expect(schema.length).toBeGreaterThan(5);
    await db.insertInto('meta').values({ key: 'x', value: 'x' }).execute();
    await allTheWayDown(db);
    expect(await names(db)).toEqual([]);
    await migrateToLatest(db);
    expect(await names(db)).toEqual(schema);
    expect(await db.selectFrom('meta').select('key').execute()).toEqual([{ key: 'epoch' }]);
  });

  it('reject a database from before the first release, and say what to do', async () => {
    const { db } = await openDatabase();
    const log = db.withTables<{ kysely_migration: { name: string } }>();
    await log
      .updateTable('kysely_migration')
      .set({ name: '001-accounts-rooms-messages' })
      .execute();
    const schema = await names(db);
    await expect(migrateToLatest(db)).rejects.toThrow(/before the first release.*DATA_DIR/);
    expect(await names(db)).toEqual(schema);
  });

  it('reject a database from a newer version', async () => {
    const { db } = await openDatabase();
    const log = db.withTables<{ kysely_migration: { name: string; timestamp: string } }>();
    await log.insertInto('kysely_migration').values({ name: '999-later', timestamp: '' }).execute();
    await expect(migrateToLatest(db)).rejects.toThrow(/newer version/);
  });

  it('do nothing where there is nothing to do', async () => {
    const { db } = await openDatabase();
    const epoch = await db.selectFrom('meta').selectAll().execute();
    await migrateToLatest(db);
    expect(await db.selectFrom('meta').selectAll().execute()).toEqual(epoch);
  });

  it('that cannot be done are named, and change nothing', async () => {
    const { db } = await openDatabase();
    await allTheWayDown(db);
    await sql`create table rooms (id text)`.execute(db);
    await expect(migrateToLatest(db)).rejects.toThrow(/001-first.*rooms/s);
    expect((await names(db)).map((one) => one.name)).toEqual(['rooms']);
  });
});
