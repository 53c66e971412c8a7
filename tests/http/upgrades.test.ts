import { once } from 'node:events';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import { call, createRoom, signUp, type Account } from '../support/client.ts';
import {
  bearerHeader,
  exchange,
  openRaw,
  readAnswer,
  readText,
  requestText,
  WEBSOCKET_KEY,
  WEBSOCKET_VERSION,
} from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let room: Room;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  room = await createRoom(server, ana.token, 'Room');
});

const request = (line: string, ...headers: string[]) => requestText(line, headers);
/** The headers that Java's client sends by default. */
const H2C = [
  'Connection: Upgrade, HTTP2-Settings',
  'Upgrade: h2c',
  'HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA',
];
const HANDSHAKE = [WEBSOCKET_VERSION, WEBSOCKET_KEY];
const offer = (protocols: string) => ['Connection: Upgrade', `Upgrade: ${protocols}`];

/** The first line and headers of a request that posts a message. */
const postHead = (): [line: string, headers: string[]] => [
  `POST /rooms/${room.id}/messages HTTP/1.1`,
  [bearerHeader(ana.token), 'Content-Type: application/json'],
];

/** The text of a request that posts a message, with more headers. */
function post(text: string, ...headers: string[]): string {
  const body = JSON.stringify({ text });
  const [line, own] = postHead();
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return requestText(line, [...own, length, ...headers], body);
}

describe('an offer of another protocol', () => {
  it.each<[string, string[]]>([
    ['HTTP/2, as Java offers it', H2C],
    ['TLS', offer('TLS/1.0')],
    ['TLS and HTTP/1.1', offer('TLS/1.2, HTTP/1.1')],
    ['HTTP/2 in capitals', offer('H2C')],
    ['nothing', ['Connection: Upgrade, close', 'Upgrade:']],
    ['websocket2', offer('websocket2')],
    ['websocket with a version', offer('websocket/13')],
    ['HTTP/2 and a WebSocket without a key', offer('h2c, websocket')],
    ['two headers', [...offer('h2c'), 'Upgrade: TLS/1.0']],
    ['a WebSocket without Connection: Upgrade', ['Connection: close', 'Upgrade: websocket']],
  ])('is ignored: %s', async (name, headers) => {
    const got = await exchange(server, request('GET /health HTTP/1.1', ...headers));
    expect(got).toMatchObject({ status: 200, body: { status: 'ok' } });
    const sent = await exchange(server, post(name, ...headers));
    expect(sent).toMatchObject({ status: 201, body: { text: name } });
  });

  it('is ignored with a body that arrives later, in chunks', async () => {
    const raw = await openRaw(server);
    const [line, own] = postHead();
    raw.write(requestText(line, [...own, ...H2C, 'Transfer-Encoding: chunked']));
    await new Promise((resolve) => setImmediate(resolve));
    raw.write('8\r\n{"text":\r\n');
    await call(server, 'GET', '/health');
    raw.write('7\r\n"late"}\r\n0\r\n\r\n');
    expect(await readAnswer(raw)).toMatchObject({ status: 201, body: { text: 'late' } });
  });

  it('is ignored with Expect: 100-continue', async () => {
    const raw = await openRaw(server);
    const text = post('expected', ...H2C, 'Expect: 100-continue');
    const [head, body] = [text.slice(0, text.indexOf('{')), text.slice(text.indexOf('{'))];
    raw.write(head);
    const [first] = (await once(raw, 'data')) as [Buffer];
    expect(first.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    raw.write(body);
    expect((await readAnswer(raw)).status).toBe(201);
  });

  it.each<[string, () => string, Parameters<typeof expectRefusal>[1]]>([
    ['no token', () => request('GET /rooms HTTP/1.1', ...H2C), 'token_missing'],
    ['no such path', () => request('GET /nothing HTTP/1.1', ...H2C), 'not_found'],
    ['no such method', () => request('PUT /health HTTP/1.1', ...H2C), 'method_not_allowed'],
    ['a bad path', () => request('GET /%zz HTTP/1.1', ...H2C), 'validation_failed'],
    [
      'a body that does not fit',
      () => post('', ...H2C).replace('"text"', '"test"'),
      'validation_failed',
    ],
    ['a body that is too large', () => post('x'.repeat(70_000), ...H2C), 'payload_too_large'],
    [
      'a body where none is allowed',
      () => post('x', ...H2C).replace(/^POST \S+/, 'DELETE /rooms/1'),
      'validation_failed',
    ],
  ])('does not change a refusal: %s', async (_, bytes, code) => {
    const answer = await exchange(server, bytes());
    expectRefusal(answer, code);
    expect(answer.headers.get('connection')).toBe('close');
  });

  it('closes the connection after its response, so that no later request is lost silently', async () => {
    const raw = await openRaw(server);
    const rooms = request('GET /rooms HTTP/1.1', bearerHeader(ana.token));
    raw.write(rooms + request('GET /health HTTP/1.1', ...H2C) + rooms);
    const [first, second, third] = (await readText(raw)).split(/(?=HTTP\/1\.1 )/);
    expect(first).toMatch(/^HTTP\/1\.1 200 [^]*"rooms"/);
    expect(second).toMatch(/^HTTP\/1\.1 200 [^]*connection: close[^]*"ok"/i);
    expect(third).toBeUndefined();
  });

  it('is ignored over HTTP/1.0, even of a WebSocket', async () => {
    const line = `GET /ws/chat/${room.id}?token=${ana.token} HTTP/1.0`;
    const handshake = request(line, ...offer('websocket'), ...HANDSHAKE);
    expectRefusal(await exchange(server, handshake), 'not_found');
    const health = request('GET /health HTTP/1.0', ...offer('websocket'), ...HANDSHAKE);
    expect((await exchange(server, health)).status).toBe(200);
  });
});

describe('a WebSocket', () => {
  const open = (...headers: string[]) =>
    request(`GET /ws/chat/${room.id}?token=${ana.token} HTTP/1.1`, ...headers, ...HANDSHAKE);

  it.each([
    ['alone', offer('websocket')],
    ['in capitals', ['connection: keep-alive, UPGRADE', 'Upgrade: WebSocket']],
    ['among others', offer('h2c, websocket')],
    ['among others, in two headers', [...offer('WebSocket'), 'Upgrade: h2c']],
  ])('opens if it is offered %s', async (_, headers) => {
    const raw = await openRaw(server);
    raw.write(open(...headers));
    const [first] = (await once(raw, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 101 [^]*"type":"welcome"/);
  });

  it('does not open behind an unanswered request on the same connection', async () => {
    const raw = await openRaw(server);
    raw.on('error', () => {});
    const first = request('GET /rooms HTTP/1.1', bearerHeader(ana.token));
    raw.write(first + open(...offer('websocket')));
    expect(await readText(raw)).not.toContain('101 ');
    expect((await call(server, 'GET', '/health')).status).toBe(200);
  });
});

it('stores a message that was sent with an offer', async () => {
  await exchange(server, post('the last one', ...H2C));
  const { body } = await call<{ messages: Message[] }>(
    server,
    'GET',
    `/rooms/${room.id}/messages?limit=1`,
    ana,
  );
  expect(body.messages.map(({ text }) => text)).toEqual(['the last one']);
});
