import type { Idle } from './clients/idle.ts';
import type { Load } from './clients/load.ts';
import { SERVERS, type ServerName } from './servers.ts';

/** What is measured under load. */
export interface LoadScenario {
  readonly name: string;
  readonly load: Load;
  readonly servers: readonly ServerName[];
  /** What its CPU per delivery is compared with: `bare ws` in the same scenario, or another of ours. */
  readonly against?: string;
  /** Whether to look how late the event loop is, which costs a little itself. */
  readonly probesDelay?: boolean;
  /** The server runs by this command. */
  readonly wrapper?: readonly string[];
}

export const ROUNDS = Number(process.env['ROUNDS'] ?? 3);

const base = {
  rooms: 1,
  door: 'websocket',
  logins: 0,
  warmUpMs: 3000,
  measureMs: Number(process.env['SECONDS'] ?? 6) * 1000,
} as const;

/** Full speed: 500 messages of a room are under way at any time, or 8 where there are 200 rooms. */
const fullSpeed = { senders: 10, pace: { window: 50 } };

/** Each fsync takes 20 ms longer. */
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

const five = { ...base, members: 4, senders: 4, pace: { rate: 5000 } };

export const loadScenarios: readonly LoadScenario[] = [
  { name: '10 members', load: { ...base, ...fullSpeed, members: 10 }, servers: SERVERS },
  { name: '100 members', load: { ...base, ...fullSpeed, members: 100 }, servers: SERVERS },
  { name: '1,000 members', load: { ...base, ...fullSpeed, members: 1000 }, servers: SERVERS },
  {
    name: '200 rooms × 10',
    load: { ...base, rooms: 200, members: 10, senders: 2, pace: { window: 4 } },
    servers: SERVERS,
  },
  {
    name: '200 rooms × 10, one message of a room at a time',
    load: { ...base, rooms: 200, members: 10, senders: 1, pace: { window: 1 } },
    servers: SERVERS,
  },
  {
    name: '10 members, 1 eager sender',
    load: { ...base, members: 10, senders: 1, pace: { window: 1 } },
    servers: SERVERS,
  },
  {
    name: '100 members, 1,000/s',
    load: { ...base, members: 100, senders: 10, pace: { rate: 1000 } },
    servers: SERVERS,
  },
  {
    name: '100 members, 50/s',
    load: { ...base, members: 100, senders: 10, pace: { rate: 50 } },
    servers: SERVERS,
  },
  {
    name: '100 members, 50/s, 20 logins at once',
    load: { ...base, members: 100, senders: 10, pace: { rate: 50 }, logins: 20 },
    servers: ['charla'],
  },
  {
    name: '500 sockets, 200/s',
    load: { ...base, members: 501, senders: 1, pace: { rate: 200 } },
    servers: SERVERS,
  },
  {
    name: '500 streams (SSE), 200/s',
    load: { ...base, members: 501, senders: 1, pace: { rate: 200 }, door: 'sse' },
    servers: ['charla'],
    against: '500 sockets, 200/s',
  },
  { name: '5,000/s', load: five, servers: ['charla'], probesDelay: true },
  {
    name: '5,000/s, each fsync 20 ms longer',
    load: five,
    servers: ['charla'],
    probesDelay: true,
    wrapper: SLOW_DISK,
  },
];

export const IDLE: Idle = { connections: 10_000, members: 10 };
/** The lowest of the costs of bcrypt that the server takes; the logins are as dear as by default. */
export const BCRYPT_COSTS = { quick: 4, default: 10 };
export const LONG_LIFE = { messages: 1_000_000, rooms: 10_000, users: 1000 };
export const PAGES = 300;
export const MISSED = 50_000;
