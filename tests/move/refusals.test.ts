import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, it } from 'vitest';
import { prepareDatabase, shownUrl } from '../../src/store/postgres/prepare.ts';
import { openFilling, registerJob } from '../support/filling.ts';
import { move, query, sharePostgres, startMove, tablesOf } from '../support/move.ts';
import { startServer, temporaryFolder } from '../support/server.ts';

/* What cannot be moved is refused with one line, and nothing is changed. */

const newDatabase = sharePostgres();

/** A folder with one account, which a server could start on. */
async function folder(): Promise<string> {
  const dataDir = temporaryFolder();
  const filling = await openFilling(dataDir);
  await filling.perform([registerJob({ id: 'ana' })]);
  await filling.close();
  return dataDir;
}

async function expectRefusal(dataDir: string, url: string, line: string | RegExp): Promise<void> {
  const child = startMove({ DATA_DIR: dataDir, ...(url && { DATABASE_URL: url }) });
  expect(await child.exited).toEqual({ code: 1, signal: null });
  const wanted = typeof line === 'string' ? `Charla cannot move: ${line}` : line;
  expect(child.stderr).toEqual([
    typeof wanted === 'string' ? wanted : expect.stringMatching(wanted),
  ]);
  expect(child.stdout).toEqual([]);
}

/** Runs a statement on the database of a folder. */
function change(dataDir: string, statement: string): void {
  const db = new SqliteDatabase(join(dataDir, 'charla.db'));
  db.exec(statement);
  db.close();
}

it('refuses to run without DATABASE_URL, or with one that is none, and does not show it', async () => {
  const dataDir = await folder();
  const missing = 'DATABASE_URL is not set; set it to the address of an empty database';
  await expectRefusal(dataDir, '', missing);
  const wrong = 'DATABASE_URL is not valid: it must be postgres://user:password@host:port/database';
  await expectRefusal(dataDir, 'mysql://me:secret@there/db', wrong);
});

it('refuses a database that cannot be reached', async () => {
  const line =
    /^Charla cannot move: DATABASE_URL \(127.0.0.1:1\/db\) cannot be used: .*ECONNREFUSED/;
  await expectRefusal(await folder(), 'postgres://me:secret@127.0.0.1:1/db', line);
});

it('refuses a folder without a database, and one whose server is running', async () => {
  const url = await newDatabase();
  const empty = temporaryFolder();
  const line = `DATA_DIR=${empty} has no charla.db; set it to the folder of the server`;
  await expectRefusal(empty, url, line);
  const { dataDir } = await startServer();
  const inUse = `DATA_DIR ${dataDir} is in use by another Charla; stop that one first`;
  await expectRefusal(dataDir, url, inUse);
  expect(await tablesOf(url)).toEqual([]);
});

it.each([
  [
    `update kysely_migration set name = '001-accounts-rooms-messages' where name = '001-first'`,
    'before the first release',
  ],
  [`insert into kysely_migration values ('999-later', '')`, 'from a newer version'],
  ['delete from kysely_migration', 'from an older version of Charla; start this version on it'],
])('refuses a folder of another version: %s', async (statement, why) => {
  const url = await newDatabase();
  const dataDir = await folder();
  change(dataDir, statement);
  const start = `^Charla cannot move: DATA_DIR=${dataDir} cannot be copied: This database is `;
  await expectRefusal(dataDir, url, new RegExp(`${start}.*${why}`));
  expect(await tablesOf(url)).toEqual([]);
});

it('refuses a file that is no database, and one whose rooms do not end with their last event', async () => {
  const url = await newDatabase();
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, 'charla.db'), 'x'.repeat(10_000));
  await expectRefusal(dataDir, url, /cannot be copied: file is not a database$/);
  const damaged = await folder();
  change(damaged, 'update rooms set head = 7');
  await expectRefusal(damaged, url, /room .* does not end with its last event$/);
  expect(await tablesOf(url)).toEqual([]);
});

it('refuses a database that has accounts, those of an earlier move, too', async () => {
  const dataDir = await folder();
  const url = await newDatabase();
  await move(dataDir, url);
  const line = `DATABASE_URL (${shownUrl(url)}) was not filled, and is as it was: it is not empty; create another database for the copy`;
  await expectRefusal(dataDir, url, line);
  expect(await query(url, 'select id from users')).toEqual([{ id: 'ana' }]);
});

it('refuses a database that has tables of another program, or of a newer version', async () => {
  const dataDir = await folder();
  const other = await newDatabase();
  await query(other, 'create table users (id int)');
  await expectRefusal(dataDir, other, /is as it was: relation "users" already exists$/);
  expect(await tablesOf(other)).toEqual([{ tablename: 'users' }]);
  const newer = await newDatabase();
  await prepareDatabase(newer);
  await query(newer, `insert into kysely_migration values ('999-later', '')`);
  await expectRefusal(dataDir, newer, /This database is from a newer version of Charla/);
});

it('refuses a database with a running node', async () => {
  const dataDir = await folder();
  const url = await newDatabase();
  await prepareDatabase(url);
  await query(url, `insert into nodes (id) values ('n1')`);
  await expectRefusal(dataDir, url, /a node is running on it; stop all nodes first$/);
  expect(await query(url, 'select id from users')).toEqual([]);
});

it('fills a database that has only what a node made at its first start, once that node is gone', async () => {
  const dataDir = await folder();
  const url = await newDatabase();
  await prepareDatabase(url);
  const dead = `clock_timestamp() - interval '16 seconds'`;
  await query(url, `insert into nodes (id, beat_at) values ('n1', ${dead})`);
  await move(dataDir, url);
  expect(await query(url, 'select id from users')).toEqual([{ id: 'ana' }]);
  expect(await query(url, 'select name from rooms')).toEqual([{ name: 'general' }]);
});
