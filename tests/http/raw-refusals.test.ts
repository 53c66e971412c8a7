import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import type { Room } from '../../src/protocol/resources.ts';
import { call, createRoom, signUp, type Account, type Answer } from '../support/client.ts';
import { exchange, openRaw, readAnswer } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let room: Room;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  room = await createRoom(server, ana.token, 'Room');
});

const request = (line: string, ...headers: string[]) => [line, ...headers, '', ''].join('\r\n');
const http = (line: string, ...headers: string[]) =>
  request(line, 'Host: x', 'Connection: close', ...headers);
const post = (path: string, ...headers: string[]) =>
  http(`POST ${path} HTTP/1.1`, 'Content-Type: application/json', ...headers);

/** Holds an answer to the contract, on a connection that is closed with it. */
function expectLast(answer: Answer<unknown>, code: ErrorCode): void {
  expectRefusal(answer, code);
  expect(answer.headers.get('connection')).toBe('close');
}

describe('what no client sends is refused as anything else: ', () => {
  const chunked = (body: string) => post('/auth/login', 'Transfer-Encoding: chunked') + body;
  it.each<[name: string, bytes: string | Buffer, code: ErrorCode]>([
    ['garbage', 'garbage\r\n\r\n', 'validation_failed'],
    ['line breaks', '\r\n\r\n\r\nx\r\n\r\n', 'validation_failed'],
    ['a TLS hello', Buffer.from('16030100c8010000c40303', 'hex'), 'validation_failed'],
    ['an unknown method', http('FROB / HTTP/1.1'), 'validation_failed'],
    ['a method in small letters', http('get / HTTP/1.1'), 'validation_failed'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'validation_failed'],
    ['a version that there is not', http('GET / HTTP/3.7'), 'validation_failed'],
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
    ['a chunk of no length', chunked('x\r\n{}\r\n0\r\n\r\n'), 'validation_failed'],
    ['a chunk longer than it says', chunked('1\r\n{}\r\n0\r\n\r\n'), 'validation_failed'],
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
    ['a body that is no JSON', post('/auth/login', 'Content-Length: 1') + '{', 'validation_failed'],
    ['an unknown expectation', http('GET /nothing HTTP/1.1', 'Expect: x'), 'not_found'],
    ['no Host', request('GET /health HTTP/1.1', 'Connection: close'), 'validation_failed'],
    ['two Hosts', http('GET /health HTTP/1.1', 'Host: y'), 'validation_failed'],
    [
      'a Host that is none',
      request('GET /health HTTP/1.1', 'Host: a/b', 'Connection: close'),
      'validation_failed',
    ],
    ['CONNECT', request('CONNECT example.org:443 HTTP/1.1', 'Host: x'), 'method_not_allowed'],
    ['TRACE', http('TRACE / HTTP/1.1'), 'method_not_allowed'],
    ['OPTIONS of all', http('OPTIONS * HTTP/1.1'), 'not_found'],
    ['a bad path', http('GET /%zz HTTP/1.1'), 'validation_failed'],
    [
      'a part of a path without end',
      http(`GET /rooms/${'x'.repeat(500)} HTTP/1.1`),
      'validation_failed',
    ],
    ['a whole address', http('GET http://x/nothing HTTP/1.1'), 'not_found'],
    ['a whole address of a private path', http('GET http://x/rooms HTTP/1.1'), 'token_missing'],
    ['another method, by HTTP/1.0', http('DELETE /rooms HTTP/1.0'), 'method_not_allowed'],
    ['a file that there is not', http('GET /nothing.js HTTP/1.1'), 'not_found'],
    ['a path out of the folder', http('GET /../package.json HTTP/1.1'), 'not_found'],
    [
      'a file of the documentation that there is not',
      http('GET /docs/static/x HTTP/1.1'),
      'not_found',
    ],
    ['a page of the documentation that there is not', http('GET /docs/x HTTP/1.1'), 'not_found'],
    ['a NUL in a path of the documentation', http('GET /docs/static/%00 HTTP/1.1'), 'not_found'],
    ['another method of the documentation', http('PUT /docs/json HTTP/1.1'), 'method_not_allowed'],
  ])('%s', async (_, bytes, code) => {
    expectLast(await exchange(server, bytes), code);
    expect((await call(server, 'GET', '/health')).status).toBe(200);
  });
});

const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const VERSION = 'Sec-WebSocket-Version: 13';

