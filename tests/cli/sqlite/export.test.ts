import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { exportedTables } from '../../../src/cli/export.ts';
import { importFolder } from '../../../src/cli/import.ts';
import { Report } from '../../../src/cli/report.ts';
import { readConfig } from '../../../src/config.ts';
import type { Room } from '../../../src/protocol/resources.ts';
import { copiedTables } from '../../../src/store/move/tables.ts';
import { charla, refused } from '../../support/charla.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  openSocket,
  postMessage,
  signIn,
  signUp,
} from '../../support/client.ts';
import { linesOf, makeScene, readScene, type Scene } from '../../support/exported.ts';
import { filesIn, sentFile } from '../../support/files.ts';
import { minimal, writeFolder } from '../../support/hand-written.ts';
import { shareServer, startServer, temporaryFolder } from '../../support/server.ts';

/* Exports of a running server on SQLite, and what a server on an import of them has. */

const server = shareServer();
let scene: Scene;
beforeAll(async () => {
  scene = await makeScene(server);
});

const exportTo = (folder: string, ...options: string[]) =>
  charla(['export', folder, ...options], { env: { DATA_DIR: server.dataDir } });
const importInto = (dataDir: string, folder: string, ...options: string[]) =>
  charla(['import', folder, ...options], { env: { DATA_DIR: dataDir, BCRYPT_COST: '4' } });

it('brings everything to another server, where everybody sees what they saw', async () => {
  const folder = join(temporaryFolder(), 'export');
  const run = await exportTo(folder, '--with-passwords', '--json');
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(run.stdout)).toMatchObject({
    folder,
    format: 1,
    hasPasswords: true,
    lines: { 'users.jsonl': { count: 4 } },
    files: { count: 2, missing: 0 },
  });
  const was = await readScene(server, scene);
  const dataDir = temporaryFolder();
  const imported = await importInto(dataDir, folder, '--json');
  expect(imported).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(imported.stdout)).toEqual({
    folder,
    users: 4,
    rooms: 4,
    messages: 6,
    files: 2,
    withoutPassword: 0,
  });
  const copy = await startServer({ DATA_DIR: dataDir });
  const is = await readScene(copy, scene);
  for (const [path, answer] of Object.entries(was))
    expect({ path, answer: is[path] }).toEqual({ path, answer });

  // It goes on from there, and it is another database.
  const { token } = await signIn(copy, 'Ana');
  const [kitchen] = scene.rooms;
  const at = `/rooms/${kitchen!.id}`;
  const { lastSeq } = (await call<Room>(copy, 'GET', at, { token })).body;
  const repeat = { text: 'one', clientMsgId: 'first' };
  const repeated = await postMessage(copy, token, kitchen!.id, repeat);
  expect(repeated).toMatchObject({ status: 200, body: { text: 'one, edited @Di' } });
  expect((await postMessage(copy, token, kitchen!.id, 'next')).body.seq).toBe(lastSeq + 1);
  const ofSource = (await signIn(server, 'Ana')).token;
  const { epoch } = await (await openSocket(server, ofSource, kitchen!.id)).next('welcome');
  const resumed = await openLiveSocket(copy, token, kitchen!.id, { after: 1, epoch });
  expect(resumed.frames.map(({ type }) => String(type))).toContain('reset');
});

it('exports every table that moves to PostgreSQL, but for what belongs to one server', () => {
  const left = [
    'meta',
    'sessions',
    'known_addresses',
    'deleted_room_members',
    'push_subscriptions',
    'file_removals',
    'invites',
    'incoming_hooks',
    'outgoing_hooks',
    'reset_tokens',
    'identities',
    'host_tokens',
    'audit',
  ];
  const exported = exportedTables.map(({ table }) => table);
  expect([...left, ...exported, 'mentions'].toSorted()).toEqual(
    copiedTables.map(({ name }) => name).toSorted(),
  );
});

