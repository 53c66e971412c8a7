import { expect, it } from 'vitest';
import { call, postMessage } from '../../support/client.ts';
import { PostgresServer } from '../../support/postgres/server.ts';
import { PATIENCE, print, scaled, slowness } from '../support/scale.ts';
import { keepBusy } from './support/busy.ts';
import { shareNodes, type Node } from './support/nodes.ts';
import { timed, within } from './support/within.ts';

const RESTARTS = scaled(1, 30);
const KILLS = scaled(1, 30);
const NODES = scaled(2, 3);
/** How long after the return of the database everything is caught up, in milliseconds. */
const CAUGHT_UP_MS = 5000;
/** The last statement before COMMIT, and in the same packet; only the connection that writes sends it. */
const NOTIFY = 'charla_notify';

let postgres: PostgresServer;
const nodes = shareNodes(NODES, {
  database: async (defer) => {
    // It waits for the disk, as the one of the other tests does not.
    postgres = await PostgresServer.start();
    defer(() => postgres.remove());
    return postgres.url('postgres');
  },
});

const ways = [
  { how: 'restarted', times: RESTARTS, down: async () => postgres.stop('fast') },
  {
    how: 'killed in mid-commit',
    times: KILLS,
    down: async (node: Node) => {
      await node.link.heard(NOTIFY);
      await postgres.kill();
    },
  },
];

it.each(ways)(
  `loses no acked message and repeats nothing when PostgreSQL is $how $times times under load`,
  { timeout: PATIENCE },
  async ({ how, times, down }) => {
    const { random, load, token, roomId, caughtUp, finish } = await keepBusy(nodes);
    const delays: number[] = [];
    for (let i = 0; i < times; i += 1) {
      await down(random.pick(nodes));
      for (const node of nodes) await expectUnavailable(node, token, roomId);
      await postgres.start();
      delays.push(await timed(within(30_000, caughtUp(), `outage ${i} is over`)));
      for (const node of nodes) expect((await call(node, 'GET', '/ready')).status).toBe(200);
      await load.ackedMore(random.int(1, 50));
    }
    const length = await finish();
    expect(load.followersLost).toEqual([]);
    // Where the outcome of a commit is unknown.
    expect(load.closeCodes.filter((code) => code !== 1013)).toEqual([]);
    expect(delays.filter((ms) => ms > CAUGHT_UP_MS * slowness())).toEqual([]);
    print(
      `${times} times ${how}, ${length} events: caught up after ${Math.max(...delays).toFixed()} ms`,
    );
  },
);

/** Without its database a node says so, and how long to wait. */
async function expectUnavailable(node: Node, token: string, roomId: string): Promise<void> {
  const answers = await Promise.all([
    call<{ code: string }>(node, 'GET', '/ready'),
    call<{ code: string }>(node, 'GET', `/rooms/${roomId}/events?after=0`, { token }),
    postMessage(node, token, roomId, 'nobody can write this'),
  ]);
  for (const { status, body } of answers) {
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  }
  for (const { headers } of answers.slice(1)) {
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
}
