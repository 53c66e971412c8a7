import type { Idle } from './clients/idle.ts';
import type { Load } from './clients/load.ts';
import { BEFORE, kinds, SERVERS, type ServerName } from './servers.ts';

/** A measurement under load. */
export interface LoadScenario {
  readonly name: string;
  readonly load: Load;
  readonly servers: readonly ServerName[];
  /** The row to compare CPU with: another scenario of ours, or by default `bare ws` in this one. */
  readonly against?: string;
  /** Whether to measure the delay of the event loop, which costs a little itself. */
  readonly probesDelay?: boolean;
  /** Set for a load that is nearly none: its CPU is given per hour. */
  readonly isQuiet?: boolean;
  /** A command that wraps the server's own. */
  readonly wrapper?: readonly string[];
}

export const ROUNDS = Number(process.env['ROUNDS'] ?? 3);

const base = {
  rooms: 1,
  transport: 'websocket',
  logins: 0,
  measureMs: Number(process.env['SECONDS'] ?? 6) * 1000,
} as const;

/** Full speed: 500 messages of a room are in flight at any time, or 8 in each of 200 rooms. */
const fullSpeed = { senders: 10, traffic: { window: 50 } };

/** Delays each fsync by 20 ms. */
const SLOW_DISK = [
  'strace',
  '-D',
  '-f',
  '--seccomp-bpf',
  '-qq',
  '--output=/dev/null',
  '--trace=fsync,fdatasync',
  '--inject=fsync,fdatasync:delay_enter=20000',
];

const fiveThousand = { ...base, members: 4, senders: 4, traffic: { rate: 5000 } };

/** The servers that one node serves. */
export const ONE_NODE = SERVERS.filter(
  (server) => kinds[server].nodes === 1 && (server !== 'charla before' || BEFORE !== undefined),
);
const CHARLA = ONE_NODE.filter((server) => server.startsWith('charla'));
const THREE_NODES: ServerName = '3 × charla on PostgreSQL';

export const loadScenarios: readonly LoadScenario[] = [
  { name: '10 members', load: { ...base, ...fullSpeed, members: 10 }, servers: ONE_NODE },
  { name: '100 members', load: { ...base, ...fullSpeed, members: 100 }, servers: ONE_NODE },
  { name: '1,000 members', load: { ...base, ...fullSpeed, members: 1000 }, servers: ONE_NODE },
  {
    name: '200 rooms × 10',
    load: { ...base, rooms: 200, members: 10, senders: 2, traffic: { window: 4 } },
    servers: ONE_NODE,
  },
  {
    name: '200 rooms × 10, one message per room at a time',
    load: { ...base, rooms: 200, members: 10, senders: 1, traffic: { window: 1 } },
    servers: ONE_NODE,
  },
  {
    name: '10 members, 1 sender, one message at a time',
    load: { ...base, members: 10, senders: 1, traffic: { window: 1 } },
    servers: ONE_NODE,
  },
  {
    name: '10 members, 10 senders with 8 in flight each',
    load: { ...base, members: 10, senders: 10, traffic: { window: 8 } },
    servers: ONE_NODE,
  },
  {
    name: '100 members, 10 senders with 8 in flight each',
    load: { ...base, members: 100, senders: 10, traffic: { window: 8 } },
    servers: ONE_NODE,
  },
  {
    name: '200 rooms × 10, 2 senders with 2 in flight each',
    load: { ...base, rooms: 200, members: 10, senders: 2, traffic: { window: 2 } },
    servers: ONE_NODE,
  },
  {
    name: '100 members, 1,000/s',
    load: { ...base, members: 100, senders: 10, traffic: { rate: 1000 } },
    servers: ONE_NODE,
  },
  {
    name: '100 members, 50/s',
    load: { ...base, members: 100, senders: 10, traffic: { rate: 50 } },
    servers: ONE_NODE,
  },
  {
    name: '100 members, 50/s, 20 logins at once',
    load: { ...base, members: 100, senders: 10, traffic: { rate: 50 }, logins: 20 },
    servers: CHARLA,
  },
  {
    name: '500 sockets, 200/s',
    load: { ...base, members: 501, senders: 1, traffic: { rate: 200 } },
    servers: ONE_NODE,
  },
  {
    name: '500 streams (SSE), 200/s',
    load: { ...base, members: 501, senders: 1, traffic: { rate: 200 }, transport: 'sse' },
    servers: CHARLA,
    against: '500 sockets, 200/s',
  },
  {
    name: '3,000 members',
    load: { ...base, members: 3000, senders: 12, traffic: { window: 50 } },
    servers: [...CHARLA, THREE_NODES],
  },
  {
    name: '3,000 members, 20/s',
    load: { ...base, members: 3000, senders: 12, traffic: { rate: 20 } },
    servers: [...ONE_NODE, THREE_NODES],
  },
  {
    name: 'a quiet server: 100 rooms × 20 members, 1 message a second in all',
    load: {
      ...base,
      rooms: 100,
      members: 20,
      senders: 1,
      traffic: { rate: 1 },
      measureMs: 10 * base.measureMs,
    },
    servers: ONE_NODE,
    isQuiet: true,
  },
  { name: '5,000/s', load: fiveThousand, servers: CHARLA, probesDelay: true },
  {
    name: '5,000/s, each fsync 20 ms slower',
    load: fiveThousand,
    servers: ['charla'],
    probesDelay: true,
    wrapper: SLOW_DISK,
  },
];

/** How long a server that was started rests before its memory is read, in milliseconds. */
export const REST_MS = 10_000;
export const IDLE: Idle = { connections: 10_000, members: 10 };
/** `quick` is the lowest cost of bcrypt that the server accepts; logins use the default cost. */
export const BCRYPT_COSTS = { quick: 4, default: 10 };
export const LONG_LIFE = { messages: 1_000_000, rooms: 10_000, users: 1000 };
export const PAGES = 300;
export const MISSED = 50_000;