it('is of one moment, without a hole or a secret, while others go on sending; and says which files are gone', async () => {
  const { token } = await signUp(server, 'Eve');
  const { id: roomId } = await createRoom(server, token, 'busy');
  const { file } = await sentFile(server, token, roomId);
  rmSync(join(server.dataDir, 'files', file.id.slice(0, 2), file.id));
  const socket = await openLiveSocket(server, token, roomId);
  const over = new AbortController();
  const acked: number[] = [];
  const sending = (async () => {
    while (!over.signal.aborted)
      acked.push((await socket.ask({ type: 'send', text: 'again' }))['seq'] as number);
  })();
  const before = (await postMessage(server, token, roomId, 'before')).body.seq;
  const folder = join(temporaryFolder(), 'export');
  const run = await exportTo(folder);
  over.abort();
  await sending;
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toMatch(
    /Exported to .*: 5 users, 5 rooms, [\d,]+ messages and 2 files\.\n1 files are missing in FILES_DIR, .*\.\n$/,
  );
  expect(linesOf(folder, 'files.jsonl').find(({ id }) => id === file.id)).toMatchObject({
    size: file.size,
    isMissing: true,
  });
  expect(acked.at(-1)).toBeGreaterThan(before);
  const ofRoom = (name: string) =>
    linesOf(folder, name)
      .filter((line) => line['roomId'] === roomId)
      .map(({ seq }) => seq as number);
  const seqs = ofRoom('events.jsonl');
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => i + 1));
  expect(seqs.length).toBeGreaterThanOrEqual(before);
  // The first two are room.created and member.joined.
  expect(ofRoom('messages.jsonl')).toEqual(seqs.slice(2));
  const config = readConfig({ DATA_DIR: temporaryFolder(), BCRYPT_COST: '4' });
  expect((await importFolder(config, folder, new Report(true))).withoutPassword).toBe(5);

  // Only its owner can read it, and nothing in it lets anybody in.
  const all = filesIn(folder);
  expect(all.filter((name) => name.startsWith('files/')).toSorted()).toEqual(
    [...scene.fileIds, `${scene.fileIds[0]}.thumbnail`].map((name) => `files/${name}`).toSorted(),
  );
  for (const name of all) {
    expect({ name, mode: statSync(join(folder, name)).mode & 0o077 }).toEqual({ name, mode: 0 });
    expect(readFileSync(join(folder, name)).includes('$2')).toBe(false);
  }
  expect(statSync(folder).mode & 0o077).toBe(0);
});

/** Texts of two bytes a character: all of them are more than the heap. */
const MESSAGES = 4500;
const HEAP_MIB = 32;

it(
  'takes no more memory than some pages need, however much there is',
  { timeout: 180_000 },
  async () => {
    const text = '雪 is long '.repeat(399);
    expect(MESSAGES * text.length * 2).toBeGreaterThan(HEAP_MIB * 2 ** 20);
    const message = { roomId: 'C1', authorId: 'U1', text, mentions: [], alerts: [] };
    const parent = temporaryFolder();
    const source = writeFolder(join(parent, 'source'), {
      ...minimal,
      messages: Array.from({ length: MESSAGES }, () => ({ ...minimal.messages[0], ...message })),
    });
    const heap = ['--max-semi-space-size=1', `--max-old-space-size=${HEAP_MIB}`];
    const small = [process.execPath, ...heap, 'src/charla.ts'];
    const within = (args: string[], DATA_DIR: string) =>
      charla(args, { env: { DATA_DIR, BCRYPT_COST: '4' }, command: small });
    const dataDir = join(parent, 'data');
    const run = await within(['import', source], dataDir);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/Imported 2 users, 1 rooms, 4,500 messages and 0 files\.\n/);
    const exported = await within(['export', join(parent, 'export')], dataDir);
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    expect(exported.stdout).toContain('2 users, 1 rooms, 4,500 messages and 0 files.\n');
  },
);

it('refuses a folder that has something, which stays as it is', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'mine'), 'kept');
  expect(await exportTo(folder)).toEqual(
    refused(1, /Charla cannot export: .* is not empty; name a new folder, such as .*/),
  );
  expect(readdirSync(folder)).toEqual(['mine']);
});
