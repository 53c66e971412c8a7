import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { percentiles, type Percentiles } from '../figures.ts';
import {
  cpuSeconds,
  cpuSecondsWithChildren,
  readPlan,
  sendResult,
  signalReady,
} from '../processes.ts';
import type { ServerName } from '../servers.ts';
import { emailOf, PASSWORD, roomId, tokenOf } from '../world.ts';
import { dialects } from './dialects.ts';
import { openSocket, type ClientSocket, type OnFrame } from './socket.ts';

/* Loads one server according to a plan, and measures acks, deliveries and CPU. */

export interface Load {
  readonly rooms: number;
  /** Connections per room, each of another person. */
  readonly members: number;
  /** How members read; senders always use a WebSocket. */
  readonly transport: 'websocket' | 'sse';
  /** How many members of each room send. */
  readonly senders: number;
  /** Closed loop: unacknowledged messages per sender. Open loop: messages a second, in all. */
  readonly traffic: { readonly window: number } | { readonly rate: number };
  /** Logins that are kept in flight meanwhile. */
  readonly logins: number;
  /** Milliseconds of the measurement. */
  readonly measureMs: number;
}

export interface LoadPlan extends Load {
  readonly server: ServerName;
  /** The nodes of the server, by address and by process. Members are spread evenly over them. */
  readonly urls: readonly string[];
  readonly pids: readonly number[];
  /** The process whose children are the server's database; null if it runs in the server itself. */
  readonly databasePid: number | null;
}

export interface LoadResult {
  /** Seconds at full speed until the server's CPU per delivery stood still; null if it had not when time was up. */
  readonly warmUpSeconds: number | null;
  readonly seconds: number;
  /** Messages acked, and messages received by readers. */
  readonly acked: number;
  readonly deliveries: number;
  /** CPU seconds of the server's nodes, of its database (null if that is a part of them), and of the client. */
  readonly serverCpu: number;
  readonly databaseCpu: number | null;
  readonly clientCpu: number;
  /** Milliseconds since the message was sent or, in an open loop, was due. */
  readonly ack: Percentiles;
  readonly delivery: Percentiles;
  readonly logins: number;
}

const FILLER = 'the quick brown fox jumps over the lazy dog, and then it does so once more';
const FILLERS = FILLER.padEnd(200, ` ${FILLER}`);
/** A text begins with clock and sender, in a fixed width; it has 100 letters. */
const CLOCK = 10;
const SENDER = 4;
const TEXT = 100;
const TEXT_FIELD = Buffer.from('"text":"');
/** Readers whose deliveries are timed: parsing all deliveries would make the client the limit. */
const TIMED = 30;
const TIMED_OF_ROOM = 3;

/** Messages that each sender keeps unacknowledged during the warm-up of an open loop. */
const WARM_UP_WINDOW = 4;
/**
 * A server is warm when its CPU per delivery has differed by less than this, as a share, over this many steps of so
 * many milliseconds; or after so many steps.
 */
const WARM = { difference: 0.05, steps: 3, stepMs: 2000, maxSteps: 20 };
/** Connections that are opened concurrently. */
const AT_ONCE = 32;
const SETTLE_MS = 1000;
/** Milliseconds until the server has finished what full speed left behind, such as indexing. */
const CALM_DOWN_MS = 4000;

/** The present in microseconds. */
const now = () => Math.round(performance.now() * 1000);

function textFrom(sender: number, at: number): string {
  const head = `${String(at).padStart(CLOCK, '0')}${String(sender).padStart(SENDER, '0')} `;
  return head + FILLERS.slice(0, TEXT - head.length);
}

/** Parses the number that `count` ASCII digits form at `at`. */
function digits(buffer: Buffer, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i += 1) value = value * 10 + (buffer[i]! - 48);
  return value;
}

interface Sender {
  readonly number: number;
  readonly socket: ClientSocket;
  /** Send times of its unacknowledged messages. */
  readonly sentAt: number[];
}

/** The counters of a measurement. */
class Count {
  acked = 0;
  deliveries = 0;
  logins = 0;
  readonly ackTimes: number[] = [];
  readonly deliveryTimes: number[] = [];
}

const plan = readPlan() as LoadPlan;
const dialect = dialects[plan.server];
const senders: Sender[] = [];
const run = {
  count: new Count(),
  sent: 0,
  /** Messages that each sender keeps unacknowledged. */
  window: 0,
  isEnding: false,
};

function send(sender: Sender, at: number): void {
  sender.sentAt.push(at);
  run.sent += 1;
  sender.socket.send(dialect.send(textFrom(sender.number, at), run.sent));
}

function acked(sender: Sender): void {
  run.count.acked += 1;
  run.count.ackTimes.push((now() - sender.sentAt.shift()!) / 1000);
  if (sender.sentAt.length < run.window) send(sender, now());
}

const isTimed = (room: number, member: number) =>
  member % Math.ceil(plan.members / TIMED_OF_ROOM) === 0 &&
  room % Math.ceil((plan.rooms * TIMED_OF_ROOM) / TIMED) === 0;

const nodeOf = (member: number) => plan.urls[member % plan.urls.length]!;

