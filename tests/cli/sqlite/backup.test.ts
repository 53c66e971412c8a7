import { execFile } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import SqliteDatabase from 'better-sqlite3';
import { beforeAll, expect, it } from 'vitest';
import { charla, refused } from '../../support/charla.ts';
import {
  createRoom,
  openLiveSocket,
  openSocket,
  postMessage,
  signUp,
  type Frame,
} from '../../support/client.ts';
import { download, filesIn, PIXEL, uploaded } from '../../support/files.ts';
import {
  newFolder,
  removeFolder,
  shareServer,
  startServer,
  temporaryFolder,
} from '../../support/server.ts';

/* A backup of a running server, and what a server on its copy has. */

const server = shareServer();

const backUp = (target: string, dataDir = server.dataDir) =>
  charla(['backup', target], { env: { DATA_DIR: dataDir } });
const restore = (backup: string, dataDir: string) =>
  charla(['restore', backup], { env: { DATA_DIR: dataDir } });

/** A backup of a server with one account, a room and a picture in it. */
let backup: string;
beforeAll(async () => {
  const { token } = await signUp(server, 'Ana');
  const { id: roomId } = await createRoom(server, token, 'hall');
  const picture = await uploaded(server, token, roomId, PIXEL, 'pixel.png');
  await postMessage(server, token, roomId, { text: '', fileIds: [picture.id] });
  const parent = newFolder();
  backup = join(parent, 'backup');
  await promisify(execFile)(process.execPath, ['src/charla.ts', 'backup', backup], {
    env: { ...process.env, DATA_DIR: server.dataDir },
  });
  return () => removeFolder(parent);
});

it('has everything that was acked before it began, while others go on sending', async () => {
  const { token } = await signUp(server, 'Bo');
  const { id: roomId } = await createRoom(server, token, 'kitchen');
  const picture = await uploaded(server, token, roomId, PIXEL, 'pixel.png');
  await postMessage(server, token, roomId, { text: '', fileIds: [picture.id] });
  const socket = await openLiveSocket(server, token, roomId);
  const { epoch } = await (await openSocket(server, token, roomId)).next('welcome');
  const over = new AbortController();
  const acked: number[] = [];
  const sending = (async () => {
    while (!over.signal.aborted)
      acked.push((await socket.ask({ type: 'send', text: 'again' }))['seq'] as number);
  })();
  const before = (await postMessage(server, token, roomId, 'before')).body.seq;
  const folder = join(temporaryFolder(), 'backup');
  const run = await backUp(folder);
  over.abort();
  await sending;
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toMatch(/Backed up to .*: the database and \d+ files, \d+ MiB\.\n$/);
  expect(acked.at(-1)).toBeGreaterThan(before);
  expect(readdirSync(folder).toSorted()).toEqual([
    'backup.json',
    'charla.db',
    'files',
    'jwt-secret',
  ]);
  expect(readdirSync(join(folder, '..'))).toEqual(['backup']);
  for (const name of ['', 'backup.json', 'charla.db', 'files', 'jwt-secret']) {
    expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
  }

  const dataDir = temporaryFolder();
  expect(await restore(folder, dataDir)).toMatchObject({ code: 0, stderr: '' });
  const copy = await startServer({ DATA_DIR: dataDir });
  // The token is good there: the copy has the key that signs tokens.
  const again = await openLiveSocket(copy, token, roomId, { after: 0 });
  const seqs = again.frames
    .filter((frame: Frame) => 'actor' in frame)
    .map(({ seq }) => seq as number);
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => i + 1));
  expect(seqs.length).toBeGreaterThanOrEqual(before);
  expect((await download(copy, `/files/${picture.id}`, { token })).status).toBe(200);
  expect((await download(copy, `/files/${picture.id}/thumbnail`, { token })).status).toBe(200);
  // A client that comes back is told that it is another database.
  const resumed = await openLiveSocket(copy, token, roomId, { after: 1, epoch: String(epoch) });
  expect(resumed.frames.map(({ type }) => String(type))).toContain('reset');
});

it('has nothing of what was deleted', async () => {
  const { token } = await signUp(server, 'Cy');
  const { id: roomId } = await createRoom(server, token, 'cellar');
  const secret = 'a text that nobody must find any more';
  const socket = await openLiveSocket(server, token, roomId);
  for (let i = 0; i < 20; i += 1) await socket.ask({ type: 'send', text: `${secret} ${i}` });
  const { frames } = socket;
  for (const { seq } of frames.filter(({ type }) => type === 'message.created')) {
    await socket.ask({ type: 'delete', seq: seq as number });
  }
  // A moment later, the search index needs no deleted text any more.
  const db = new SqliteDatabase(join(server.dataDir, 'charla.db'), { readonly: true });
  await expect.poll(() => db.prepare('select * from search_removals').all()).toEqual([]);
  db.close();
  const folder = join(temporaryFolder(), 'backup');
  await backUp(folder);
  expect(readFileSync(join(folder, 'charla.db')).includes('message')).toBe(true);
  expect(readFileSync(join(folder, 'charla.db')).includes(`${secret} 7`)).toBe(false);
});

