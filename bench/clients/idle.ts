import { readPlan, tell } from '../processes.ts';
import type { ServerName } from '../servers.ts';
import { roomId, tokenOf } from '../world.ts';
import { dialects } from './dialects.ts';
import { openSocket } from './socket.ts';

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

/** Connections that are being opened at once. */
const AT_ONCE = 64;

const plan = readPlan() as IdlePlan;
const dialect = dialects[plan.server];
let next = 0;

async function openSome(): Promise<void> {
  while (next < plan.connections) {
    const user = next;
    next += 1;
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
  }
}

const start = performance.now();
await Promise.all(Array.from({ length: AT_ONCE }, openSome));
const joinsPerSecond = plan.connections / ((performance.now() - start) / 1000);
tell({ joinsPerSecond } satisfies IdleResult);