describe('a bad handshake is refused, and joins nobody: ', () => {
  it.each<[name: string, headers: string[], method?: string]>([
    ['no key', [VERSION]],
    ['a short key', [VERSION, 'Sec-WebSocket-Key: c2hvcnQ=']],
    ['a key that is no base64', [VERSION, 'Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==']],
    ['two keys', [VERSION, KEY, KEY]],
    ['no version', [KEY]],
    ['an old version', [KEY, 'Sec-WebSocket-Version: 7']],
    ['a version that is none', [KEY, 'Sec-WebSocket-Version: 0x0d']],
    ['a list of versions', [KEY, 'Sec-WebSocket-Version: 13, 8']],
    ['no protocol where one is named', [KEY, VERSION, 'Sec-WebSocket-Protocol: ,']],
    ['a protocol that is none', [KEY, VERSION, 'Sec-WebSocket-Protocol: a b']],
    ['one protocol twice', [KEY, VERSION, 'Sec-WebSocket-Protocol: a, a']],
    ['POST', [KEY, VERSION], 'POST'],
    ['a body', [KEY, VERSION, 'Content-Length: 2']],
    ['a body in chunks', [KEY, VERSION, 'Transfer-Encoding: chunked']],
    ['a list of keys', [VERSION, `${KEY}, ${KEY.slice(KEY.indexOf(':') + 2)}`]],
    ['a key with something behind it', [VERSION, `${KEY}x`]],
    ['an empty key', [VERSION, 'Sec-WebSocket-Key:']],
  ])('%s', async (name, headers, method = 'GET') => {
    const bo = await signUp(server, `Bo of ${name}`);
    const line = `${method} /ws/chat/${room.id}?token=${bo.token} HTTP/1.1`;
    const asked = request(line, 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', ...headers);
    const answer = await exchange(server, asked);
    expectLast(answer, 'validation_failed');
    expect(answer.headers.get('sec-websocket-version')).toBe('13');
    const { body } = await call<Room>(server, 'GET', `/rooms/${room.id}`, bo);
    expect(body).toMatchObject({ role: null, memberCount: 1 });
  });

  it('and a good one with a list of protocols is taken', async () => {
    const raw = await openRaw(server);
    const line = `GET /ws/chat/${room.id}?token=${ana.token} HTTP/1.1`;
    const more = [KEY, VERSION, 'Sec-WebSocket-Protocol: a, b'];
    raw.write(request(line, 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', ...more));
    const [first] = (await once(raw, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 101 /);
  });
});

it('passes over an expectation that it does not know', async () => {
  const answer = await exchange(server, http('GET /health HTTP/1.1', 'Expect: the-unexpected'));
  expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }]);
});

it.each(['', 'Host: x'])('speaks HTTP/1.0, without Host too', async (host) => {
  const lines = ['GET /rooms HTTP/1.0', ...(host ? [host] : [])];
  const answer = await exchange(server, request(...(lines as [string])));
  expectLast(answer, 'token_missing');
  const good = request(...(lines as [string]), `Authorization: Bearer ${ana.token}`);
  expect((await exchange(server, good)).status).toBe(200);
});

describe('a body that waits to be asked for', () => {
  const waiting = (path: string, length: number, ...headers: string[]) =>
    post(path, `Content-Length: ${length}`, 'Expect: 100-continue', ...headers);

  it('is asked for where it will be taken', async () => {
    const raw = await openRaw(server);
    const body = '{"text":"asked for"}';
    const bearer = `Authorization: Bearer ${ana.token}`;
    raw.write(waiting(`/rooms/${room.id}/messages`, body.length, bearer));
    const [first] = (await once(raw, 'data')) as [Buffer];
    expect(first.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    raw.write(body);
    expect((await readAnswer(raw)).status).toBe(201);
  });

  it('is not asked for where it is too large, or nobody knows its sender', async () => {
    expectLast(await exchange(server, waiting('/auth/login', 70_000)), 'payload_too_large');
    expectLast(await exchange(server, waiting('/rooms', 20)), 'token_missing');
    expectLast(await exchange(server, waiting('/nothing', 20)), 'not_found');
  });
});

it('does not answer one request with the refusal of the next', async () => {
  const first = http('GET /rooms HTTP/1.1', `Authorization: Bearer ${ana.token}`).replace(
    'Connection: close\r\n',
    '',
  );
  const raw = await openRaw(server);
  raw.on('error', () => {});
  raw.write(`${first}garbage\r\n\r\n`);
  let text = '';
  for await (const chunk of raw as AsyncIterable<Buffer>) text += chunk.toString();
  // What was asked first is answered, or the connection is cut.
  expect(text).not.toMatch(/^HTTP\/1\.1 400/);
});

it('cuts who goes on sending after a refusal, and keeps nothing of them', async () => {
  const accepted = once(server.app.server, 'connection') as Promise<[Socket]>;
  const { hostname, port } = new URL(server.url);
  const raw = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  raw.on('error', () => {});
  raw.resume();
  const [theirs] = await accepted;
  const timer = setInterval(() => raw.write('garbage\r\n\r\n'), 20);
  raw.write('garbage\r\n\r\n');
  await once(theirs, 'close');
  expect(theirs.listenerCount('error')).toBeLessThan(5);
  clearInterval(timer);
  raw.destroy();
});
