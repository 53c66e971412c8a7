import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { importFolder } from '../../../src/cli/import.ts';
import { Report } from '../../../src/cli/report.ts';
import { readConfig } from '../../../src/config.ts';
import { charla, refused, settingsOf, startCharla } from '../../support/charla.ts';
import { openLiveSocket, openSocket, postMessage, signIn } from '../../support/client.ts';
import { linesOf, makeScene, readScene, type Scene } from '../../support/exported.ts';
import { writeLarge } from '../../support/hand-written.ts';
import { createDatabase, dropDatabase, JWT_SECRET } from '../../support/postgres/databases.ts';
import { shareServer, startServer, temporaryFolder } from '../../support/server.ts';

/* Exports and imports between PostgreSQL and SQLite. */

const server = shareServer();
let scene: Scene;
beforeAll(async () => {
  scene = await makeScene(server);
});

/** The settings of a node on a new database without tables. */
async function newNode() {
  const url = await createDatabase('template template0');
  onTestFinished(() => dropDatabase(url));
  return { DATA_DIR: temporaryFolder(), DATABASE_URL: url, JWT_SECRET, BCRYPT_COST: '4' };
}

it(
  'goes from PostgreSQL to SQLite and back, and everybody sees what they saw',
  { timeout: 180_000 },
  async () => {
    const parent = temporaryFolder();
    const [first, second] = [join(parent, 'first'), join(parent, 'second')];
    const was = await readScene(server, scene);
    const env = await settingsOf(server.dataDir);
    const run = await charla(['export', first, '--with-passwords'], { env });
    expect(run).toMatchObject({ code: 0, stderr: '' });

    const onSqlite = { DATA_DIR: temporaryFolder(), BCRYPT_COST: '4' };
    // Within this process, which takes a tenth of the time.
    await importFolder(readConfig(onSqlite), first, new Report(true));
    const sqlite = await startServer({ ...onSqlite, DATABASE_URL: '' });
    expect(await readScene(sqlite, scene)).toEqual(was);
    expect(await charla(['export', second, '--with-passwords'], { env: onSqlite })).toMatchObject({
      code: 0,
      stderr: '',
    });
    for (const file of ['users.jsonl', 'events.jsonl', 'messages.jsonl', 'members.jsonl']) {
      expect(linesOf(second, file)).toEqual(linesOf(first, file));
    }

    const node = await newNode();
    expect(await charla(['import', second], { env: node })).toMatchObject({ code: 0, stderr: '' });
    const again = await startServer(node);
    expect(await readScene(again, scene)).toEqual(was);
    const [kitchen] = scene.rooms;
    const { token } = await signIn(again, 'Ana');
    const repeat = { text: 'one', clientMsgId: 'first' };
    expect((await postMessage(again, token, kitchen!.id, repeat)).status).toBe(200);
    const { epoch } = await (
      await openSocket(sqlite, (await signIn(sqlite, 'Ana')).token, kitchen!.id)
    ).next('welcome');
    const resumed = await openLiveSocket(again, token, kitchen!.id, { after: 1, epoch });
    expect(resumed.frames.map(({ type }) => String(type))).toContain('reset');
  },
);

it('fills no database that has accounts, or on which a node runs', async () => {
  const folder = writeLarge(temporaryFolder(), { messages: 1, files: 0 });
  const env = { ...(await settingsOf(server.dataDir)), DATA_DIR: temporaryFolder() };
  expect(await charla(['import', folder], { env })).toEqual(
    refused(
      1,
      /Charla cannot import: DATABASE_URL \(.*\) cannot be filled: a node is running on it; stop .*/,
    ),
  );
  await server.stop();
  await expect(importFolder(readConfig(env), folder, new Report(true))).rejects.toThrow(
    /^DATABASE_URL \(.*\) is not empty: it has accounts; create another database$/,
  );
});

const MESSAGES = 1500;

it('goes on where an import was killed, and no node starts on a part of it', async () => {
  const parent = temporaryFolder();
  const source = writeLarge(join(parent, 'source'), { messages: MESSAGES, files: 3 });
  const env = await newNode();
  const client = new pg.Client(env.DATABASE_URL);
  await client.connect();
  onTestFinished(() => client.end());
  const running = startCharla(['import', source], { env });
  const readLine = async (): Promise<number> => {
    const query = `select value::json as value from meta where key = 'import'`;
    const { rows } = await client
      .query<{ value: { step: number; line: number } }>(query)
      .catch(() => ({ rows: [] }));
    return rows[0]?.value.step === 8 ? rows[0].value.line : 0;
  };
  while ((await readLine()) < 500) await sleep(1);
  running.kill('SIGKILL');
  expect((await running.ended).signal).toBe('SIGKILL');
  expect(await readLine()).toBeLessThan(MESSAGES);
  await expect(startServer(env)).rejects.toThrow('only a part of an import');
  await importFolder(readConfig(env), source, new Report(true));
  const seqs = await client.query<{ count: number; head: number }>(
    `select count(*)::int as count, max(seq)::int as head from messages
      join events using (room_id, seq) where type = 'message.created'`,
  );
  expect(seqs.rows).toEqual([{ count: MESSAGES, head: 3 + MESSAGES }]);
});
