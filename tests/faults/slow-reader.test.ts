import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { rssOf } from '../support/child.ts';
import { createRoom, openSocket, signUp, type At } from '../support/client.ts';
import { isLong, PATIENCE, percentile, print, scaled } from './support/scale.ts';
import { Site } from './support/site.ts';
import { tapRoom, tapStream, type Tap } from './support/taps.ts';

const MIB = 1024 * 1024;
const VOLUME = scaled(16, 64) * MIB;
/**
 * What a reader that does not read may cost over one that is not there, in bytes. Without a bound it
 * would cost the whole volume. How much a server grows under this load says nothing: Node 24 lets
 * garbage lie for longer than Node 20.
 */
const MEMORY = 40 * MIB;
/** The most that a message may hold: 4,000 characters of four bytes. */
const BODY = '🙂'.repeat(3900);
const COUNT = Math.ceil(VOLUME / Buffer.byteLength(BODY));
/** Messages a second, so that delays are those of the server and not of a queue of ours. */
const PACE = 300;

type Never = 'nobody' | 'a socket' | 'a stream';

/** A reader that takes nothing; `wake` lets it read what there is, and answers how it ended. */
async function neverReading(who: Never, at: At, token: string, roomId: string) {
  if (who === 'a socket') {
    const ws = new WebSocket(`${at.url.replace('http', 'ws')}/ws/chat/${roomId}?token=${token}`);
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
  if (who === 'a stream') {
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
  return null;
}

/** Lets the volume pass by readers that read and `who`, who never does. */
async function pass(who: Never) {
  const site = new Site();
  const server = await site.start();
  const ana = await signUp(server, 'Ana');
  const bo = await signUp(server, 'Bo');
  const room = await createRoom(server, ana.token, 'wide');
  const sender = await openSocket(server, ana.token, room.id);
  await sender.next('live');
  sender.ws.removeAllListeners('message');
  let acks = 0;
  sender.ws.on('message', (data: Buffer) => {
    if (data.subarray(0, 13).toString() === '{"type":"ack"') acks += 1;
  });

  const sentAt: number[] = [];
  const delays: number[] = [];
  let cuts = 0;
  const readers = Array.from({ length: 4 }, (_, reader) => {
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
      if (Number(number) !== next) reject(new Error(`told ${number}, not ${next}`));
      delays.push(performance.now() - sentAt[next]!);
      next += 1;
      if (next === COUNT) resolve();
    };
    const open = () =>
      reader % 2 === 0
        ? tapRoom(server, bo.token, room.id, { after: seq }, take)
        : tapStream(server, bo.token, id, take);
    /** Who was busy for a while may be cut, too, and comes back. */
    const follow = (tap: Tap): Tap => {
      const comeBack = () => {
        if (next === COUNT) return;
        cuts += 1;
        follow(open());
      };
      void tap.closed.then(comeBack);
      return tap;
    };
    return { live: follow(open()).live, end: done };
  });
  await Promise.all(readers.map(async ({ live }) => live));
  const never = await neverReading(who, server, bo.token, room.id);

  const before = rssOf(server.pid);
  let most = 0;
  const start = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      most = Math.max(most, rssOf(server.pid));
      const due = Math.min(COUNT, Math.ceil(((performance.now() - start) / 1000) * PACE));
      while (sentAt.length < due) {
        sender.send({ type: 'send', text: `${sentAt.length} ${BODY}` });
        sentAt.push(performance.now());
      }
      if (sentAt.length < COUNT) return;
      clearInterval(timer);
      resolve();
    }, 2);
  });
  await Promise.all(readers.map(async ({ end }) => end));
  most = Math.max(most, rssOf(server.pid));
  const ended = await never?.wake();
  const p99 = percentile(delays, 0.99);
  print(
    `${VOLUME / MIB} MiB pass by ${who} that never reads: memory ${Math.round((most - before) / MIB)} MiB ` +
      `over before, ended with ${String(ended)}; the others' p50 ${percentile(delays, 0.5).toFixed(1)} ms, ` +
      `p99 ${p99.toFixed(1)} ms, ${acks} acks, ${cuts} of them cut and back`,
  );
  await site.stop('SIGTERM');
  return { ended, grown: most - before };
}

it(
  `keeps its memory, and the others their news, while ${VOLUME / MIB} MiB pass by a socket and a stream that never read`,
  { timeout: PATIENCE },
  async () => {
    // The quick form's volume is too small to stand out from noise.
    const alone = isLong ? (await pass('nobody')).grown : Infinity;
    for (const who of ['a socket', 'a stream'] as const) {
      const { ended, grown } = await pass(who);
      expect([4009, 1006, 'ended']).toContain(ended);
      expect(grown).toBeLessThan(alone + MEMORY);
    }
  },
);
