import { beforeAll, describe, expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import { call, createRoom, signUp, type Account, type Answer } from '../support/client.ts';
import { exchange } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let room: Room;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  room = await createRoom(server, ana.token, 'Room');
});

/** Posts a message's body as it is. */
const post = (body: string, contentType = 'application/json') =>
  call(server, 'POST', `/rooms/${room.id}/messages`, {
    token: ana.token,
    body,
    headers: { 'content-type': contentType },
  });
const headOf = async () => (await call<Room>(server, 'GET', `/rooms/${room.id}`, ana)).body.lastSeq;

const padded = (bytes: number) => '{"text":"a"}'.padEnd(bytes);
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('a body', () => {
  it.each([
    ['half of an object', '{"text":'],
    ['two values', '{"text":"a"} {"text":"b"}'],
    ['no JSON', 'text=hola'],
    ['single quotes', "{'text':'a'}"],
    ['a bare NUL', '{"text":"a\0"}'],
    ['a bare line break', '{"text":"a\nb"}'],
    ['nothing at all', ''],
    ['white space only', '  '],
    ['null', 'null'],
    ['a list', '[{"text":"a"}]'],
    ['a text', '"text"'],
    ['a number', '1e999'],
    ['an empty object', '{}'],
    ['a list of lists of lists …', nested(30_000)],
    ['a text of lists of lists …', `{"text":${nested(30_000)}}`],
    ['objects in objects in objects …', `${'{"text":'.repeat(6000)}1${'}'.repeat(6000)}`],
    ['an unknown field full of lists', `{"text":"a","more":${nested(30_000)}}`],
    ['thousands of unknown fields', JSON.stringify({ text: 'a', ...Array(5000).fill(0) })],
    ['__proto__', '{"text":"a","__proto__":{"admin":true}}'],
    ['__proto__ in disguise', String.raw`{"text":"a","\u005f_proto__":{"admin":true}}`],
    ['__proto__ for the text', '{"__proto__":{"text":"a"}}'],
    ['constructor', '{"text":"a","constructor":1}'],
    ['constructor.prototype', '{"text":"a","constructor":{"prototype":{"admin":true}}}'],
    ['toString', '{"text":"a","toString":1}'],
    ['hasOwnProperty', '{"text":"a","hasOwnProperty":1}'],
    ['the empty name', '{"text":"a","":1}'],
  ])('of %s is refused, and nothing is written', async (_, body) => {
    const head = await headOf();
    const { details } = expectRefusal(await post(body), 'validation_failed');
    expect(details!.length).toBeLessThanOrEqual(10);
    expect(await headOf()).toBe(head);
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  it.each([
    ['text/plain', '{"text":"a"}'],
    ['application/x-www-form-urlencoded', 'text=a'],
    ['multipart/form-data; boundary=b', '--b--'],
    ['application/xml', '<text>a</text>'],
    ['application/jsonp', '{"text":"a"}'],
    ['nonsense', '{"text":"a"}'],
  ])('of the type %s is refused', async (contentType, body) => {
    const head = await headOf();
    expectRefusal(await post(body, contentType), 'unsupported_media_type');
    expect(await headOf()).toBe(head);
  });

  it.each(['gzip', 'br', 'deflate', 'zstd', 'x-gzip', 'GZIP', 'identity, gzip', 'x'])(
    'in the encoding %s is refused',
    async (encoding) => {
      const answer = await call(server, 'POST', `/rooms/${room.id}/messages`, {
        token: ana.token,
        body: '{"text":"a"}',
        headers: { 'content-encoding': encoding },
      });
      expectRefusal(answer, 'unsupported_media_type');
      expect(answer.headers.get('accept-encoding')).toBe('identity');
    },
  );

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON'])(
    'of %s is taken',
    async (type) => {
      expect((await post('{"text":"a"}', type)).status).toBe(201);
    },
  );

  it.each(['identity', 'Identity', ''])('in the encoding "%s" is taken', async (encoding) => {
    const answer = await call(server, 'POST', `/rooms/${room.id}/messages`, {
      token: ana.token,
      body: { text: 'a' },
      headers: { 'content-encoding': encoding },
    });
    expect(answer.status).toBe(201);
  });

  it('of 64 KiB is taken, of one byte more is refused', async () => {
    expect((await post(padded(64 * 1024))).status).toBe(201);
    const head = await headOf();
    expectRefusal(await post(padded(64 * 1024 + 1)), 'payload_too_large');
    expect(await headOf()).toBe(head);
  });

  it('that is larger than it says is refused, too', async () => {
    const head = await headOf();
    const chunk = padded(70_000);
    const answer = await exchange(
      server,
      `POST /rooms/${room.id}/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
        `Authorization: Bearer ${ana.token}\r\nContent-Type: application/json\r\n` +
        `Transfer-Encoding: chunked\r\n\r\n${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`,
    );
    expectRefusal(answer, 'payload_too_large');
    expect(await headOf()).toBe(head);
  });

  it('is refused without a token before it is looked at', async () => {
    const path = `/rooms/${room.id}/messages`;
    expectRefusal(await call(server, 'POST', path, { body: '{"text":"a"}' }), 'token_missing');
  });
});

it('says where each misfit is, as a JSON pointer', async () => {
  const body = { name: 5, topic: [], 'a/b~c': 1 };
  const answer = await call(server, 'POST', '/rooms', { token: ana.token, body });
  const { details } = expectRefusal(answer, 'validation_failed');
  const paths = details!.map(({ path }) => path);
  expect(new Set(paths)).toEqual(new Set(['/name', '/topic', '/a~1b~0c']));
});

describe('a path', () => {
  it.each([
    ['GET', '/nothing'],
    ['GET', '//rooms'],
    ['GET', '/ROOMS'],
    ['DELETE', '/nothing'],
    ['POST', '/rooms/'],
    ['PROPFIND', '/nothing'],
    ['OPTIONS', '/nothing'],
    ['GET', '/ws/chat'],
    ['GET', '/.env'],
    ['GET', '/package.json'],
    ['GET', '/..%2fpackage.json'],
    ['GET', '/%2e%2e/package.json'],
    ['GET', '/vendor/preact/..%2f..%2fpackage.json'],
    ['GET', '/vendor/nothing.js'],
    ['GET', '/styles/'],
    ['GET', '/%00'],
  ])('of nothing is not found: %s %s', async (method, path) => {
    expectRefusal(await call(server, method, path, { token: ana.token }), 'not_found');
  });

  it.each([
    ['GET', '/auth/login', 'POST'],
    ['DELETE', '/rooms', 'GET, HEAD, POST'],
    ['PUT', '/auth/log%69n', 'POST'],
    ['POST', '/health?x=/', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['PUT', '/app.js', 'GET, HEAD'],
    ['POST', '/docs', 'GET, HEAD'],
    ['PROPFIND', '/rooms', 'GET, HEAD, POST'],
    ['OPTIONS', '/rooms', 'GET, HEAD, POST'],
    ['POST', '/rooms/x', 'DELETE, GET, HEAD, PATCH'],
    ['GET', '/rooms/x/messages/1/reactions/x', 'DELETE, PUT'],
    ['POST', '/notifications', 'GET'],
    ['POST', '/ws/chat/x', 'GET'],
    ['HEAD', '/ws/chat/x', 'GET'],
  ])('that is known names the methods that it has: %s %s', async (method, path, allow) => {
    const answer = await call(server, method, path, { token: ana.token });
    if (method !== 'HEAD') expectRefusal(answer, 'method_not_allowed');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('takes HEAD where it takes GET, but for streams', async () => {
    const head = async (path: string) => {
      const headers = { authorization: `Bearer ${ana.token}` };
      const response = await fetch(server.url + path, { method: 'HEAD', headers });
      return [response.status, await response.text()];
    };
    for (const path of ['/', '/health', '/rooms', `/rooms/${room.id}`, '/docs/json']) {
      expect([path, ...(await head(path))]).toEqual([path, 200, '']);
    }
    expect(await head('/notifications')).toEqual([405, '']);
    expect(await head('/nothing')).toEqual([404, '']);
  });

  it.each(['/%', '/%zz', '/rooms/%ff', '/rooms/%c3%28/messages', '/%E0%A4%A'])(
    'with bad percent-encoding is refused: %s',
    async (path) => {
      const answer = await call(server, 'GET', path, { token: ana.token });
      expectRefusal(answer, answer.status === 404 ? 'not_found' : 'validation_failed');
    },
  );

  it('for a socket is not found by an ordinary request', async () => {
    const path = `/ws/chat/${room.id}?token=${ana.token}`;
    expectRefusal(await call(server, 'GET', path), 'not_found');
  });
});

const request = (line: string, ...headers: string[]) =>
  [line, 'Connection: close', ...headers, '', ''].join('\r\n');

const upgrade = (path: string, method = 'GET') =>
  exchange(
    server,
    [
      `${method} ${path} HTTP/1.1`,
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      '',
      '',
    ].join('\r\n'),
  );

describe('a request to upgrade', () => {
  it.each(['/health', '/rooms', '/', '/app.js', '/nothing', '/notifications', '/docs'])(
    'of %s is not found',
    async (path) => {
      expectRefusal(await upgrade(path), 'not_found');
    },
  );

  it('that is a POST is no handshake', async () => {
    expectRefusal(await upgrade('/auth/login', 'POST'), 'validation_failed');
    expectRefusal(await upgrade(`/ws/chat/${room.id}`, 'POST'), 'validation_failed');
  });

  it('without a token is refused as any other', async () => {
    expectRefusal(await upgrade(`/ws/chat/${room.id}`), 'token_missing');
  });

  it('with a bad path is refused as any other', async () => {
    const answer = await upgrade('/ws/chat/%zz');
    expectRefusal(answer, 'validation_failed');
  });
});

describe('what is not HTTP', () => {
  it.each([
    ['garbage', 'garbage\r\n\r\n'],
    ['a TLS hello', Buffer.from('16030100c8010000c40303', 'hex')],
    ['a method that is none', request('FROB / HTTP/1.1', 'Host: x')],
    ['a bad header', request('GET / HTTP/1.1', 'Host: x', 'no colon')],
    ['a header without end', request('GET / HTTP/1.1', 'Host: x', `X: ${'x'.repeat(40_000)}`)],
    [
      'two lengths',
      request('POST / HTTP/1.1', 'Host: x', 'Content-Length: 5', 'Content-Length: 6'),
    ],
    ['a bad length', request('POST / HTTP/1.1', 'Host: x', 'Content-Length: -5')],
    ['no host', request('GET /health HTTP/1.1')],
  ])('is refused: %s', async (_, bytes) => {
    const answer: Answer<unknown> = await exchange(server, bytes);
    expectRefusal(answer, 'validation_failed');
    // And the server goes on.
    expect((await call(server, 'GET', '/health')).status).toBe(200);
  });
});
