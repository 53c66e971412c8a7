import { beforeAll, describe, expect, it } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  signIn,
  signUp,
  type Account,
  type Answer,
} from '../support/client.ts';
import { bearerHeader, exchange, requestText } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { documentedRoutes, filled, type Route } from '../support/routes.ts';
import { shareServer, startServer } from '../support/server.ts';

const server = shareServer();
let ana: Account;
let room: Room;
/** The routes without a request body: those of the document, the page and the documentation. */
let bare: Pick<Route, 'method' | 'path'>[];
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  room = await createRoom(server, ana.token, 'Room');
  const all = await documentedRoutes(server);
  bare = all.filter(({ operation }) => !operation.requestBody);
  expect(bare.length).toBeGreaterThan(25);
  for (const path of ['/', '/app.js', '/docs', '/docs/json', '/docs/static/index.css']) {
    bare.push({ method: 'GET', path });
  }
});

interface Sent {
  readonly token?: string;
  readonly type?: string;
  /** Sends the body as one chunk instead of with its length. */
  readonly chunked?: boolean;
}

/** Sends a request with a body, also for methods with which fetch sends none. */
function ask(
  { method, path }: Pick<Route, 'method' | 'path'>,
  body: string,
  { token = ana.token, type = 'application/json', chunked = false }: Sent = {},
): Promise<Answer<unknown>> {
  const length = Buffer.byteLength(body);
  const chunk = length === 0 ? '' : `${length.toString(16)}\r\n${body}\r\n`;
  const headers = [
    'Connection: close',
    bearerHeader(token),
    ...(type === '' ? [] : [`Content-Type: ${type}`]),
    chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`,
  ];
  const line = `${method} ${filled(path)} HTTP/1.1`;
  return exchange(server, requestText(line, headers, chunked ? `${chunk}0\r\n\r\n` : body));
}

describe('a route without a request body', () => {
  it.each([
    '{"ban":true}',
    '{"ban":null}',
    '{"__proto__":1}',
    'null',
    '[]',
    '""',
    '0',
    'true',
    '{',
  ])('rejects the body %s', async (body) => {
    for (const route of bare) {
      for (const chunked of [false, true]) {
        const answer = await ask(route, body, { chunked });
        const { details } = expectRefusal(answer, 'validation_failed');
        const paths = details!.map(({ path }) => path);
        const isField = body.includes('ban');
        expect([route, paths]).toEqual([route, [isField ? '/ban' : expect.anything()]]);
      }
    }
    // The session still exists, so not even the logout took effect.
    expect((await call(server, 'GET', '/users/me', ana)).status).toBe(200);
  });

  it.each<[string, string, Sent]>([
    ['an empty object', '{}', {}],
    ['an empty object with spaces', ' { } ', {}],
    ['an empty object in a chunk', '{}', { chunked: true }],
    ['an empty body', '', {}],
    ['an empty body without a type', '', { type: '' }],
    ['an empty chunked body', '', { chunked: true }],
    ['an empty form', '', { type: 'application/x-www-form-urlencoded' }],
    ['an empty multipart body', '', { type: 'multipart/form-data; boundary=x' }],
    ['an empty body of an invalid type', '', { type: 'nonsense' }],
    ['an empty chunked form', '', { type: 'application/x-www-form-urlencoded', chunked: true }],
  ])('treats %s like no body', async (name, body, sent) => {
    // Two sessions, since a logout ends the one that it uses.
    let [one, other] = [
      await signUp(server, `Bo of ${name}`),
      await signIn(server, `Bo of ${name}`),
    ];
    for (const route of bare) {
      // A stream never ends.
      if (route.path === '/notifications') continue;
      if (route.path.startsWith('/auth/')) {
        one = await signIn(server, `Bo of ${name}`);
        other = await signIn(server, `Bo of ${name}`);
      }
      const path = filled(route.path);
      const without = await fetch(server.url + path, {
        method: route.method,
        redirect: 'manual',
        headers: { authorization: `Bearer ${one.token}`, connection: 'close' },
      });
      await without.arrayBuffer();
      const { status } = await ask(route, body, { ...sent, token: other.token });
      expect([route, status]).toEqual([route, without.status]);
    }
  });

  it('rejects a body of another type, and one that is too large', async () => {
    // Mail programs send forms to these (RFC 8058).
    for (const route of bare.filter(({ path }) => !path.startsWith('/summaries/'))) {
      for (const type of [
        'application/x-www-form-urlencoded',
        'text/plain',
        '',
        'x/y',
        'nonsense',
      ]) {
        expectRefusal(await ask(route, 'ban=true', { type }), 'unsupported_media_type');
      }
      expectRefusal(await ask(route, 'x'.repeat(70_000)), 'payload_too_large');
    }
  });

  it('changes nothing when it rejects a body', async () => {
    const cy = await signUp(server, 'Cy');
    await joinRoom(server, cy.token, room.id);
    const path = `/rooms/${room.id}/users/${cy.user.id}`;
    const answer = await call(server, 'DELETE', path, { token: ana.token, body: { ban: true } });
    expectRefusal(answer, 'validation_failed', ['/ban']);
    expect((await call<Room>(server, 'GET', `/rooms/${room.id}`, cy)).body.role).toBe('member');
    expect((await call(server, 'DELETE', path, { token: ana.token, body: {} })).status).toBe(204);
    const again = await joinRoom(server, cy.token, room.id);
    expect([again.status, again.body.role]).toEqual([200, 'member']);
  });

  it('checks the token, the path, the method and the rate limit before the body', async () => {
    const body = '{"ban":true}';
    const users = { method: 'DELETE', path: '/rooms/{roomId}/users/{userId}' };
    expectRefusal(await ask(users, body, { token: 'x' }), 'token_invalid');
    expectRefusal(await ask({ method: 'DELETE', path: '/nothing' }, body), 'not_found');
    expectRefusal(await ask({ method: 'PATCH', path: '/health' }, body), 'method_not_allowed');
    const strict = await startServer({ RATE_LIMIT_REQUESTS: '1' });
    const statuses = new Set<number>();
    for (let i = 0; i < 12; i += 1) {
      const answer = await call(strict, 'DELETE', '/rooms/1/users/1', { body: { ban: true } });
      if (answer.status === 429) expectRefusal(answer, 'rate_limited');
      statuses.add(answer.status);
    }
    expect([...statuses]).toEqual([401, 429]);
  });
});

describe('a route with an optional body', () => {
  it('accepts no body, and rejects bodies that are not objects', async () => {
    const bo = await signUp(server, 'Bo');
    const route = { method: 'PUT', path: `/rooms/${room.id}/users/${bo.user.id}` };
    for (const body of ['', '{}', '{"role":null}']) {
      expect([body, (await ask(route, body)).status]).toEqual([body, 200]);
    }
    expect((await ask(route, '', { type: 'x/y' })).status).toBe(200);
    for (const body of ['null', '[]', '""', '{"ban":true}']) {
      expectRefusal(await ask(route, body), 'validation_failed');
    }
  });
});

describe('a route with a required body', () => {
  it.each([
    'application/json',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
    'Application/JSON',
  ])('accepts the type %s', async (type) => {
    const route = { method: 'POST', path: `/rooms/${room.id}/messages` };
    expect((await ask(route, '{"text":"a"}', { type })).status).toBe(201);
  });

  it.each(['application/vnd.api+json', 'application/problem+json', 'text/json', '*/*', ''])(
    'rejects the type "%s"',
    async (type) => {
      const route = { method: 'POST', path: `/rooms/${room.id}/messages` };
      expectRefusal(await ask(route, '{"text":"a"}', { type }), 'unsupported_media_type');
    },
  );

  it('rejects a missing body as invalid, whatever its type', async () => {
    for (const type of ['', 'application/json', 'application/x-www-form-urlencoded', 'nonsense']) {
      for (const chunked of [false, true]) {
        if (type === 'nonsense' && chunked) continue;
        const answer = await ask({ method: 'POST', path: '/auth/login' }, '', { type, chunked });
        expectRefusal(answer, 'validation_failed');
      }
    }
  });
});
