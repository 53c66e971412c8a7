import { setTimeout } from 'node:timers/promises';
import { median } from '../figures.ts';
import { readPlan, sendResult, signalReady } from '../processes.ts';
import type { ServerName } from '../servers.ts';
import { roomId, tokenOf } from '../world.ts';
import { dialects } from './dialects.ts';
import { openSocket, type ClientSocket } from './socket.ts';

/* Opens many connections and keeps them idle; then opens and closes them to measure joins per second. */

export interface Idle {
  readonly connections: number;
  /** Connections per room, each of another person. */
  readonly members: number;
}

export interface IdlePlan extends Idle {
  readonly server: ServerName;
  readonly url: string;
  /** How many times to measure joins per second. */
  readonly rounds: number;
}

export interface IdleResult {
  /** The median of all rounds. */
  readonly joinsPerSecond: number;
}

/** Milliseconds until the work that follows opening or closing is done; presence ends last. */
const SETTLE_MS = 4000;
/** Connections that are opened concurrently. */
const AT_ONCE = 64;

/** Connections that are opened and closed first, so that compiled code is measured. */
const WARM_UP = 4000;

const plan = readPlan() as IdlePlan;
const dialect = dialects[plan.server];

async function open(user: number): Promise<ClientSocket> {
  const room = roomId(Math.floor(user / plan.members));
  let ready = () => {};
  const isReady = new Promise<void>((resolve) => (ready = resolve));
  const socket = await openSocket(plan.url + dialect.path(room, tokenOf(user)), (frame, at) => {
    const kind = dialect.kindOf(frame, at);
    if (kind === 'ready') ready();
    else if (kind === 'ping') socket.send(dialect.pong);
  });
  if (dialect.hello) socket.send(dialect.hello);
  await isReady;
  return socket;
}

/** Opens `count` connections, `AT_ONCE` concurrently. */
async function openMany(count: number): Promise<{ sockets: ClientSocket[]; perSecond: number }> {
  const sockets: ClientSocket[] = [];
  let next = 0;
  const openSome = async () => {
    while (next < count) {
      next += 1;
      sockets.push(await open(next - 1));
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, openSome));
  return { sockets, perSecond: count / ((performance.now() - start) / 1000) };
}

async function closeAll(sockets: readonly ClientSocket[]): Promise<void> {
  for (const socket of sockets) socket.end();
  await setTimeout(SETTLE_MS);
}

const warmUp = await openMany(Math.min(WARM_UP, plan.connections));
await closeAll(warmUp.sockets);

// The runner probes the server's memory without connections, then with them.
signalReady();
await setTimeout(SETTLE_MS);
const idle = await openMany(plan.connections);
await setTimeout(SETTLE_MS);
signalReady();
await setTimeout(SETTLE_MS);
await closeAll(idle.sockets);

const rates: number[] = [];
for (let i = 0; i < plan.rounds; i += 1) {
  const { sockets, perSecond } = await openMany(plan.connections);
  rates.push(perSecond);
  await closeAll(sockets);
}
sendResult({ joinsPerSecond: median(rates) } satisfies IdleResult);
