import { beforeAll, expect, it } from 'vitest';
import { METHODS } from 'node:http';
import { SummaryLinks, type SummaryAct } from '../../src/chat/services/summary-links.ts';
import type { Invite } from '../../src/protocol/invites.ts';
import type { Room } from '../../src/protocol/resources.ts';
import { call, createRoom, postMessage, signUpAdmin, type Account } from '../support/client.ts';
import { bearerHeader, exchange, requestText } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { documentedRoutes, filled } from '../support/routes.ts';
import { PIXEL, uploaded } from '../support/files.ts';
import { shareServer, startServer, type TestServer } from '../support/server.ts';

const JWT_SECRET = 'for links that nobody has been sent: 0123456789';
const server = shareServer({ JWT_SECRET });
let ana: Account;
let room: Room;
/** Every path with its methods: those of the OpenAPI document, the documentation and the page. */
let paths: Map<string, Set<string>>;
beforeAll(async () => {
  // Some routes are for admins.
  ana = await signUpAdmin(server, 'Ana');
  room = await createRoom(server, ana.token, 'Room');
  await postMessage(server, ana.token, room.id, 'a');
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

it('lists the methods of a path that is requested by another one', async () => {
  expect(paths.size).toBeGreaterThan(40);
  for (const [path, methods] of paths) {
    for (const method of METHODS) {
      // CONNECT requests no path.
      if (method === 'CONNECT' || methods.has(method)) continue;
      const line = `${method} ${filled(path)} HTTP/1.1`;
      const headers = ['Connection: close', bearerHeader(ana.token)];
      const answer = await exchange(server, requestText(line, headers));
      const shown = `${method} ${path}`;
      expect([shown, answer.status]).toEqual([shown, 405]);
      if (method !== 'HEAD') expectRefusal(answer, 'method_not_allowed');
      const allow = [...methods].toSorted().join(', ');
      expect([shown, answer.headers.get('allow')]).toEqual([shown, allow]);
    }
  }
});

it.each(['/docs/static/nothing', '/docs/nothing', '/vendor/preact/nothing.js', '/static/x'])(
  'returns not_found for every method of an unknown path: %s',
  async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      expectRefusal(await call(server, method, path, { token: ana.token }), 'not_found');
    }
  },
);

/** Returns a response without the headers that differ from one to the next. */
async function responseOf(at: TestServer, method: string, path: string) {
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

it('returns for HEAD the same as for GET, without the body', async () => {
  const { id: fileId } = await uploaded(server, ana.token, room.id, PIXEL);
  const { body: invite } = await call<Invite>(server, 'POST', `/rooms/${room.id}/invites`, ana);
  let compared = 0;
  for (const [path, methods] of paths) {
    // By its protocol, HEAD of a log says where it ends.
    // The metrics count this request, too.
    if (!methods.has('HEAD') || path.startsWith('/streams/') || path === '/metrics') continue;
    const real = path
      .replace('{roomId}', room.id)
      .replace('{userId}', ana.user.id)
      .replace('{fileId}', fileId)
      .replace('{code}', invite.code)
      .replace('{seq}', '3')
      .replace(/^\/summaries\/(.*)/, (_, act: SummaryAct) =>
        new SummaryLinks(JWT_SECRET).pathTo(act, ana.user.id),
      );
    const query = real === '/search' ? '?q=a' : '';
    const [get, head] = [
      await responseOf(server, 'GET', real + query),
      await responseOf(server, 'HEAD', real + query),
    ];
    // Without a provider, nobody is sent to one.
    const isThere = path.startsWith('/auth/oidc') ? get.status === 404 : get.status < 400;
    expect([real, isThere]).toEqual([real, true]);
    expect([real, head]).toEqual([real, { ...get, body: '' }]);
    compared += 1;
  }
  expect(compared).toBeGreaterThan(20);
});

it('rejects HEAD of a stream or a socket like any other method', async () => {
  for (const path of ['/notifications', `/ws/chat/${room.id}`]) {
    const { status, headers, body } = await responseOf(server, 'HEAD', path);
    expect([path, status, headers['allow'], body]).toEqual([path, 405, 'GET', '']);
  }
});

it('returns for HEAD the same refusals as for GET, without the body', async () => {
  for (const path of ['/nothing', '/rooms/nothing', '/rooms?limit=0', '/users/nothing']) {
    const [get, head] = [
      await responseOf(server, 'GET', path),
      await responseOf(server, 'HEAD', path),
    ];
    expect(get.status).toBeGreaterThanOrEqual(400);
    expect([path, head]).toEqual([path, { ...get, body: '' }]);
  }
});

it('lists the methods of a path to pages of allowed origins, too', async () => {
  const open = await startServer({ ALLOWED_ORIGINS: 'https://a.example' });
  const answer = await call(open, 'PUT', '/rooms', { headers: { origin: 'https://a.example' } });
  expectRefusal(answer, 'method_not_allowed');
  expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
});
