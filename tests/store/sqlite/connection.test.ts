import { join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/tables.ts';
import { openForReading, openForWriting } from '../../../src/store/sqlite/connection.ts';
import { openDatabase } from '../../support/database.ts';
import { temporaryFolder } from '../../support/server.ts';

const pragma = async (db: Kysely<Database>, name: string) => {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db);
  return Object.values(rows[0]!)[0];
};

describe('a connection for writing', () => {
  it('runs in WAL mode and waits for the disk at every commit, also after a write', async () => {
    const { db } = await openDatabase();
    await db.insertInto('meta').values({ key: 'x', value: 'x' }).execute();
    expect(await pragma(db, 'synchronous')).toBe(2);
    expect(await pragma(db, 'journal_mode')).toBe('wal');
    expect(await pragma(db, 'foreign_keys')).toBe(1);
    expect(await pragma(db, 'secure_delete')).toBe(1);
  });

  it('waits for the disk at every commit on an existing file too', () => {
    const file = join(temporaryFolder(), 'x.db');
    openForWriting(file).close();
    const again = openForWriting(file);
    again.prepare('create table x (y)').run();
    expect(again.prepare('pragma synchronous').all()).toEqual([{ synchronous: 2 }]);
    again.close();
  });

  it('prepares a statement once, and drops the oldest one when it has many', () => {
    const db = openForWriting(join(temporaryFolder(), 'x.db'));
    const statement = db.prepare('select 1');
    expect(db.prepare('select 1')).toBe(statement);
    for (let i = 2; i < 600; i += 1) db.prepare(`select ${i}`);
    expect(db.prepare('select 1')).not.toBe(statement);
    expect(db.prepare('select 1').all()).toEqual([{ 1: 1 }]);
    db.close();
  });
});

describe('a connection for reading', () => {
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

  it('rejects a file that does not exist', () => {
    expect(() => openForReading(join(temporaryFolder(), 'none.db'))).toThrow();
  });
});
