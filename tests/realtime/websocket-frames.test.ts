import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { call, createRoom, openSocket, signUp, type TestSocket } from '../support/client.ts';
import { handshake } from '../support/handshake.ts';
import { shareServer } from '../support/server.ts';
import { sendAtOnce, until } from '../support/until.ts';

const server = shareServer();
let rooms = 0;

/** Somebody with a live socket in a room of their own. */
async function alone() {
  rooms += 1;
  const ana = await signUp(server, `Ana ${rooms}`);
  const room = await createRoom(server, ana.token, `room ${rooms}`);
  const socket = await openSocket(server, ana.token, room.id);
  await socket.next('live');
  const { token } = ana;
  return { token, roomId: room.id, socket };
}

const TEXT = 1;
const BINARY = 2;
const CONTINUATION = 0;

/** A masked frame, as clients send them. `ws` itself would not send all of these. */
function clientFrame(opcode: number, payload: Buffer, fin = true): Buffer {
  const mask = randomBytes(4);
  const { length } = payload;
  const header =
    length < 126
      ? Buffer.from([(fin ? 0x80 : 0) | opcode, 0x80 | length])
      : Buffer.from([(fin ? 0x80 : 0) | opcode, 0xff, ...longLength(length)]);
  return Buffer.concat([header, mask, payload.map((byte, i) => byte ^ mask[i % 4]!)]);
}

function longLength(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}

/** The TCP connection of a socket. */
const rawSocketOf = ({ ws }: TestSocket) => (ws as unknown as { _socket: Socket })._socket;

const expectAlive = async (socket: TestSocket) =>
  expect(await socket.ask({ type: 'send', text: 'still here' })).toMatchObject({ type: 'ack' });

