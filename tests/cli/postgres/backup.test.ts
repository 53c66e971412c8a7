import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { charla, refused } from '../../support/charla.ts';
import {
  createRoom,
  openLiveSocket,
  openSocket,
  postMessage,
  signUp,
} from '../../support/client.ts';
import { download, PIXEL, uploaded } from '../../support/files.ts';
import { createDatabase, dropDatabase, JWT_SECRET } from '../../support/postgres/databases.ts';
import { startServer, temporaryFolder } from '../../support/server.ts';

/*
 * The programs of PostgreSQL come with an installed one, and work on a server that is not newer: the older one of
 * this run.
 */
const older = inject('olderPostgres');

async function newDatabase(): Promise<string> {
  const url = await createDatabase('template template0', older!);
  onTestFinished(() => dropDatabase(url));
  return url;
}

const settings = (url: string) => ({
  DATA_DIR: temporaryFolder(),
  DATABASE_URL: url,
  JWT_SECRET,
});

describe.runIf(older !== null)('with pg_dump and pg_restore', () => {
  it(
    'backs up a running node and its files, and restores them into an empty database',
    { timeout: 180_000 },
    async () => {
      const env = settings(await newDatabase());
      const node = await startServer(env);
      const { token } = await signUp(node, 'Ana');
      const { id: roomId } = await createRoom(node, token, 'kitchen');
      const picture = await uploaded(node, token, roomId, PIXEL, 'pixel.png');
      const message = { text: 'hello', fileIds: [picture.id] };
      const { body } = await postMessage(node, token, roomId, message);
      const { epoch } = await (await openSocket(node, token, roomId)).next('welcome');
      const folder = join(temporaryFolder(), 'backup');
      expect(await charla(['backup', folder], { env })).toMatchObject({ code: 0, stderr: '' });
      expect(readdirSync(folder).toSorted()).toEqual(['backup.json', 'charla.dump', 'files']);

      // A database that is in use is refused, and stays as it is.
      const there = { ...env, DATA_DIR: temporaryFolder() };
      expect(await charla(['restore', folder], { env: there })).toEqual(
        refused(
          1,
          /Charla cannot restore: DATABASE_URL \(.*\) is not empty; create another database/,
        ),
      );
      const restored = settings(await newDatabase());
      expect(await charla(['restore', folder], { env: restored })).toMatchObject({
        code: 0,
        stderr: '',
      });
      const copy = await startServer(restored);
      const after = body.seq - 1;
      const again = await openLiveSocket(copy, token, roomId, { after });
      expect(again.frames).toContainEqual(expect.objectContaining({ message: body }));
      expect((await download(copy, `/files/${picture.id}`, { token })).status).toBe(200);
      const resumed = await openLiveSocket(copy, token, roomId, { after, epoch: String(epoch) });
      expect(resumed.frames.map(({ type }) => String(type))).toContain('reset');
    },
  );
});

it('says which programs are missing, and leaves nothing behind', async () => {
  const parent = temporaryFolder();
  const env = { ...settings('postgres://me:secret@127.0.0.1:1/db'), PATH: parent };
  expect(await charla(['backup', join(parent, 'backup')], { env })).toEqual(
    refused(1, /Charla cannot back up: pg_dump is not in the PATH; install PostgreSQL's client .*/),
  );
  expect(readdirSync(parent)).toEqual([]);
});

it('says why pg_dump has failed, in one line without the password', async () => {
  const parent = temporaryFolder();
  const env = { ...settings('postgres://me:secret@127.0.0.1:1/db'), PATH: process.env['PATH']! };
  const run = await charla(['backup', join(parent, 'backup')], { env });
  expect(run).toEqual(refused(1, /Charla cannot back up: pg_dump.*/));
  expect(run.stderr).not.toContain('secret');
  expect(readdirSync(parent)).toEqual([]);
});
