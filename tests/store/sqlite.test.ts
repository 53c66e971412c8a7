import { join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrateToLatest, migrator, requireSuccess } from '../../src/store/migrate.ts';
import type { Database } from '../../src/store/tables.ts';
import { openForReading, openForWriting } from '../../src/store/sqlite/connection.ts';
import { openDatabase } from '../support/database.ts';
import { temporaryFolder } from '../support/server.ts';

const pragma = async (db: Kysely<Database>, name: string) => {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db);
  return Object.values(rows[0]!)[0];
};

describe('the writing connection', () => {
  it('waits for the disk at every commit, also after a write, in WAL mode', async () => {
    const { db } = await openDatabase();
    await db.insertInto('meta').values({ key: 'x', value: 'x' }).execute();
    expect(await pragma(db, 'synchronous')).toBe(2);
    expect(await pragma(db, 'journal_mode')).toBe('wal');
    expect(await pragma(db, 'foreign_keys')).toBe(1);
    expect(await pragma(db, 'secure_delete')).toBe(1);
  });

  it('says so on a file that was made before, too', () => {
    const file = join(temporaryFolder(), 'x.db');
    openForWriting(file).close();
    const again = openForWriting(file);
    again.prepare('create table x (y)').run();
    expect(again.prepare('pragma synchronous').all()).toEqual([{ synchronous: 2 }]);
    again.close();
  });

  it('prepares a statement once', () => {
    const db = openForWriting(join(temporaryFolder(), 'x.db'));
    const statement = db.prepare('select 1');
    expect(db.prepare('select 1')).toBe(statement);
    for (let i = 2; i < 600; i += 1) db.prepare(`select ${i}`);
    expect(db.prepare('select 1')).not.toBe(statement);
    expect(db.prepare('select 1').all()).toEqual([{ 1: 1 }]);
    db.close();
  });
});

describe('the reading connection', () => {
  it('sees each commit, and cannot write', async () => {
    const { db, file } = await openDatabase();
    const reader = openForReading(file);
    await db.insertInto('meta').values({ key: 'x', value: 'y' }).execute();
    expect(reader.prepare(`select value from meta where key = 'x'`).all()).toEqual([
      { value: 'y' },
    ]);
    expect(() => reader.prepare('delete from meta').run()).toThrow(/readonly/);
    reader.close();
  });

  it('is not opened on a file that is not there', () => {
    expect(() => openForReading(join(temporaryFolder(), 'none.db'))).toThrow();
  });
});

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
