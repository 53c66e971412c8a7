import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { scaled } from '../faults/support/scale.ts';
import type { Child } from '../support/child.ts';
import { createRoomJob, openFilling, registerJob } from '../support/filling.ts';
import { move, openLink, query, sharePostgres, startMove, tablesOf } from '../support/move.ts';
import { temporaryFolder } from '../support/server.ts';

/* Whatever ends a move, the database has all of the folder or nothing. */

const newDatabase = sharePostgres();
const MESSAGES = scaled(3500, 6000);
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'charla-test-'));
  const filling = await openFilling(dataDir);
  await filling.perform([registerJob({ id: 'ana' }), createRoomJob({ id: 'room', userId: 'ana' })]);
  const sends = Array.from({ length: MESSAGES }, (_, i) => ({
    mutation: 'sendMessages',
    input: { roomId: 'room', userId: 'ana', text: `message ${i} `.repeat(20) },
  }));
  await filling.perform(sends);
  await filling.close();
  return () => rmSync(dataDir, { recursive: true, force: true });
});

const start = (url: string) => startMove({ DATA_DIR: dataDir, DATABASE_URL: url });
const countMessages = async (url: string) => query(url, 'select count(*) from messages');
const ALL = [{ count: String(MESSAGES) }];

async function expectFailure(child: Child, line: RegExp): Promise<void> {
  expect(await child.exited).toEqual({ code: 1, signal: null });
  expect(child.stderr).toEqual([expect.stringMatching(line)]);
}

/** How much of the move has been sent when it is disturbed: the tables, events, messages. In bytes. */
const PLACES = scaled([200_000], [2000, 200_000, 2_000_000]);

it.each(PLACES)(
  'leaves an empty database empty where it is killed after %i bytes, and a second run succeeds',
  async (bytes) => {
    const url = await newDatabase();
    const link = await openLink(url, (sent) => sent >= bytes);
    const child = start(link.url);
    await link.stopped;
    child.kill('SIGKILL');
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await tablesOf(url)).toEqual([]);
    await move(dataDir, url);
    expect(await countMessages(url)).toEqual(ALL);
  },
);

it.each(PLACES)(
  'leaves an empty database empty where the link breaks after %i bytes',
  async (bytes) => {
    const url = await newDatabase();
    const link = await openLink(url, (sent) => sent >= bytes);
    const child = start(link.url);
    await link.stopped;
    link.cut();
    await expectFailure(
      child,
      /^Charla cannot move: .* is as it was: the connection was lost .*; run it again$/,
    );
    expect(await tablesOf(url)).toEqual([]);
  },
);

it.each(scaled(['SIGTERM'] as const, ['SIGINT', 'SIGTERM'] as const))(
  'leaves an empty database empty where %s stops it, and says so',
  async (signal) => {
    const url = await newDatabase();
    const link = await openLink(url, (sent) => sent >= 200_000);
    const child = start(link.url);
    await link.stopped;
    child.kill(signal);
    await expectFailure(child, /^Charla cannot move: it was stopped; nothing was changed$/);
    expect(await tablesOf(url)).toEqual([]);
  },
);

it('says that the outcome is unknown where the link breaks in COMMIT, and a second run tells it', async () => {
  const url = await newDatabase();
  const link = await openLink(url, (_, chunk) => chunk.includes('commit\0'));
  const child = start(link.url);
  await link.stopped;
  await expect.poll(() => tablesOf(url)).not.toEqual([]);
  link.cut();
  await expectFailure(
    child,
    /^Charla cannot move: the connection was lost in COMMIT .* run it again: if/,
  );
  expect(await countMessages(url)).toEqual(ALL);
  await expectFailure(start(url), /is not empty/);
});

/** Makes the tables. Returns what has them do something else than they should where a message comes. */
async function faultyDatabase() {
  const url = await newDatabase();
  const empty = temporaryFolder();
  const filling = await openFilling(empty);
  await filling.close();
  await move(empty, url);
  await query(
    url,
    `create function fault() returns trigger language plpgsql as $$ begin return new; end $$`,
    `create trigger fault before insert on messages for each row when (new.seq = 3000)
      execute function fault()`,
  );
  const definition = (does: string) =>
    `create or replace function fault() returns trigger language plpgsql as $$ begin ${does}; end $$`;
  return { url, doing: async (does: string) => query(url, definition(does)) };
}

const faults = [
  ['changes a text', `new.text := 'other'; return new`, /table messages has other rows/],
  [
    'loses a row',
    'return null',
    new RegExp(`table messages has ${MESSAGES - 1} rows there, and ${MESSAGES} in DATA_DIR`),
  ],
  [
    'has a full disk',
    `raise exception 'could not extend file: No space left on device' using errcode = '53100'`,
    /No space left on device/,
  ],
] as const;

it('changes nothing where the database changes a text, loses a row, or has a full disk, and says why', async () => {
  const { url, doing } = await faultyDatabase();
  const before = await query(url, 'select * from meta order by key');
  for (const [what, does, line] of faults) {
    await doing(does);
    await expectFailure(start(url), line);
    expect(await countMessages(url), what).toEqual([{ count: '0' }]);
    expect(await query(url, 'select * from meta order by key'), what).toEqual(before);
    expect(await query(url, 'select name from rooms'), what).toEqual([{ name: 'general' }]);
  }
});
