import { expect, it, onTestFinished, vi } from 'vitest';
import type { Node } from '../../src/store/cluster.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { createDatabase, dropDatabase } from '../support/postgres/databases.ts';
import { temporaryFolder } from '../support/server.ts';

const quiet: Node = {
  receive: () => {},
  checkSessions: () => Promise.resolve(),
  checkUsers: () => Promise.resolve(),
  connectionCount: () => 0,
  limitsHit: () => [],
  present: () => [],
  setPresent: () => {},
  replacePresent: () => {},
  forgetNode: () => {},
};

async function openNode(url: string) {
  const store = await openPostgresStore({
    url,
    dataDir: temporaryFolder(),
    mutations: new URL('../../src/chat/mutations.ts', import.meta.url),
    onLost: (error) => {
      throw error;
    },
    onWarning: () => {},
    beatTimes: { beatMs: 50, deadMs: 10_000 },
  });
  await store.cluster.join(quiet);
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= store.cluster.leave().then(() => store.close()));
  onTestFinished(close);
  return { cluster: store.cluster, close };
}

it('makes the oldest node the leader, and the next one when it leaves', async () => {
  const url = await createDatabase();
  onTestFinished(() => dropDatabase(url));
  const first = await openNode(url);
  const second = await openNode(url);
  const third = await openNode(url);
  const leaders = () => [first, second, third].map(({ cluster }) => cluster.isLeader());
  expect(leaders()).toEqual([true, false, false]);
  await first.close();
  await vi.waitFor(() => expect(leaders().slice(1)).toEqual([true, false]), 5000);
  await second.close();
  await vi.waitFor(() => expect(third.cluster.isLeader()).toBe(true), 5000);
});
