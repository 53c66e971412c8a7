import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { wipeFreeSpace } from '../../../src/store/sqlite/wipe-free-space.ts';
import { temporaryFolder } from '../../support/server.ts';

const key = (i: number) => `secret-${String(i).padStart(6, '0')}`;

/**
 * Creates a database with deleted text in the free space of its pages. Inserts that alternate between two rooms
 * make SQLite split pages in the middle, which leaves copies of rows in their free space; then every text is
 * overwritten, as a deletion does.
 */
function fileWithLeftovers(): string {
  const file = join(temporaryFolder(), 'test.db');
  const db = new SqliteDatabase(file);
  db.pragma('secure_delete = ON');
  db.exec(
    'create table m (room text, seq integer, text text, primary key (room, seq)) without rowid',
  );
  const insert = db.prepare('insert into m values (?, ?, ?)');
  const update = db.prepare('update m set text = ? where seq = ?');
  db.transaction(() => {
    for (let i = 0; i < 4000; i += 1)
      insert.run(i % 2 ? 'a' : 'b', i, key(i) + 'x'.repeat(i % 300));
  })();
  db.transaction(() => {
    for (let i = 0; i < 4000; i += 1) update.run('', i);
  })();
  db.close();
  return file;
}

describe('wipeFreeSpace', () => {
  it('zeroes the copies of rows in free space, and keeps the database intact', () => {
    const file = fileWithLeftovers();
    const readAll = () => {
      const db = new SqliteDatabase(file);
      const rows = db.prepare('select * from m').all();
      const integrity = db.pragma('integrity_check', { simple: true });
      db.close();
      return { rows, integrity };
    };
    const before = readAll();
    expect(readFileSync(file).includes('secret-')).toBe(true);
    wipeFreeSpace(file);
    expect(readFileSync(file).includes('secret-')).toBe(false);
    expect(readAll()).toEqual({ ...before, integrity: 'ok' });
  });
});
