import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import type { Room } from '../../src/protocol/resources.ts';
import { call, createRoom, signUp, type Account, type Answer } from '../support/client.ts';
import {
  bearerHeader,
  exchange,
  openRaw,
  readAnswer,
  readText,
  requestText,
  WEBSOCKET_KEY as KEY,
  WEBSOCKET_UPGRADE,
  WEBSOCKET_VERSION as VERSION,
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

const withoutHost = (line: string, ...headers: string[]) => [line, ...headers, '', ''].join('\r\n');
const http = (line: string, ...headers: string[]) =>
  requestText(line, ['Connection: close', ...headers]);
const post = (path: string, ...headers: string[]) =>
  http(`POST ${path} HTTP/1.1`, 'Content-Type: application/json', ...headers);

/** Checks a refusal after which the server closes the connection. */
function expectLast(answer: Answer<unknown>, code: ErrorCode): void {
  expectRefusal(answer, code);
  expect(answer.headers.get('connection')).toBe('close');
}

describe('a request that no client sends', () => {
  const chunked = (body: string) => post('/auth/login', 'Transfer-Encoding: chunked') + body;
  it.each<[name: string, bytes: string | Buffer, code: ErrorCode]>([
    ['garbage', 'garbage\r\n\r\n', 'validation_failed'],
    ['line breaks', '\r\n\r\n\r\nx\r\n\r\n', 'validation_failed'],
    ['a TLS hello', Buffer.from('16030100c8010000c40303', 'hex'), 'validation_failed'],
    ['an unknown method', http('FROB / HTTP/1.1'), 'validation_failed'],
    ['a method in small letters', http('get / HTTP/1.1'), 'validation_failed'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'validation_failed'],
    ['an unknown version', http('GET / HTTP/3.7'), 'validation_failed'],
    ['no target', http('GET  HTTP/1.1'), 'validation_failed'],
    ['a space in the target', http('GET /a b HTTP/1.1'), 'validation_failed'],
    ['a header without a colon', http('GET / HTTP/1.1', 'no colon'), 'validation_failed'],
    ['a header with a NUL', http('GET / HTTP/1.1', 'X: a\0b'), 'validation_failed'],
    ['a bare line feed', 'GET / HTTP/1.1\nHost: x\n\n', 'validation_failed'],
    ['a space before a colon', http('GET / HTTP/1.1', 'X : a'), 'validation_failed'],
    [
      'headers without end',
      http('GET / HTTP/1.1', `X: ${'x'.repeat(40_000)}`),
      'validation_failed',
    ],
    ['a target without end', http(`GET /${'x'.repeat(40_000)} HTTP/1.1`), 'validation_failed'],
    ['two lengths', post('/', 'Content-Length: 5', 'Content-Length: 6'), 'validation_failed'],
    ['a bad length', post('/', 'Content-Length: -5'), 'validation_failed'],
    [
      'a length and chunks',
      post('/', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
      'validation_failed',
    ],
    ['an unknown transfer encoding', post('/', 'Transfer-Encoding: x'), 'validation_failed'],
    ['a chunk without a length', chunked('x\r\n{}\r\n0\r\n\r\n'), 'validation_failed'],
    ['a chunk longer than its length', chunked('1\r\n{}\r\n0\r\n\r\n'), 'validation_failed'],
    [
      'chunk extensions without end',
      chunked(`1;${'x'.repeat(40_000)}\r\n{\r\n0\r\n\r\n`),
      'payload_too_large',
    ],
    [
      'a chunk of 70,000 bytes',
      chunked(`${(70_000).toString(16)}\r\n${' '.repeat(70_000)}\r\n0\r\n\r\n`),
      'payload_too_large',
    ],
    ['a length of 70,000 bytes', post('/auth/login', 'Content-Length: 70000'), 'payload_too_large'],
    [
      'a body that is not JSON',
      post('/auth/login', 'Content-Length: 1') + '{',
      'validation_failed',
    ],
    ['an unknown expectation', http('GET /nothing HTTP/1.1', 'Expect: x'), 'not_found'],
    ['no Host', withoutHost('GET /health HTTP/1.1', 'Connection: close'), 'validation_failed'],
    ['two Hosts', http('GET /health HTTP/1.1', 'Host: y'), 'validation_failed'],
    [
      'an invalid Host',
      withoutHost('GET /health HTTP/1.1', 'Host: a/b', 'Connection: close'),
      'validation_failed',
    ],
    ['CONNECT', requestText('CONNECT example.org:443 HTTP/1.1'), 'method_not_allowed'],
    ['TRACE', http('TRACE / HTTP/1.1'), 'method_not_allowed'],
    ['OPTIONS of all', http('OPTIONS * HTTP/1.1'), 'not_found'],
    ['a bad path', http('GET /%zz HTTP/1.1'), 'validation_failed'],
    [
      'an endless path segment',
      http(`GET /rooms/${'x'.repeat(500)} HTTP/1.1`),
      'validation_failed',
    ],
    ['an absolute URL', http('GET http://x/nothing HTTP/1.1'), 'not_found'],
    ['an absolute URL of a private path', http('GET http://x/rooms HTTP/1.1'), 'token_missing'],
    ['another method, by HTTP/1.0', http('DELETE /rooms HTTP/1.0'), 'method_not_allowed'],
    ['an unknown file', http('GET /nothing.js HTTP/1.1'), 'not_found'],
    ['a path out of the folder', http('GET /../package.json HTTP/1.1'), 'not_found'],
    ['an unknown file of the documentation', http('GET /docs/static/x HTTP/1.1'), 'not_found'],
    ['an unknown page of the documentation', http('GET /docs/x HTTP/1.1'), 'not_found'],
    ['a NUL in a path of the documentation', http('GET /docs/static/%00 HTTP/1.1'), 'not_found'],
    ['another method of the documentation', http('PUT /docs/json HTTP/1.1'), 'method_not_allowed'],
  ])('is refused by the contract: %s', async (_, bytes, code) => {
    expectLast(await exchange(server, bytes), code);
    expect((await call(server, 'GET', '/health')).status).toBe(200);
  });
});

const OFFER = ['Connection: Upgrade', 'Upgrade: websocket'];

describe('a WebSocket handshake', () => {
  it.each<[name: string, headers: string[], method?: string]>([
    ['no key', [VERSION]],
    ['a short key', [VERSION, 'Sec-WebSocket-Key: c2hvcnQ=']],
    ['a key that is not base64', [VERSION, 'Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==']],
    ['two keys', [VERSION, KEY, KEY]],
    ['no version', [KEY]],
    ['an old version', [KEY, 'Sec-WebSocket-Version: 7']],
    ['an invalid version', [KEY, 'Sec-WebSocket-Version: 0x0d']],
    ['a list of versions', [KEY, 'Sec-WebSocket-Version: 13, 8']],
    ['an empty list of protocols', [KEY, VERSION, 'Sec-WebSocket-Protocol: ,']],
    ['an invalid protocol', [KEY, VERSION, 'Sec-WebSocket-Protocol: a b']],
    ['one protocol twice', [KEY, VERSION, 'Sec-WebSocket-Protocol: a, a']],
    ['POST', [KEY, VERSION], 'POST'],
    ['a body', [KEY, VERSION, 'Content-Length: 2']],
    ['a body in chunks', [KEY, VERSION, 'Transfer-Encoding: chunked']],
    ['a list of keys', [VERSION, `${KEY}, ${KEY.slice(KEY.indexOf(':') + 2)}`]],
    ['a key with something behind it', [VERSION, `${KEY}x`]],
    ['an empty key', [VERSION, 'Sec-WebSocket-Key:']],
  ])('is refused, and joins nobody: %s', async (name, headers, method = 'GET') => {
    const bo = await signUp(server, `Bo of ${name}`);
    const line = `${method} /ws/chat/${room.id}?token=${bo.token} HTTP/1.1`;
    const answer = await exchange(server, requestText(line, [...OFFER, ...headers]));
    expectLast(answer, 'validation_failed');
    expect(answer.headers.get('sec-websocket-version')).toBe('13');
    const { body } = await call<Room>(server, 'GET', `/rooms/${room.id}`, bo);
    expect(body).toMatchObject({ role: null, memberCount: 1 });
  });

  it('is accepted with a list of protocols', async () => {
    const raw = await openRaw(server);
    const line = `GET /ws/chat/${room.id}?token=${ana.token} HTTP/1.1`;
    raw.write(requestText(line, [...WEBSOCKET_UPGRADE, 'Sec-WebSocket-Protocol: a, b']));
    const [first] = (await once(raw, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 101 /);
  });
});

it('ignores an unknown expectation', async () => {
  const answer = await exchange(server, http('GET /health HTTP/1.1', 'Expect: the-unexpected'));
  expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }]);
});