describe('an invalid frame gets an error, and the socket stays open:', () => {
  it.each([
    ['not JSON', 'hola', {}],
    ['an empty frame', '', {}],
    ['truncated JSON', '{"type":"ping","ref":"1"', {}],
    ['an array', '[]', {}],
    ['a number', '7', {}],
    ['null', 'null', {}],
    ['a text', '"ping"', {}],
    ['no type', '{"ref":"1"}', { ref: '1' }],
    ['a type that is not a string', '{"type":["ping"],"ref":"1"}', { ref: '1' }],
    [
      'an unknown type',
      '{"type":"shout","ref":"1","clientMsgId":"c"}',
      { ref: '1', clientMsgId: 'c' },
    ],
    ['the type __proto__', '{"type":"__proto__","ref":"1"}', { ref: '1' }],
    ['the type constructor', '{"type":"constructor","ref":"1"}', { ref: '1' }],
    ['the type toString', '{"type":"toString","ref":"1"}', { ref: '1' }],
    ['an unknown field', '{"type":"ping","ref":"1","x":1}', { ref: '1' }],
    ['a field __proto__', '{"type":"ping","ref":"1","__proto__":{"x":1}}', { ref: '1' }],
    [
      'a send without text',
      '{"type":"send","ref":"1","clientMsgId":"c"}',
      { ref: '1', clientMsgId: 'c' },
    ],
    ['a text that is not a string', '{"type":"send","text":1,"ref":"1"}', { ref: '1' }],
    ['a lone high surrogate', String.raw`{"type":"send","text":"a\ud800","ref":"1"}`, { ref: '1' }],
    ['a lone low surrogate', String.raw`{"type":"send","text":"\udc00a","ref":"1"}`, { ref: '1' }],
    ['NUL', String.raw`{"type":"send","text":"a\u0000","ref":"1"}`, { ref: '1' }],
    ['a ref of 65 letters', `{"type":"ping","ref":"${'r'.repeat(65)}"}`, {}],
    ['a ref that is not a string', '{"type":"ping","ref":1}', {}],
    ['an empty clientMsgId', '{"type":"send","text":"x","clientMsgId":"","ref":"1"}', { ref: '1' }],
    [
      'a clientMsgId of 65 letters',
      `{"type":"send","text":"x","ref":"1","clientMsgId":"${'c'.repeat(65)}"}`,
      { ref: '1' },
    ],
    ['a replyTo of 0', '{"type":"send","text":"x","ref":"1","replyTo":0}', { ref: '1' }],
    ['an infinite replyTo', '{"type":"send","text":"x","ref":"1","replyTo":1e400}', { ref: '1' }],
    ['an auth without token', '{"type":"auth","ref":"1"}', { ref: '1' }],
    [
      'JSON that is 20,000 deep',
      `{"type":"ping","ref":"1","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      { ref: '1' },
    ],
  ])('%s', async (_, frame, echo) => {
    const { socket } = await alone();
    socket.send(frame);
    expect(await socket.next('error')).toMatchObject({
      type: 'error',
      code: 'validation_failed',
      message: expect.stringMatching(/./),
      retryable: false,
      ...echo,
    });
    await expectAlive(socket);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe('a violation of the protocol closes the socket:', () => {
  it.each([
    ['a binary frame', 1003, clientFrame(BINARY, Buffer.from('{"type":"ping"}'))],
    ['bad UTF-8', 1007, clientFrame(TEXT, Buffer.from([0x22, 0xc3, 0x28, 0x22]))],
    ['a surrogate in UTF-8', 1007, clientFrame(TEXT, Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))],
    ['one byte over 64 KiB', 1009, clientFrame(TEXT, Buffer.alloc(65_537, 'x'))],
    ['a frame far over 64 KiB', 1009, clientFrame(TEXT, Buffer.alloc(2_000_000, 'x'))],
    [
      'fragments of more than 64 KiB together',
      1009,
      Buffer.concat([
        clientFrame(TEXT, Buffer.alloc(40_000, 'x'), false),
        clientFrame(CONTINUATION, Buffer.alloc(40_000, 'x')),
      ]),
    ],
    ['an unmasked frame', 1002, Buffer.from([0x81, 1, 0x31])],
  ])('%s, with its code', async (_, code, bytes) => {
    const { token, roomId, socket } = await alone();
    rawSocketOf(socket).write(bytes);
    expect((await socket.closed).code).toBe(code);
    const again = await openSocket(server, token, roomId);
    await again.next('live');
  });

  it('accepts exactly 64 KiB', async () => {
    const { socket } = await alone();
    const frame = '{"type":"ping","ref":"full"}';
    socket.send(frame + ' '.repeat(65_536 - frame.length));
    expect(await socket.next('pong')).toMatchObject({ ref: 'full' });
  });
});

it('reads a fragmented frame with a ping in between, byte by byte', async () => {
  const { socket } = await alone();
  const json = Buffer.from('{"type":"send","text":"¡Hola! 👋","ref":"f"}');
  const ping = clientFrame(9, Buffer.from('?'));
  const cut = json.indexOf(0xf0) + 2; // Within the four bytes of the emoji.
  const bytes = Buffer.concat([
    clientFrame(TEXT, json.subarray(0, cut), false),
    ping,
    clientFrame(CONTINUATION, json.subarray(cut, cut + 1), false),
    clientFrame(CONTINUATION, Buffer.alloc(0), false),
    clientFrame(CONTINUATION, json.subarray(cut + 1)),
  ]);
  const ponged = once(socket.ws, 'pong');
  const tcp = rawSocketOf(socket);
  tcp.setNoDelay(true);
  for (const byte of bytes) tcp.write(Buffer.from([byte]));
  expect(await socket.next('message.created')).toMatchObject({ message: { text: '¡Hola! 👋' } });
  expect(await socket.next('ack')).toMatchObject({ ref: 'f' });
  expect(String((await ponged)[0])).toBe('?');
});

it('reads many frames that arrive at once', async () => {
  const { socket } = await alone();
  const frames = Array.from({ length: 200 }, (_, i) =>
    clientFrame(TEXT, Buffer.from(`{"type":"ping","ref":"${i}"}`)),
  );
  rawSocketOf(socket).write(Buffer.concat(frames));
  for (let i = 0; i < 200; i += 1) expect((await socket.next('pong'))['ref']).toBe(String(i));
});

/** Connects, writes, and resets the connection (RST) once `when` resolves. */
async function connectAndReset(bytes: string | Buffer, when: (tcp: Socket) => Promise<unknown>) {
  const { hostname, port } = new URL(server.url);
  const tcp = connect(Number(port), hostname);
  tcp.on('error', () => {});
  await once(tcp, 'connect');
  tcp.write(bytes);
  await when(tcp);
  tcp.resetAndDestroy();
}

const atOnce = () => Promise.resolve();
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const response = (tcp: Socket) => once(tcp, 'data');

describe('a connection that is reset', () => {
  it.each([
    ['in the middle of its request', (path: string) => handshake(path).slice(0, 30), nextTurn],
    ['together with its request', handshake, atOnce],
    ['right after its request', handshake, nextTurn],
    ['while it is rejected', () => handshake('/ws/chat/nowhere'), nextTurn],
    ['once it has been accepted', handshake, response],
    [
      'in the middle of its first frame',
      (path: string) =>
        Buffer.concat([
          Buffer.from(handshake(path)),
          clientFrame(TEXT, Buffer.alloc(1000, ' ')).subarray(0, 400),
        ]),
      response,
    ],
    [
      'with a send in progress',
      (path: string) =>
        Buffer.concat([
          Buffer.from(handshake(path)),
          clientFrame(TEXT, Buffer.from('{"type":"send","text":"x"}')),
        ]),
      response,
    ],
  ])('%s affects nobody else', async (_, bytes, when) => {
    const { token, roomId, socket } = await alone();
    const bo = await signUp(server, `Bo ${rooms}`);
    const path = `/ws/chat/${roomId}?token=${bo.token}`;
    for (let i = 0; i < 10; i += 1) await connectAndReset(bytes(path), when);
    await expectAlive(socket);
    const onlineCount = async () =>
      (await call<{ onlineCount: number }>(server, 'GET', `/rooms/${roomId}`, { token })).body
        .onlineCount;
    await expect.poll(onlineCount).toBe(1);
    await (await openSocket(server, bo.token, roomId)).next('live');
  });
});

it('disconnects a peer that does not read, which misses nothing when it resumes', async () => {
  const [ana, bo] = [await signUp(server, 'Ana writes'), await signUp(server, 'Bo sleeps')];
  const room = await createRoom(server, ana.token, 'wide');
  const a = await openSocket(server, ana.token, room.id);
  const b = await openSocket(server, bo.token, room.id);
  await a.next('presence.joined');
  await b.next('live');
  b.ws.pause();
  // Kernels buffer some megabytes before the server notices.
  const tenSends = Array.from({ length: 10 }, () => ({ type: 'send', text: '👋'.repeat(4000) }));
  const isGone = () => a.frames.some((frame) => frame['type'] === 'presence.left');
  let sent = 0;
  while (!isGone() && sent < 2000) {
    await sendAtOnce(a, tenSends);
    sent += 10;
  }
  await a.next('presence.left');
  b.ws.resume();
  await b.closed;
  const read = seqsOf(b);
  const back = await openSocket(server, bo.token, room.id, { after: read.at(-1)! });
  await until(back, () => seqsOf(back).length >= sent - read.length);
  expect([...read, ...seqsOf(back)]).toEqual(Array.from({ length: sent }, (_, i) => i + 4));
});

const seqsOf = (socket: TestSocket) =>
  socket.frames
    .filter((frame) => frame['type'] === 'message.created')
    .map((frame) => Number(frame['seq']));
