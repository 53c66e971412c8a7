import { expect, it, onTestFinished } from 'vitest';
import { call, createRoom, signUp, type Frame } from '../../support/client.ts';
import { runMain } from '../../support/child.ts';
import {
  createDatabase,
  dropDatabase,
  JWT_SECRET,
  onServer,
} from '../../support/postgres/databases.ts';
import { PostgresServer } from '../../support/postgres/server.ts';
import { launch, temporaryFolder, type Env } from '../../support/server.ts';
import { PATIENCE, scaled } from '../support/scale.ts';
import { startNodes } from './support/nodes.ts';

const PASSWORD = 'Tr0ub4dor-and-3';

it(
  'stops the start with one line that names the wrong setting, and never the password',
  { timeout: PATIENCE },
  async () => {
    const server = await PostgresServer.start();
    onTestFinished(() => server.remove());
    const main = server.url('postgres');
    await onServer(main, `create database latin encoding 'LATIN1' template template0`);
    await onServer(main, `create role stranger login password 'another'`);
    await onServer(
      main,
      `do $$ begin execute format('copy (select * from unnest(array[%L, %L])) to %L',
        'host all stranger 127.0.0.1/32 scram-sha-256', 'host all all 127.0.0.1/32 trust',
        current_setting('hba_file')); end $$`,
    );
    await onServer(main, 'select pg_reload_conf()');
    const url = (change: (url: URL) => void) => {
      const changed = new URL(main);
      changed.password = PASSWORD;
      change(changed);
      return changed.href;
    };
    const wrong: Readonly<Record<string, Env>> = {
      'not an address': { DATABASE_URL: `charla:${PASSWORD}@127.0.0.1` },
      'another database': { DATABASE_URL: `mysql://charla:${PASSWORD}@127.0.0.1/charla` },
      'no such host': { DATABASE_URL: url((one) => (one.hostname = 'charla.invalid')) },
      'nobody there': { DATABASE_URL: url((one) => (one.port = '1')) },
      'wrong password': { DATABASE_URL: url((one) => (one.username = 'stranger')) },
      'no such database': { DATABASE_URL: url((one) => (one.pathname = 'nowhere')) },
      'another encoding': { DATABASE_URL: url((one) => (one.pathname = 'latin')) },
      'no secret': { DATABASE_URL: url(() => {}), JWT_SECRET: '' },
    };
    for (const [what, env] of Object.entries(wrong)) {
      const settings = { JWT_SECRET, ...env, DATA_DIR: temporaryFolder() };
      const error = await launch(settings, () => {}).then(
        () => new Error('it started'),
        (reason: Error) => reason,
      );
      expect({ what, message: error.message }).toEqual({
        what,
        message: expect.stringMatching(
          what === 'no secret' ? /^JWT_SECRET [^\n]+$/ : /^DATABASE_URL [^\n]+$/,
        ) as string,
      });
      expect(error.message).not.toContain(PASSWORD);
    }

    const child = runMain({
      JWT_SECRET,
      ...wrong['wrong password'],
      DATA_DIR: temporaryFolder(),
      PORT: '0',
    });
    expect((await child.exited).code).toBe(1);
    expect(child.stderr).toHaveLength(1);
    expect(child.stderr[0]).toMatch(/^Charla cannot start: DATABASE_URL /);
    expect([...child.stdout, ...child.stderr].join('\n')).not.toContain(PASSWORD);
  },
);

it('lets three nodes start at once on an empty database', { timeout: PATIENCE }, async () => {
  const nodes = await startNodes(3, {
    processes: scaled(1, 3),
    database: async (defer) => {
      const url = await createDatabase('template template0');
      defer(() => dropDatabase(url));
      return url;
    },
  });
  const { token } = await signUp(nodes[0]!, 'Ana');
  const { id } = await createRoom(nodes[1]!, token, 'first');
  const { status, body } = await call<Frame>(nodes[2]!, 'GET', `/rooms/${id}`, { token });
  expect({ status, name: body['name'] }).toEqual({ status: 200, name: 'first' });
  const { body: list } = await call<{ rooms: unknown[] }>(nodes[2]!, 'GET', '/rooms', { token });
  // One general room, made once.
  expect(list.rooms).toHaveLength(2);
});
