import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
// oxlint-disable-next-line typescript/no-restricted-imports -- the check of each frame would be what is measured
import { WebSocket } from 'ws';
import { rssOf } from '../support/child.ts';
import { createRoom, openLiveSocket, signUp, socketUrl, type At } from '../support/client.ts';
import { isLong, PATIENCE, percentile, print, scaled } from './support/scale.ts';
import { Site } from './support/site.ts';
import { tapRoom, tapStream, type Tap } from './support/taps.ts';

const MIB = 1024 * 1024;
const VOLUME = scaled(16, 64) * MIB;
/**
 * The memory that a stalled reader may cost, in bytes, compared with a run without one. Without a bound it would
 * cost the whole volume. The growth under load alone says nothing, because Node 24 collects garbage later
 * than Node 20.
 */
const MEMORY = 40 * MIB;
/** Almost the largest message: 4,000 characters of four bytes. */
const BODY = '🙂'.repeat(3900);
const COUNT = Math.ceil(VOLUME / Buffer.byteLength(BODY));
/** Messages a second. The test sends at this rate so that it measures delays of the server, not its own queue. */
const RATE = 300;
/** The most unacknowledged messages. Without a bound, a busy machine would cut the sender as a slow reader, too. */
const MAX_UNACKED = 40;

/** Readers that read, half of them over sockets. */
const READERS = scaled(2, 4);

type Stalled = 'a socket' | 'a stream';

/** A reader that reads nothing. `wake` lets it read, and resolves with how its connection ended. */
async function openStalled(kind: Stalled, at: At, token: string, roomId: string) {
  if (kind === 'a socket') {
    const ws = new WebSocket(socketUrl(at, roomId, { token }));
    onTestFinished(() => ws.terminate());
    await once(ws, 'open');
    ws.on('error', () => {});
    const closed = once(ws, 'close');
    ws.pause();
    return {
      wake: async () => {
        ws.resume();
        return Number((await closed)[0]);
      },
    };
  }
  const request = get(`${at.url}/notifications?token=${token}`, { agent: false });
  onTestFinished(() => void request.destroy());
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  response.pause();
  return {
    wake: async () => {
      const closed = once(response, 'close');
      response.resume();
      await closed;
      return 'ended';
    },
  };
}

/** Sends the volume to readers that read, and to stalled ones. */
async function sendVolume(kinds: readonly Stalled[]) {
  const site = new Site();
  const server = await site.start();
  const ana = await signUp(server, 'Ana');
  const bo = await signUp(server, 'Bo');
  const room = await createRoom(server, ana.token, 'wide');
  const sender = await openLiveSocket(server, ana.token, room.id);
  sender.ws.removeAllListeners('message');
  let acks = 0;
  sender.ws.on('message', (data: Buffer) => {
    if (data.subarray(0, 13).toString() === '{"type":"ack"') acks += 1;
  });
  const senderLost = once(sender.ws, 'close').then(([code]) => {
    throw new Error(`the sender's socket was closed by ${String(code)}`);
  });

  const sentAt: number[] = [];
  const delays: number[] = [];
  let cuts = 0;
  const readers = Array.from({ length: READERS }, (_, reader) => {
    let next = 0;
    let seq: number | undefined;
    let id: string | undefined;
    let resolve: () => void;
    let reject: (error: Error) => void;
    const done = new Promise<void>((...settle) => ([resolve, reject] = settle));
    const take = (json: string, cursor: string | null) => {
      id = cursor ?? id;
      const [, at, number] = /"seq":(\d+),.*"text":"(\d+) /.exec(json.slice(0, 600)) ?? [];
      if (number === undefined) return;
      seq = Number(at);
      if (Number(number) !== next) reject(new Error(`received ${number}, not ${next}`));
      delays.push(performance.now() - sentAt[next]!);
      next += 1;
      if (next === COUNT) resolve();
    };
    const open = () =>
      reader % 2 === 0
        ? tapRoom(server, bo.token, room.id, { after: seq }, take)
        : tapStream(server, bo.token, id, take);
    /** A reader that was busy for a while may be disconnected, too; then it resumes. */
    const follow = (tap: Tap): Tap => {
      const resume = () => {
        if (next === COUNT) return;
        cuts += 1;
        follow(open());
      };
      void tap.closed.then(resume);
      return tap;
    };
    return { live: follow(open()).live, end: done };
  });
  await Promise.all(readers.map(async ({ live }) => live));
  const stalled = await Promise.all(
    kinds.map(async (kind) => openStalled(kind, server, bo.token, room.id)),
  );

  const before = rssOf(server.pid);
  let most = 0;
  const start = performance.now();
  const sent = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      most = Math.max(most, rssOf(server.pid));
      const due = Math.min(COUNT, Math.ceil(((performance.now() - start) / 1000) * RATE));
      while (sentAt.length < Math.min(due, acks + MAX_UNACKED)) {
        sender.send({ type: 'send', text: `${sentAt.length} ${BODY}` });
        sentAt.push(performance.now());
      }
      if (sentAt.length < COUNT) return;
      clearInterval(timer);
      resolve();
    }, 2);
    onTestFinished(() => clearInterval(timer));
  });
  await Promise.race([sent, senderLost]);
  await Promise.race([Promise.all(readers.map(async ({ end }) => end)), senderLost]);
  most = Math.max(most, rssOf(server.pid));
  const ended = await Promise.all(stalled.map(async ({ wake }) => wake()));
  const p99 = percentile(delays, 0.99);
  print(
    `${VOLUME / MIB} MiB while ${kinds.join(' and ') || 'nobody'} never reads: memory grew by ${Math.round((most - before) / MIB)} MiB, ` +
      `it ended with ${ended.join(' and ')}; the others: p50 ${percentile(delays, 0.5).toFixed(1)} ms, ` +
      `p99 ${p99.toFixed(1)} ms, ${acks} acks, ${cuts} disconnected and resumed`,
  );
  await site.stop('SIGTERM');
  return { ended, grown: most - before };
}

it(
  `bounds its memory and serves other readers while a socket or a stream leaves ${VOLUME / MIB} MiB unread`,
  { timeout: PATIENCE },
  async () => {
    // In the quick form the volume is too small to stand out from noise.
    const alone = isLong ? (await sendVolume([])).grown : Infinity;
    // In the quick form both stall at once.
    const runs: Stalled[][] = isLong ? [['a socket'], ['a stream']] : [['a socket', 'a stream']];
    for (const kinds of runs) {
      const { ended, grown } = await sendVolume(kinds);
      for (const end of ended) expect([4009, 1006, 'ended']).toContain(end);
      expect(grown).toBeLessThan(alone + MEMORY);
    }
  },
);
