import { beforeAll, expect, it } from 'vitest';
import { METHODS } from 'node:http';
import type { Room } from '../../src/protocol/resources.ts';
import { call, createRoom, signUp, type Account } from '../support/client.ts';
import { exchange } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { documentedRoutes, filled } from '../support/routes.ts';
import { shareServer, startServer, type TestServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let room: Room;
/** Every path there is, with its methods: of the document, of the documentation, and of the page. */
let paths: Map<string, Set<string>>;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  room = await createRoom(server, ana.token, 'Room');
  await call(server, 'POST', `/rooms/${room.id}/messages`, {
    token: ana.token,
    body: { text: 'a' },
  });
  paths = new Map();
  for (const { method, path } of await documentedRoutes(server)) {
    const methods = paths.get(path) ?? new Set();
    paths.set(path, methods.add(method));
    if (method === 'GET' && path !== '/notifications') methods.add('HEAD');
  }
  const docs = ['/docs', '/docs/', '/docs/json', '/docs/yaml', '/docs/static/index.html'];
  const files = ['index.css', 'swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-initializer.js'];
  const page = ['/', '/index.html', '/app.js', '/vendor/preact/preact.mjs'];
  const all = [...docs, ...files.map((file) => `/docs/static/${file}`), ...page];
  for (const path of all) paths.set(path, new Set(['GET', 'HEAD']));
  paths.set('/ws/chat/{roomId}', new Set(['GET']));
});

it('names the methods that a path has where it is asked for by another one', async () => {
  expect(paths.size).toBeGreaterThan(40);
  for (const [path, methods] of paths) {
    for (const method of METHODS) {
      // What is no request for a path, and what no server can be asked by fetch.
      if (method === 'CONNECT' || methods.has(method)) continue;
      const line = `${method} ${filled(path)} HTTP/1.1`;
      const asked = [line, 'Host: x', 'Connection: close', `Authorization: Bearer ${ana.token}`];
      const answer = await exchange(server, [...asked, '', ''].join('\r\n'));
      const shown = `${method} ${path}`;
      expect([shown, answer.status]).toEqual([shown, 405]);
      if (method !== 'HEAD') expectRefusal(answer, 'method_not_allowed');
      const allow = [...methods].toSorted().join(', ');
      expect([shown, answer.headers.get('allow')]).toEqual([shown, allow]);
    }
  }
});

it.each(['/docs/static/nothing', '/docs/nothing', '/vendor/preact/nothing.js', '/static/x'])(
  'knows no method of what is not there: %s',
  async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      expectRefusal(await call(server, method, path, { token: ana.token }), 'not_found');
    }
  },
);

/** An answer without what changes from one to the next. */
async function headersOf(at: TestServer, method: string, path: string) {
  const response = await fetch(at.url + path, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${ana.token}`, connection: 'close' },
  });
  const body = await response.text();
  const headers = new Map(response.headers);
  for (const name of ['date', 'transfer-encoding']) headers.delete(name);
  return { status: response.status, headers: Object.fromEntries(headers), body };
}

it('answers HEAD as it answers GET, without the body', async () => {
  let compared = 0;
  for (const [path, methods] of paths) {
    if (!methods.has('HEAD')) continue;
    const real = path
      .replace('{roomId}', room.id)
      .replace('{userId}', ana.user.id)
      .replace('{seq}', '3');
    const query = real === '/search' ? '?q=a' : '';
    const [get, head] = [
      await headersOf(server, 'GET', real + query),
      await headersOf(server, 'HEAD', real + query),
    ];
    expect([real, get.status < 400]).toEqual([real, true]);
    expect([real, head]).toEqual([real, { ...get, body: '' }]);
    compared += 1;
  }
  expect(compared).toBeGreaterThan(20);
});

it('answers HEAD of a stream or a socket as any method that they do not have', async () => {
  for (const path of ['/notifications', `/ws/chat/${room.id}`]) {
    const { status, headers, body } = await headersOf(server, 'HEAD', path);
    expect([path, status, headers['allow'], body]).toEqual([path, 405, 'GET', '']);
  }
});

it('refuses a HEAD as a GET, without the body', async () => {
  for (const path of ['/nothing', '/rooms/nothing', '/rooms?limit=0', '/users/nothing']) {
    const [get, head] = [
      await headersOf(server, 'GET', path),
      await headersOf(server, 'HEAD', path),
    ];
    expect(get.status).toBeGreaterThanOrEqual(400);
    expect([path, head]).toEqual([path, { ...get, body: '' }]);
  }
});

it('names them also where pages of others may ask', async () => {
  const open = await startServer({ ALLOWED_ORIGINS: 'https://a.example' });
  const answer = await call(open, 'PUT', '/rooms', { headers: { origin: 'https://a.example' } });
  expectRefusal(answer, 'method_not_allowed');
  expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
});
