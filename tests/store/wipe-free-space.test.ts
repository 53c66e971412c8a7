import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, it } from 'vitest';
import { wipeFreeSpace } from '../../src/store/sqlite/wipe-free-space.ts';
import { temporaryFolder } from '../support/server.ts';

const key = (i: number) => `secret-${String(i).padStart(6, '0')}`;

/**
 * Two rooms written in turn make SQLite split pages in the middle, which leaves copies of rows in
 * the free parts of pages; then everything is overwritten, as a deletion does.
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

it('zeroes what SQLite leaves behind when it moves rows, and nothing that it reads', () => {
  const file = fileWithLeftovers();
  const rows = () => {
    const db = new SqliteDatabase(file);
    const all = db.prepare('select * from m').all();
    const integrity = db.pragma('integrity_check', { simple: true });
    db.close();
    return { all, integrity };
  };
  const before = rows();
  expect(readFileSync(file).includes('secret-')).toBe(true);
  wipeFreeSpace(file);
  expect(readFileSync(file).includes('secret-')).toBe(false);
  expect(rows()).toEqual({ ...before, integrity: 'ok' });
});
