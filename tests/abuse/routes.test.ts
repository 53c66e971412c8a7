import { expect, it } from 'vitest';
import { errorKinds } from '../../src/protocol/errors.ts';
import { call, createRoom, openLiveSocket, signUp } from '../support/client.ts';
import { bearerHeader, exchange, requestText } from '../support/raw.ts';
import { startServer } from '../support/server.ts';
import { PATIENCE, print, scaled, seeded } from '../faults/support/scale.ts';

interface Document {
  readonly paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
}

/** Requests to each route; half of them carry a bad token or none. */
const EACH = scaled(8, 300);

const LONG = 'x'.repeat(5000);
/** Parts of a path or query, which are sent as they are. */
const PARTS = [
  '..',
  '%2e%2e',
  '%00',
  '%',
  '%zz',
  '%ff%fe',
  '%E0%A4%A',
  '%u0041',
  '__proto__',
  'constructor',
  '%F0%9F%91%8D',
  '0',
  '-1',
  '1e9',
  '9007199254740993',
  '1.5',
  'NaN',
  'null',
  "'%20or%20'1'='1",
  '"%3B',
  '%0d%0aX-Injected:%201',
  '%3Cscript%3E',
  '%E2%80%AE',
  '%ED%A0%80',
  ';',
  ',',
  '*',
  LONG,
];
const BODIES = [
  '',
  '{',
  'null',
  'true',
  '0',
  '""',
  '[]',
  '{}',
  '[[[[[[]]]]]]',
  '['.repeat(30_000),
  `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"text":"\\u0000"}',
  '{"text":"\\ud800"}',
  '{"text":1e400}',
  '{"name":{"toString":1}}',
  `{"name":"${LONG}"}`,
  '{"seq":-1}',
  '{"seq":9007199254740993}',
  '{"userId":["x"]}',
  '{"userId":"\\u0000"}',
  '{"email":"a@b","password":{"length":8},"name":"x"}',
  '{"role":"admin"}',
  '\u{feff}{}',
];
const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/__proto__',
  '',
];

it(
  `responds as documented to ${EACH} hostile requests for each route`,
  { timeout: PATIENCE },
  async () => {
    const random = seeded();
    const lines: string[] = [];
    const server = await startServer({}, (line) => lines.push(line));
    const { token } = await signUp(server, 'Ana');
    const room = await createRoom(server, token, 'Kitchen');
    // Ana's own requests may delete everything that is hers, so the healthy client is out of her reach.
    const bo = await signUp(server, 'Bo');
    const elsewhere = await createRoom(server, bo.token, 'Elsewhere');
    const healthy = await openLiveSocket(server, bo.token, elsewhere.id);
    const { body: document } = await call<Document>(server, 'GET', '/docs/json');
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [] }]) => ({
        path,
        method: method.toUpperCase(),
        queries: parameters.flatMap((one) => (one.in === 'query' ? one.name : [])),
      })),
    );
    expect(routes.length).toBeGreaterThan(30);
    const statuses = new Map<number, number>();

    const hostile = ({ path, method, queries }: (typeof routes)[number]): string => {
      const part = () => random.pick(PARTS);
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        name === 'roomId' && random.chance(0.5) ? room.id : part(),
      );
      const names = [...queries, 'x', '__proto__', ...(random.chance(0.2) ? [part()] : [])];
      const query = Array.from(
        { length: random.int(0, 4) },
        () => `${random.pick(names)}=${part()}`,
      );
      const body = method === 'GET' && random.chance(0.8) ? '' : random.pick(BODIES);
      const bearer = random.pick([token, token, token, `${token}x`, LONG, '']);
      return requestText(
        `${method} ${filled}?${query.join('&')} HTTP/1.1`,
        [
          bearerHeader(bearer),
          `Content-Type: ${random.pick([TYPES[0], ...TYPES])}`,
          `Content-Length: ${Buffer.byteLength(body)}`,
          'Connection: close',
        ],
        body,
      );
    };

    for (const route of routes) {
      // A logout ends the session that the others need, and a stream never ends.
      if (['/auth/logout', '/notifications'].includes(route.path)) continue;
      for (let i = 0; i < EACH; i += 1) {
        const request = hostile(route);
        const { status, body } = await exchange(server, request);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const shown = request.slice(0, 500);
        expect([shown, status < 500]).toEqual([shown, true]);
        if (status < 400) continue;
        const { code } = body as { code: keyof typeof errorKinds };
        expect([shown, errorKinds[code]?.status]).toEqual([shown, status]);
      }
      expect((await healthy.ask({ type: 'send', text: route.path }))['type']).toBe('ack');
    }
    expect((await call<{ isAdmin: boolean }>(server, 'GET', '/users/me', { token })).status).toBe(
      200,
    );
    expect(lines.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
    const counts = [...statuses]
      .toSorted(([a], [b]) => a - b)
      .map(([status, count]) => `${status} × ${count}`);
    print(`${routes.length} routes, ${EACH} hostile requests each: ${counts.join(', ')}`);
  },
);
