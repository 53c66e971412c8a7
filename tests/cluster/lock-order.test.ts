import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { GATHER_MS, SharedConnections } from '../../src/store/postgres/cluster/connections.ts';
import { addNode, removeNode } from '../../src/store/postgres/cluster/nodes.ts';
import { SharedClient } from '../../src/store/postgres/cluster/shared-client.ts';
import { createDatabase, dropDatabase } from '../support/postgres/databases.ts';

const ROUNDS = 5;
const USERS = 2000;

async function openClient(url: string, lost: unknown[]): Promise<SharedClient> {
  const client = new SharedClient(url, {
    prepare: () => Promise.resolve(),
    up: () => {},
    lost: (error) => lost.push(error),
  });
  await client.open();
  onTestFinished(() => client.close());
  return client;
}

it('a node that leaves and one whose sockets close at once do not wait for each other', async () => {
  const url = await createDatabase();
  onTestFinished(() => dropDatabase(url));
  const lost: unknown[] = [];
  const [staying, leaving] = [await openClient(url, lost), await openClient(url, lost)];
  // The rows stand in the table in the reverse order of their keys, which is the order of a scan.
  const users = Array.from({ length: USERS }, (_, i) => `user ${9999 - i}`);
  for (let round = 0; round < ROUNDS; round += 1) {
    await addNode(leaving, 'leaving');
    const ofLeaving = new SharedConnections(leaving, 'leaving');
    const ofStaying = new SharedConnections(staying, 'staying');
    await Promise.all(users.map((user) => ofLeaving.connect(user, 10)));
    const close = await Promise.all(users.map((user) => ofStaying.connect(user, 10)));
    for (const one of close) (one as () => void)();
    await sleep(GATHER_MS);
    await removeNode(leaving, 'leaving');
    const open = async () => {
      const text = 'select sum(total)::int as total from connections';
      return (await staying.query<{ total: number }>({ text })).rows[0]!.total;
    };
    await expect.poll(open, { timeout: 10_000 }).toBe(0);
  }
  expect(lost).toEqual([]);
});
