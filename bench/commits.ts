import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mutations } from '../src/chat/mutations.ts';
import { commitGroup } from '../src/store/group.ts';
import type { Job } from '../src/store/mutation.ts';
import { connect } from '../src/store/postgres/connect.ts';
import { prepareDatabase } from '../src/store/postgres/prepare.ts';
import { Writable } from '../src/store/postgres/writable.ts';
import { openPostgres } from '../tests/support/database.ts';
import { fillingOf } from '../tests/support/filling.ts';
import { percentiles } from './figures.ts';
import { startPostgres } from './postgres.ts';
import { people, roomId, roomsOf, userId } from './world.ts';

/*
 * How many messages the log on PostgreSQL takes, by the size of the groups that commit: the one thing that more nodes
 * do not make faster. It writes as the threads of nodes do, without sockets. The first row is the least that a database
 * can do for a message: a transaction that takes a lock, inserts one row and notifies, on the same disk.
 *
 *   node bench/commits.ts [--seconds 5]
 */
const SECONDS = Number(
  parseArgs({ options: { seconds: { type: 'string', default: '5' } } }).values.seconds,
);
const ROOMS = 200;
const MEMBERS = 10;

interface Plan {
  readonly nodes: number;
  readonly group: number;
  readonly rooms: number;
}

const PLANS: readonly Plan[] = [
  { nodes: 1, group: 1, rooms: 1 },
  { nodes: 1, group: 64, rooms: 1 },
  { nodes: 1, group: 256, rooms: 1 },
  { nodes: 1, group: 1000, rooms: 1 },
  { nodes: 1, group: 256, rooms: ROOMS },
  { nodes: 3, group: 256, rooms: ROOMS },
];

let lastId = 0;

function groupOf({ group, rooms }: Plan): Job[] {
  return Array.from({ length: group }, (_, i) => {
    const room = i % rooms;
    const member = room * MEMBERS + (Math.floor(i / rooms) % MEMBERS);
    const text = `a message of some words, number ${(lastId += 1)}`;
    const input = { roomId: roomId(room), userId: userId(member), text, clientMsgId: text };
    return { mutation: 'sendMessages', input };
  });
}

async function commitAll(url: string, epoch: string, plan: Plan): Promise<number[]> {
  const writable = new Writable(url, () => ({ epoch, pos: 0 }));
  const times = await timesOf(async () => {
    const { outcomes } = await commitGroup(writable, mutations, groupOf(plan));
    const failed = outcomes.find((outcome) => !('value' in outcome));
    if (failed) throw new Error(JSON.stringify(failed));
  });
  await writable.close();
  return times;
}

/** The times of transactions with the steps of a commit and one row, in milliseconds. */
async function bareTransactions(url: string): Promise<number[]> {
  const client = await connect(url, { limits: { statement: 10_000 }, pipeline: true });
  await client.query(
    'create table bare (id bigint generated always as identity primary key, text text)',
  );
  const run = async () => {
    await Promise.all([
      client.query('begin'),
      client.query({ name: 'lock', text: `select value from meta where key = 'epoch' for update` }),
      client.query({
        name: 'insert',
        text: 'insert into bare (text) values ($1)',
        values: ['x'.repeat(300)],
      }),
      client.query({
        name: 'notify',
        text: `select pg_notify('bare', $1)`,
        values: ['x'.repeat(300)],
      }),
      client.query('commit'),
    ]);
  };
  const times = await timesOf(run);
  await client.end();
  return times;
}

/** Runs it once unmeasured, then for as long as each row is measured. */
async function timesOf(run: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  await run();
  const end = performance.now() + SECONDS * 1000;
  while (performance.now() < end) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times;
}

function printRow(name: string, rooms: number, messages: number, times: readonly number[]): void {
  const { p50, p99 } = percentiles(times);
  const rate = Math.round(messages / SECONDS).toLocaleString('en');
  console.log(`| ${name} | ${rooms} | ${rate} | ${p50.toFixed(1)} / ${p99.toFixed(1)} |`);
}

const folder = mkdtempSync(join(tmpdir(), 'charla-bench-'));
// PostgreSQL runs as another user, if this is root.
chmodSync(folder, 0o711);
const postgres = await startPostgres(folder);
try {
  console.log('| nodes × group | rooms | messages a second | ms a commit, p50 / p99 |');
  console.log('| --- | ---: | ---: | ---: |');
  const bare = await postgres.createDatabase();
  await prepareDatabase(bare);
  const bareTimes = await bareTransactions(bare);
  printRow('a bare transaction', 1, bareTimes.length, bareTimes);
  for (const plan of PLANS) {
    const url = await postgres.createDatabase();
    const filling = fillingOf(await openPostgres(url));
    await filling.perform(people(ROOMS * MEMBERS));
    await filling.perform(roomsOf(plan.rooms, MEMBERS));
    await filling.close();
    const { epoch } = await prepareDatabase(url);
    const nodes = Array.from({ length: plan.nodes }, () => commitAll(url, epoch, plan));
    const times = (await Promise.all(nodes)).flat();
    printRow(`${plan.nodes} × ${plan.group}`, plan.rooms, times.length * plan.group, times);
    await postgres.dropDatabase(url);
  }
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
