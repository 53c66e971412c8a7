import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import {
  createRoom,
  openLiveSocket,
  openSocket,
  signUp,
  type Account,
  type TestSocket,
} from '../support/client.ts';
import { rssOf, startChild } from '../support/child.ts';
import { defaultLimits, shareServer, startServer } from '../support/server.ts';
import { PATIENCE, percentile, print, scaled, seeded } from '../faults/support/scale.ts';

const MIB = 1024 * 1024;
/** Sockets that flood at the same time, and frames that each sends. */
const SOCKETS = scaled(2, 20);
const FRAMES = scaled(1_500, 50_000);
/**
 * How long an honest sender may wait for an ack meanwhile, in milliseconds. The quick form, which runs beside
 * other tests, only checks that the server does not stand still.
 */
const ACK_MS = scaled(5000, 1000);

const tcpOf = (ws: WebSocket) => (ws as unknown as { _socket: Socket })._socket;

/** The bytes of a client's masked frame (RFC 6455 section 5.2); the mask is all zeros. */
function frameOf(opcode: number, payload = '', fin = true): Buffer {
  const body = Buffer.from(payload);
  if (body.length > 125) throw new Error('Short frames only');
  return Buffer.concat([
    Buffer.from([(fin ? 0x80 : 0) | opcode, 0x80 | body.length, 0, 0, 0, 0]),
    body,
  ]);
}

const [TEXT, PING, PONG, CONTINUATION] = [1, 9, 10, 0];

/** The frames of each flood, which are written at once, as fast as the network takes them. */
const floods: Record<string, () => Buffer[]> = {
  'empty frames': () => Array<Buffer>(FRAMES).fill(frameOf(TEXT)),
  'frames that are not JSON': () => Array<Buffer>(FRAMES).fill(frameOf(TEXT, '{')),
  'protocol pings': () => Array<Buffer>(FRAMES).fill(frameOf(PING, 'x')),
  'unsolicited pongs': () => Array<Buffer>(FRAMES).fill(frameOf(PONG, 'x')),
  'ping commands': () => Array<Buffer>(FRAMES).fill(frameOf(TEXT, '{"type":"ping"}')),
  'typing commands': () => Array<Buffer>(FRAMES).fill(frameOf(TEXT, '{"type":"typing"}')),
  'send commands': () =>
    Array<Buffer>(FRAMES).fill(frameOf(TEXT, `{"type":"send","text":"${'x'.repeat(90)}"}`)),
  'messages of many fragments': () => {
    const fragments = Array<Buffer>(126).fill(frameOf(CONTINUATION, '', false));
    const message = [frameOf(TEXT, '', false), ...fragments, frameOf(CONTINUATION, '{}')];
    return Array.from({ length: scaled(500, 1000) }, () => message).flat();
  },
};

it(
  'closes sockets that flood with frames of any kind by 4008, and serves the others',
  { timeout: PATIENCE },
  async () => {
    const server = await startChild(defaultLimits);
    const ana = await signUp(server, 'Ana');
    const room = await createRoom(server, ana.token, 'Kitchen');
    const healthy = await openLiveSocket(server, ana.token, room.id);
    const flooders: Account[] = [];
    // RATE_LIMIT_AUTH allows no more registrations from one address.
    for (let i = 0; i < 4; i += 1) flooders.push(await signUp(server, `Flooder ${i}`));
    for (const [name, framesOf] of Object.entries(floods)) {
      const before = rssOf(server.pid);
      const sockets = await Promise.all(
        Array.from({ length: SOCKETS }, (_, i) =>
          openSocket(server, flooders[i % flooders.length]!.token, room.id),
        ),
      );
      const bytes = Buffer.concat(framesOf());
      for (const { ws } of sockets) tcpOf(ws).write(bytes);
      const closed = Promise.all(sockets.map((socket) => socket.closed));
      const waits: number[] = [];
      const over = closed.then(() => 'over');
      const pause = () => new Promise((resolve) => setTimeout(resolve, 150));
      do {
        const start = performance.now();
        const answer = await healthy.ask({ type: 'send', text: 'all is well' });
        waits.push(performance.now() - start);
        expect([name, answer['type']]).toEqual([name, 'ack']);
      } while ((await Promise.race([over, pause()])) !== 'over');
      const codes = (await closed).map(({ code }) => code);
      expect([name, codes]).toEqual([name, Array(SOCKETS).fill(4008)]);
      expect([name, percentile(waits, 1) < ACK_MS]).toEqual([name, true]);
      const grown = (rssOf(server.pid) - before) / MIB;
      expect([name, grown < 200]).toEqual([name, true]);
      print(
        `${SOCKETS} × ${bytes.length / MIB} MiB of ${name}: closed; ${waits.length} honest acks, ` +
          `the last within ${percentile(waits, 1).toFixed(0)} ms; ${grown.toFixed(0)} MiB more`,
      );
    }
  },
);