it('leaves to the next stop what a stop cannot wipe while a backup reads', async () => {
  const wiped = await startServer();
  const { token } = await signUp(wiped, 'Ana');
  const { id: roomId } = await createRoom(wiped, token, 'attic');
  const { body } = await postMessage(wiped, token, roomId, 'to be deleted');
  const socket = await openLiveSocket(wiped, token, roomId);
  const reader = new SqliteDatabase(join(wiped.dataDir, 'charla.db'), { readonly: true });
  reader.exec('begin; select count(*) from meta');
  reader.prepare('select count(*) from meta').get();
  await socket.ask({ type: 'delete', seq: body.seq });
  await socket.close();
  await wiped.stop();
  reader.close();
  const isDue = () => {
    const db = new SqliteDatabase(join(wiped.dataDir, 'charla.db'));
    const row = db.prepare(`select 1 from meta where key = 'wipe_due'`).get();
    db.close();
    return row !== undefined;
  };
  expect(isDue()).toBe(true);
  await (await startServer({ DATA_DIR: wiped.dataDir })).stop();
  expect(isDue()).toBe(false);
});

it('refuses a folder that has something, and a file; and what is there stays', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'mine'), 'kept');
  expect(await backUp(folder)).toEqual(
    refused(1, /Charla cannot back up: .* is not empty; name a new folder, such as .*/),
  );
  expect(await backUp(join(folder, 'mine'))).toEqual(
    refused(1, /Charla cannot back up: .* is a file; name a new folder/),
  );
  expect(readdirSync(folder)).toEqual(['mine']);
  expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('kept');
});

it('leaves nothing behind where files are missing that rows have: the folder is not mounted', async () => {
  const dataDir = temporaryFolder();
  cpSync(join(backup, 'charla.db'), join(dataDir, 'charla.db'));
  const parent = temporaryFolder();
  const run = await backUp(join(parent, 'backup'), dataDir);
  // On a busy machine, it has already printed how far it has come.
  expect({ ...run, stdout: '' }).toEqual(
    refused(1, /Charla cannot back up: FILES_DIR=.* does not have the files of this database: .*/),
  );
  expect(readdirSync(parent)).toEqual([]);
});

it('is restored into nothing but an empty folder, without a running server', async () => {
  expect(await restore(backup, server.dataDir)).toEqual(
    refused(
      1,
      /Charla cannot restore: DATA_DIR .* is in use by another Charla; stop that one first/,
    ),
  );
  const dataDir = temporaryFolder();
  expect(await restore(backup, dataDir)).toMatchObject({ code: 0 });
  expect(await restore(backup, dataDir)).toEqual(
    refused(1, /Charla cannot restore: DATA_DIR=.* is not empty: it has charla.db; .*/),
  );
  // The files of another database.
  rmSync(join(dataDir, 'charla.db'));
  writeFileSync(join(dataDir, 'files', 'owner'), 'another');
  expect(await restore(backup, dataDir)).toEqual(
    refused(1, /Charla cannot restore: FILES_DIR=.* is not empty; .*/),
  );
  const other = { DATA_DIR: temporaryFolder(), DATABASE_URL: 'postgres://u@127.0.0.1:1/d' };
  const env = { ...other, JWT_SECRET: 'kVn2rT8cQ1xYw5LzB7mHd4Gs9PfJ0aEuXo3iNqKtR6U=' };
  expect(await charla(['restore', backup], { env })).toEqual(
    refused(1, /Charla cannot restore: this is a backup of SQLite, and DATABASE_URL is set; .*/),
  );
});

it('is not restored where it is incomplete or damaged, and nothing is left', async () => {
  const damages: [name: string, damage: (folder: string) => void, why: RegExp][] = [
    ['no backup', (folder) => rmSync(join(folder, 'backup.json')), /.*: it has no backup.json/],
    ['no JSON', (folder) => writeFileSync(join(folder, 'backup.json'), '{'), /.* is damaged/],
    [
      'a longer database',
      (folder) => appendFileSync(join(folder, 'charla.db'), 'x'),
      /.* is damaged: .*/,
    ],
    [
      'a file less',
      (folder) => rmSync(join(folder, 'files', filesIn(join(folder, 'files'))[0]!)),
      /.* it has \d+ of \d+ files; .*/,
    ],
  ];
  for (const [name, damage, why] of damages) {
    const damaged = join(temporaryFolder(), 'backup');
    cpSync(backup, damaged, { recursive: true });
    damage(damaged);
    const dataDir = temporaryFolder();
    const run = await restore(damaged, dataDir);
    expect({ name, ...run }).toEqual({
      name,
      ...refused(1, new RegExp(`Charla cannot restore: ${why.source}`)),
    });
    expect(existsSync(join(dataDir, 'charla.db'))).toBe(false);
  }
});
