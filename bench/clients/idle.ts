import { setTimeout } from 'node:timers/promises';
import { readPlan, tell, tellReady } from '../processes.ts';
import type { ServerName } from '../servers.ts';
import { roomId, tokenOf } from '../world.ts';
import { dialects } from './dialects.ts';
import { openSocket, type ClientSocket } from './socket.ts';

/* Opens many connections and keeps them idle; tells how many were opened a second. */

export interface Idle {
  readonly connections: number;
  /** Connections of each room, of as many people. */
  readonly members: number;
}

export interface IdlePlan extends Idle {
  readonly server: ServerName;
  readonly url: string;
}

export interface IdleResult {
  readonly joinsPerSecond: number;
}

/** By when the server has forgotten connections that were closed, in milliseconds. */
const SETTLE_MS = 2000;
/** Connections that are being opened at once. */
const AT_ONCE = 64;

/** Connections that are opened and closed again before, so that what is measured is compiled code. */
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

/** Opens as many, some at once; answers how many a second. */
async function openMany(count: number, opened: (socket: ClientSocket) => void): Promise<number> {
  let next = 0;
  const openSome = async () => {
    while (next < count) {
      next += 1;
      opened(await open(next - 1));
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, openSome));
  return count / ((performance.now() - start) / 1000);
}

await openMany(Math.min(WARM_UP, plan.connections), (socket) => socket.end());
await setTimeout(SETTLE_MS);
tellReady();
await setTimeout(SETTLE_MS);
const joinsPerSecond = await openMany(plan.connections, () => {});
tell({ joinsPerSecond } satisfies IdleResult);