it('rejects each frame past the limit by its ref, and accepts frames again later', async () => {
  const server = await startServer({ RATE_LIMIT_MESSAGES: '1' });
  const ana = await signUp(server, 'Ana');
  const room = await createRoom(server, ana.token, 'Kitchen');
  const socket = await openLiveSocket(server, ana.token, room.id);
  // 50 frames a second, 150 at once.
  const refs = Array.from({ length: 160 }, (_, i) => `ping ${i}`);
  for (const ref of refs) socket.send({ type: 'ping', ref });
  const answers = () => socket.frames.filter(({ ref }) => ref);
  await expect.poll(() => answers().length).toBe(160);
  const [pongs, refusals] = [
    answers().filter(({ type }) => type === 'pong'),
    answers().filter(({ type }) => type === 'error'),
  ];
  expect(pongs.map(({ ref }) => ref as string)).toEqual(refs.slice(0, 150));
  expect(refusals.map(({ ref }) => ref as string)).toEqual(refs.slice(150));
  for (const refusal of refusals) {
    expect(refusal).toMatchObject({ code: 'rate_limited', retryable: true });
    expect([1, 2, 3]).toContain(refusal['retryAfter']);
  }
  await expect
    .poll(async () => (await socket.ask({ type: 'ping' }))['type'], {
      timeout: 5000,
      interval: 500,
    })
    .toBe('pong');
});

const usual = shareServer(defaultLimits);

it('delivers one typing event for many typing commands', async () => {
  const [ana, bo] = [await signUp(usual, 'Ana'), await signUp(usual, 'Bo')];
  const room = await createRoom(usual, ana.token, 'Kitchen');
  const watcher = await openLiveSocket(usual, bo.token, room.id);
  const sockets: TestSocket[] = [];
  for (let i = 0; i < 3; i += 1) sockets.push(await openSocket(usual, ana.token, room.id));
  for (let i = 0; i < 120; i += 1) sockets[i % 3]!.send({ type: 'typing' });
  await Promise.all(sockets.map((socket) => socket.ask({ type: 'ping' })));
  await sockets[0]!.ask({ type: 'send', text: 'done' });
  await watcher.next('message.created');
  expect(watcher.frames.filter(({ type }) => type === 'typing')).toHaveLength(1);
});

it('accepts a message in 128 fragments, and closes a socket that sends one in more', async () => {
  const cy = await signUp(usual, 'Cy');
  const room = await createRoom(usual, cy.token, 'Larder');
  const socket = await openLiveSocket(usual, cy.token, room.id);
  const inFragments = (count: number) => {
    const json = JSON.stringify({ type: 'send', text: 'x', ref: `of ${count}` }).padEnd(count);
    const last = count - 1;
    const parts = [...json].map((letter, i) => (i === last ? json.slice(last) : letter));
    return Buffer.concat(
      parts
        .slice(0, count)
        .map((part, i) => frameOf(i === 0 ? TEXT : CONTINUATION, part, i === last)),
    );
  };
  tcpOf(socket.ws).write(inFragments(128));
  expect(await socket.next('ack')).toMatchObject({ ref: 'of 128' });
  tcpOf(socket.ws).write(inFragments(129));
  expect((await socket.closed).code).toBe(1008);
});

it(
  'responds to hostile frames of every kind without an internal error',
  { timeout: PATIENCE },
  async () => {
    const random = seeded();
    const server = await startServer();
    const ana = await signUp(server, 'Ana');
    const room = await createRoom(server, ana.token, 'Kitchen');
    const healthy = await openLiveSocket(server, ana.token, room.id);
    const total = scaled(2_000, 100_000);
    const values = [
      '',
      'x',
      '\u0000',
      '\ud800',
      'あ'.repeat(3400),
      'x'.repeat(5000),
      '👍',
      '@Ana',
      -1,
      0,
      1.5,
      2 ** 53,
    ];
    const more = [null, true, [], {}, [[]], { a: { b: {} } }, '__proto__', 'constructor', 1e308];
    const fields = [
      'type',
      'text',
      'seq',
      'emoji',
      'ref',
      'clientMsgId',
      'replyTo',
      'token',
      '__proto__',
    ];
    // Six of the longest values fit in a frame; a frame that is too large ends its socket, as it should.
    const types = ['send', 'edit', 'delete', 'react', 'unreact', 'read', 'typing', 'ping', 'auth'];
    const hostile = (): string => {
      const kind = random.int(0, 9);
      if (kind === 0) return '['.repeat(random.int(1, 30_000));
      if (kind === 1) return JSON.stringify(random.pick([...values, ...more]));
      const pairs = Array.from({ length: random.int(0, 6) }, () => {
        const name = JSON.stringify(random.pick(fields));
        return `${name}:${JSON.stringify(random.pick<unknown>([...values, ...more, ...types]))}`;
      });
      if (random.chance(0.8)) pairs.unshift(`"type":"${random.pick(types)}"`);
      const json = `{${pairs.join(',')}}`;
      return random.chance(0.1) ? json.slice(0, random.int(0, json.length)) : json;
    };
    let socket = await openSocket(server, ana.token, room.id);
    for (let i = 0; i < total; i += 1) {
      if (socket.ws.readyState !== socket.ws.OPEN) {
        socket = await openSocket(server, ana.token, room.id);
      }
      socket.ws.send(hostile());
      if (i % 200 === 199) {
        expect((await socket.ask({ type: 'ping' }))['type']).toBe('pong');
        expect((await healthy.ask({ type: 'send', text: `after ${i}` }))['type']).toBe('ack');
      }
    }
    const faults = [...socket.frames, ...healthy.frames].filter(
      ({ code }) => code === 'internal_error',
    );
    expect(faults).toEqual([]);
    const ended = once(socket.ws, 'close');
    socket.ws.close();
    await ended;
    print(`${total} hostile frames: each answered, none with an internal error`);
  },
);