it.each([
  ['without Host', []],
  ['with Host', ['Host: x']],
])('serves HTTP/1.0 %s', async (_, host) => {
  const line = 'GET /rooms HTTP/1.0';
  expectLast(await exchange(server, withoutHost(line, ...host)), 'token_missing');
  const withToken = withoutHost(line, ...host, bearerHeader(ana.token));
  expect((await exchange(server, withToken)).status).toBe(200);
});

describe('a request with Expect: 100-continue', () => {
  const waiting = (path: string, length: number, ...headers: string[]) =>
    post(path, `Content-Length: ${length}`, 'Expect: 100-continue', ...headers);

  it('gets 100 Continue if its body will be accepted', async () => {
    const raw = await openRaw(server);
    const body = '{"text":"expected"}';
    const path = `/rooms/${room.id}/messages`;
    raw.write(waiting(path, body.length, bearerHeader(ana.token)));
    const [first] = (await once(raw, 'data')) as [Buffer];
    expect(first.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    raw.write(body);
    expect((await readAnswer(raw)).status).toBe(201);
  });

  it('is refused at once if its body is too large, its path unknown or its token missing', async () => {
    expectLast(await exchange(server, waiting('/auth/login', 70_000)), 'payload_too_large');
    expectLast(await exchange(server, waiting('/rooms', 20)), 'token_missing');
    expectLast(await exchange(server, waiting('/nothing', 20)), 'not_found');
  });
});

it('does not return the refusal of a request as the response to the one before', async () => {
  const raw = await openRaw(server);
  raw.on('error', () => {});
  const first = requestText('GET /rooms HTTP/1.1', [bearerHeader(ana.token)]);
  raw.write(`${first}garbage\r\n\r\n`);
  // The first request is answered, or the connection is closed.
  expect(await readText(raw)).not.toMatch(/^HTTP\/1\.1 400/);
});

it('closes a connection that keeps sending after a refusal, without leaking listeners', async () => {
  const accepted = once(server.app.server, 'connection') as Promise<[Socket]>;
  const { hostname, port } = new URL(server.url);
  const raw = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  raw.on('error', () => {});
  raw.resume();
  const [serverSide] = await accepted;
  const timer = setInterval(() => raw.write('garbage\r\n\r\n'), 20);
  raw.write('garbage\r\n\r\n');
  await once(serverSide, 'close');
  expect(serverSide.listenerCount('error')).toBeLessThan(5);
  clearInterval(timer);
  raw.destroy();
});
