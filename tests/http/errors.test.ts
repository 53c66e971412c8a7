import { beforeAll, describe, expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import { call, createRoom, signUp, type Account } from '../support/client.ts';
import { bearerHeader, exchange, requestText, WEBSOCKET_UPGRADE } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let room: Room;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  room = await createRoom(server, ana.token, 'Room');
});

/** Posts a message with this body, as it is. */
const post = (body: string, contentType = 'application/json') =>
  call(server, 'POST', `/rooms/${room.id}/messages`, {
    token: ana.token,
    body,
    headers: { 'content-type': contentType },
  });
const headOf = async () => (await call<Room>(server, 'GET', `/rooms/${room.id}`, ana)).body.lastSeq;

const padded = (bytes: number) => '{"text":"a"}'.padEnd(bytes);
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('a request body', () => {
  it.each([
    ['half of an object', '{"text":'],
    ['two values', '{"text":"a"} {"text":"b"}'],
    ['not JSON', 'text=hola'],
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
  ])('is rejected, and writes nothing: %s', async (_, body) => {
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
  ])('is rejected with the type %s', async (contentType, body) => {
    const head = await headOf();
    expectRefusal(await post(body, contentType), 'unsupported_media_type');
    expect(await headOf()).toBe(head);
  });

  it.each(['gzip', 'br', 'deflate', 'zstd', 'x-gzip', 'GZIP', 'identity, gzip', 'x'])(
    'is rejected with the encoding %s',
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
    'is accepted with the type %s',
    async (type) => {
      expect((await post('{"text":"a"}', type)).status).toBe(201);
    },
  );

  it.each(['identity', 'Identity', ''])('is accepted with the encoding "%s"', async (encoding) => {
    const answer = await call(server, 'POST', `/rooms/${room.id}/messages`, {
      token: ana.token,
      body: { text: 'a' },
      headers: { 'content-encoding': encoding },
    });
    expect(answer.status).toBe(201);
  });

  it('is accepted with 64 KiB, and rejected with one byte more', async () => {
    expect((await post(padded(64 * 1024))).status).toBe(201);
    const head = await headOf();
    expectRefusal(await post(padded(64 * 1024 + 1)), 'payload_too_large');
    expect(await headOf()).toBe(head);
  });

  it('is rejected if it is too large in chunks', async () => {
    const head = await headOf();
    const chunk = padded(70_000);
    const headers = [
      'Connection: close',
      bearerHeader(ana.token),
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ];
    const line = `POST /rooms/${room.id}/messages HTTP/1.1`;
    const body = `${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`;
    const answer = await exchange(server, requestText(line, headers, body));
    expectRefusal(answer, 'payload_too_large');
    expect(await headOf()).toBe(head);
  });

  it('is rejected without a token', async () => {
    const path = `/rooms/${room.id}/messages`;
    expectRefusal(await call(server, 'POST', path, { body: '{"text":"a"}' }), 'token_missing');
  });
});

it('names each invalid field by a JSON pointer', async () => {
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
  ])('is not found: %s %s', async (method, path) => {
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
  ])(
    'lists its methods when it is requested by another one: %s %s',
    async (method, path, allow) => {
      const answer = await call(server, method, path, { token: ana.token });
      if (method !== 'HEAD') expectRefusal(answer, 'method_not_allowed');
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe(allow);
    },
  );

  it('supports HEAD where it supports GET, except for streams', async () => {
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
    'is rejected with bad percent-encoding: %s',
    async (path) => {
      const answer = await call(server, 'GET', path, { token: ana.token });
      expectRefusal(answer, answer.status === 404 ? 'not_found' : 'validation_failed');
    },
  );

  it('of a socket is not found by an ordinary request', async () => {
    const path = `/ws/chat/${room.id}?token=${ana.token}`;
    expectRefusal(await call(server, 'GET', path), 'not_found');
  });
});

const upgrade = (path: string, method = 'GET') =>
  exchange(server, requestText(`${method} ${path} HTTP/1.1`, WEBSOCKET_UPGRADE));

describe('an upgrade request', () => {
  it.each(['/health', '/rooms', '/', '/app.js', '/nothing', '/notifications', '/docs'])(
    'is not found at %s',
    async (path) => {
      expectRefusal(await upgrade(path), 'not_found');
    },
  );

  it('is rejected as a POST', async () => {
    expectRefusal(await upgrade('/auth/login', 'POST'), 'validation_failed');
    expectRefusal(await upgrade(`/ws/chat/${room.id}`, 'POST'), 'validation_failed');
  });

  it('is rejected without a token', async () => {
    expectRefusal(await upgrade(`/ws/chat/${room.id}`), 'token_missing');
  });

  it('is rejected with a bad path', async () => {
    const answer = await upgrade('/ws/chat/%zz');
    expectRefusal(answer, 'validation_failed');
  });
});
