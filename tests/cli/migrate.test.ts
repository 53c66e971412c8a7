import { expect, it } from 'vitest';
import { charla, refused } from '../support/charla.ts';
import { dialect } from '../support/dialect.ts';
import { createDatabase, JWT_SECRET } from '../support/postgres/databases.ts';
import { startServer, temporaryFolder, type Env } from '../support/server.ts';

const PENDING = /^001-first: pending\n(\d{3}-[a-z-]+: pending\n)+$/;
const RAN = /^(\d{3}-[a-z-]+: ran \d{4}-.*Z\n){3,}$/;

/** The settings of a database that does not exist yet, or has no tables. */
async function newSettings(): Promise<Env> {
  const DATA_DIR = temporaryFolder();
  if (dialect() === 'sqlite') return { DATA_DIR };
  return { DATA_DIR, JWT_SECRET, DATABASE_URL: await createDatabase('template template0') };
}

it('lists migrations, runs those that are pending, and then none', async () => {
  const env = await newSettings();
  const status = () => charla(['migrate', 'status'], { env });
  expect(await status()).toMatchObject({ code: 0, stdout: expect.stringMatching(PENDING) });
  const up = await charla(['migrate', 'up', '--json'], { env });
  expect(up.code).toBe(0);
  expect((JSON.parse(up.stdout) as { ran: string[] }).ran[0]).toBe('001-first');
  expect(await status()).toMatchObject({ code: 0, stdout: expect.stringMatching(RAN) });
  expect(await charla(['migrate', 'up'], { env })).toMatchObject({
    code: 0,
    stdout: 'The database is up to date.\n',
  });
});

it.runIf(dialect() === 'sqlite')('does not migrate beside a running server', async () => {
  const { dataDir } = await startServer();
  expect(await charla(['migrate', 'up'], { env: { DATA_DIR: dataDir } })).toEqual(
    refused(
      1,
      /Charla cannot migrate: DATA_DIR .* is in use by another Charla; stop that one first/,
    ),
  );
});