async function openMember(room: number, member: number): Promise<void> {
  const url = nodeOf(member) + dialect.path(roomId(room), tokenOf(room * plan.members + member));
  const timed = isTimed(room, member);
  let sender: Sender | null = null;
  let ready = () => {};
  const isReady = new Promise<void>((resolve) => (ready = resolve));

  const delivered = (frame: Buffer, start: number) => {
    run.count.deliveries += 1;
    if (!timed && !(sender && dialect.echoIsAck)) return;
    const at = frame.indexOf(TEXT_FIELD, start) + TEXT_FIELD.length;
    if (timed) run.count.deliveryTimes.push((now() - digits(frame, at, CLOCK)) / 1000);
    const isEcho = dialect.echoIsAck && digits(frame, at + CLOCK, SENDER) === sender?.number;
    if (sender && isEcho) acked(sender);
  };
  const onFrame: OnFrame = (frame, start, end) => {
    const kind = dialect.kindOf(frame, start);
    if (kind === 'delivery') delivered(frame, start);
    else if (kind === 'ack' && sender) acked(sender);
    else if (kind === 'ready') ready();
    else if (kind === 'ping') socket.send(dialect.pong);
    else if (kind === 'error') throw new Error(frame.toString('utf8', start, end));
  };
  const socket = await openSocket(url, onFrame);
  if (dialect.hello) socket.send(dialect.hello);
  await isReady;
  if (member >= plan.senders) return;
  sender = { number: senders.length, socket, sentAt: [] };
  senders.push(sender);
}

/** Opens a stream. Its events are counted by their first line, without parsing. */
async function openStream(member: number): Promise<void> {
  const { hostname, port } = new URL(nodeOf(member));
  const timed = isTimed(0, member);
  const socket = connect({ host: hostname, port: Number(port) });
  let ready = () => {};
  const isReady = new Promise<void>((resolve) => (ready = resolve));
  const read = (event: string) => {
    if (event.startsWith('event: live')) return ready();
    if (!event.startsWith('event: message.created')) return;
    run.count.deliveries += 1;
    if (!timed) return;
    const at = event.indexOf('"text":"') + TEXT_FIELD.length;
    run.count.deliveryTimes.push((now() - Number(event.slice(at, at + CLOCK))) / 1000);
  };
  let rest = '';
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    const events = (rest + text).split('\n\n');
    rest = events.pop()!;
    for (const event of events) read(event);
  });
  socket.on('close', () => {
    if (!run.isEnding) throw new Error('the server closed a stream');
  });
  const token = tokenOf(member);
  socket.write(`GET /notifications?token=${token} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  await isReady;
}

function* allMembers(): Generator<{ room: number; member: number }> {
  for (let room = 0; room < plan.rooms; room += 1) {
    for (let member = 0; member < plan.members; member += 1) yield { room, member };
  }
}

async function openAll(): Promise<void> {
  const members = allMembers();
  const openSome = async () => {
    for (const { room, member } of members) {
      if (plan.transport === 'sse' && member >= plan.senders) await openStream(member);
      else await openMember(room, member);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, openSome));
}

/** Runs at full speed until the server is warm, so that compiled code is measured. Returns how long that took. */
async function warmUp(): Promise<number | null> {
  run.window = 'window' in plan.traffic ? plan.traffic.window : WARM_UP_WINDOW;
  for (const sender of senders) for (let i = 0; i < run.window; i += 1) send(sender, now());
  const costs: number[] = [];
  const isWarm = () => {
    const last = costs.slice(-WARM.steps);
    return (
      last.length === WARM.steps && Math.max(...last) < Math.min(...last) * (1 + WARM.difference)
    );
  };
  while (!isWarm() && costs.length < WARM.maxSteps) {
    const before = { cpu: readClocks().serverCpu, deliveries: run.count.deliveries };
    await setTimeout(WARM.stepMs);
    costs.push((readClocks().serverCpu - before.cpu) / (run.count.deliveries - before.deliveries));
  }
  const seconds = isWarm() ? (costs.length * WARM.stepMs) / 1000 : null;
  if ('window' in plan.traffic) return seconds;
  run.window = 0;
  while (senders.some(({ sentAt }) => sentAt.length > 0)) await setTimeout(50);
  await setTimeout(CALM_DOWN_MS);
  return seconds;
}

/** Sends on schedule, however late the acks are. */
function sendAt(rate: number): void {
  const start = now();
  let due = 0;
  setInterval(() => {
    for (; start + (due * 1e6) / rate <= now(); due += 1) {
      send(senders[due % senders.length]!, Math.round(start + (due * 1e6) / rate));
    }
  }, 1);
}

async function signInRepeatedly(user: number): Promise<never> {
  for (;;) {
    const response = await fetch(`${nodeOf(user)}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: emailOf(user), password: PASSWORD }),
    });
    if (!response.ok) throw new Error(`a login failed with ${response.status}`);
    await response.text();
    run.count.logins += 1;
  }
}

const readClocks = () => ({
  seconds: performance.now() / 1000,
  serverCpu: plan.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
  databaseCpu: plan.databasePid === null ? 0 : cpuSecondsWithChildren(plan.databasePid),
  clientCpu: cpuSeconds(process.pid),
});

async function measure(warmUpSeconds: number | null): Promise<LoadResult> {
  const count = new Count();
  run.count = count;
  const before = readClocks();
  await setTimeout(plan.measureMs);
  run.count = new Count();
  const after = readClocks();
  return {
    warmUpSeconds,
    seconds: after.seconds - before.seconds,
    acked: count.acked,
    deliveries: count.deliveries,
    serverCpu: after.serverCpu - before.serverCpu,
    databaseCpu: plan.databasePid === null ? null : after.databaseCpu - before.databaseCpu,
    clientCpu: after.clientCpu - before.clientCpu,
    ack: percentiles(count.ackTimes),
    delivery: percentiles(count.deliveryTimes),
    logins: count.logins,
  };
}

await openAll();
const warmUpSeconds = await warmUp();
if ('rate' in plan.traffic) sendAt(plan.traffic.rate);
for (let i = 0; i < plan.logins; i += 1) void signInRepeatedly(i);
await setTimeout(SETTLE_MS);
signalReady();
sendResult(await measure(warmUpSeconds));
