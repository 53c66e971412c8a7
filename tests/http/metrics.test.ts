import { beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../src/package.ts';
import type { Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  generalRoom,
  openLiveSocket,
  openSocket,
  openStream,
  postMessage,
  signUp,
  type Account,
  type At,
} from '../support/client.ts';
import { dialect } from '../support/dialect.ts';
import { parseExposition, type Family } from '../support/exposition.ts';
import { download, uploaded } from '../support/files.ts';
import { exchange } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer } from '../support/server.ts';
import { documentedMetrics, namesIn, readDashboard, readRules } from '../support/watching.ts';

const TOKEN = 'a token for Prometheus';

const server = shareServer({ HOST: '127.0.0.1' });
const guarded = shareServer({
  HOST: '0.0.0.0',
  METRICS_TOKEN: TOKEN.replaceAll(' ', '-'),
  RATE_LIMIT_MESSAGES: '1',
  MAX_CONNECTIONS_PER_USER: '1',
  RATE_LIMIT_AUTH: '2',
});
const bearer = { token: TOKEN.replaceAll(' ', '-') };

type Scrape = Map<string, Family>;

async function scrape(at: At = server, token?: string): Promise<Scrape> {
  const response = await fetch(`${at.url}/metrics`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parseExposition(await response.text());
}

/** The value of a sample; 0 where there is none. */
function valueOf(scraped: Scrape, name: string, labels: Record<string, string> = {}): number {
  const family = scraped.get(name) ?? scraped.get(name.replace(/_(?:count|sum|bucket)$/, ''));
  expect(family, name).toBeDefined();
  const found = family!.samples.find(
    (sample) => sample.name === name && JSON.stringify(sample.labels) === JSON.stringify(labels),
  );
  return found?.value ?? 0;
}

/** Returns a function that tells by how much a sample has grown since now. */
async function growthSince(at: At = server, token?: string) {
  const before = await scrape(at, token);
  return async () => {
    const after = await scrape(at, token);
    return (name: string, labels?: Record<string, string>) =>
      valueOf(after, name, labels) - valueOf(before, name, labels);
  };
}

let ana: Account;
let bo: Account;
let room: Room;
beforeAll(async () => {
  [ana, bo] = [await signUp(server, 'Ana'), await signUp(server, 'Bo')];
  room = await createRoom(server, ana.token, 'Kitchen');
});

describe('GET /metrics', () => {
  it('has every documented metric of this database, in a valid format, and no other', async () => {
    const exported = [...(await scrape()).keys()].filter((name) => name.startsWith('charla_'));
    const documented = documentedMetrics()
      .filter(({ isOnPostgres }) => dialect() === 'postgres' || !isOnPostgres)
      .map(({ name }) => name);
    expect(exported.toSorted()).toEqual(documented.toSorted());
  });

  it('has the labels that the document names', async () => {
    const scraped = await scrape();
    for (const { name, labels } of documentedMetrics()) {
      for (const sample of scraped.get(name)?.samples ?? []) {
        const own = Object.keys(sample.labels).filter((label) => label !== 'le');
        expect([name, own]).toEqual([name, labels]);
      }
    }
  });

  it('names metrics as Prometheus advises: base units, and _total for counters alone', async () => {
    for (const [name, { type, help }] of await scrape()) {
      if (!name.startsWith('charla_')) continue;
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      expect(name).not.toMatch(/_(?:ms|milliseconds|kb|kib|mb|mib)\b/i);
      expect([name, help.length > 10]).toEqual([name, true]);
    }
  });

  it('has the process, and the delay of its event loop', async () => {
    const scraped = await scrape();
    for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds']) {
      expect(valueOf(scraped, name)).toBeGreaterThan(0);
    }
    expect(valueOf(scraped, 'charla_info', { version, database: dialect() })).toBe(1);
    expect(valueOf(scraped, 'charla_ready')).toBe(1);
    expect(valueOf(scraped, 'charla_nodes')).toBe(1);
    expect(valueOf(scraped, 'charla_disk_free_bytes', { folder: 'files' })).toBeGreaterThan(1e6);
  });

  it('answers HEAD, and 405 for other methods', async () => {
    const { status, headers } = await fetch(`${server.url}/metrics`, { method: 'HEAD' });
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expectRefusal(await call(server, 'POST', '/metrics'), 'method_not_allowed');
  });

  it('is in the OpenAPI document as plain text', async () => {
    const { body } = await call<{ paths: Record<string, { get: { responses: object } }> }>(
      server,
      'GET',
      '/docs/json',
    );
    expect(body.paths['/metrics']!.get.responses).toMatchObject({
      200: { content: { 'text/plain': { schema: { type: 'string' } } } },
      401: { $ref: '#/components/responses/TokenInvalidOrTokenMissing' },
    });
  });
});

describe('the numbers', () => {
  it('count messages from the command to the last delivery', async () => {
    const sender = await openLiveSocket(server, ana.token, room.id);
    const reader = await openLiveSocket(server, bo.token, room.id);
    const stream = openStream(server, bo.token);
    await stream.next('live');
    const growth = await growthSince();
    for (const text of ['one', 'two', 'three']) {
      await sender.ask({ type: 'send', text });
      await reader.next('message.created');
      await stream.next('message.created');
    }
    await sender.ask({ type: 'send', text: '' });
    const by = await growth();
    expect(by('charla_commands_total', { command: 'send' })).toBe(4);
    expect(by('charla_ack_duration_seconds_count')).toBe(3);
    expect(by('charla_events_committed_total', { type: 'message.created' })).toBe(3);
    expect(by('charla_deliveries_total', { kind: 'websocket' })).toBe(6);
    expect(by('charla_deliveries_total', { kind: 'sse' })).toBe(3);
    expect(by('charla_delivery_duration_seconds_count')).toBe(3);
    expect(by('charla_delivery_duration_seconds_sum')).toBeGreaterThan(0);
    expect(by('charla_connection_writes_total')).toBeGreaterThanOrEqual(9);
    const refused = { transport: 'websocket', code: 'validation_failed' };
    expect(by('charla_refusals_total', refused)).toBe(1);
    expect(by('charla_group_mutations_sum')).toBeGreaterThanOrEqual(3);
    expect(by('charla_commit_duration_seconds_sum')).toBeGreaterThan(0);
    expect(by('charla_group_duration_seconds_sum', { kind: 'group' })).toBeGreaterThan(
      by('charla_commit_duration_seconds_sum') / 2,
    );
    if (dialect() === 'postgres') expect(by('charla_lock_wait_seconds_sum')).toBeGreaterThan(0);
    const now = await scrape();
    expect(valueOf(now, 'charla_connections', { kind: 'websocket' })).toBe(2);
    expect(valueOf(now, 'charla_connections', { kind: 'sse' })).toBe(1);
    expect(valueOf(now, 'charla_rooms_open')).toBe(1);
    for (const one of [sender, reader, stream]) await one.close();
  });

  it('count what is replayed, and why connections are closed', async () => {
    const { id } = await createRoom(server, ana.token, 'Replays');
    for (const text of ['one', 'two']) await postMessage(server, ana.token, id, text);
    const growth = await growthSince();
    await openLiveSocket(server, ana.token, id);
    const all = await openLiveSocket(server, ana.token, id, { after: 0 });
    const first = await openLiveSocket(server, bo.token, id);
    await call(server, 'DELETE', `/rooms/${id}`, ana);
    await Promise.all([all.closed, first.closed]);
    const by = await growth();
    expect(by('charla_replay_events_count')).toBe(3);
    // Its creation, the join of its creator, and two messages.
    expect(by('charla_replay_events_sum')).toBe(4);
    expect(by('charla_replay_events_bucket', { le: '0' })).toBe(2);
    const closed = { reason: 'room_deleted', code: '4004' };
    expect(by('charla_connections_closed_total', closed)).toBe(3);
  });

  it('count frames that the library rejects by itself', async () => {
    const growth = await growthSince();
    const [large, invalid] = [
      await openSocket(server, ana.token, room.id),
      await openSocket(server, ana.token, room.id),
    ];
    large.ws.send('x'.repeat(70_000));
    // 0xff is no UTF-8.
    invalid.ws.send(Buffer.from([0xff]), { binary: false });
    expect((await large.closed).code).toBe(1009);
    expect((await invalid.closed).code).toBe(1007);
    const by = await growth();
    const reasons = [
      { reason: 'message_too_big', code: '1009' },
      { reason: 'invalid_utf8', code: '1007' },
    ];
    expect(reasons.map((one) => by('charla_connections_closed_total', one))).toEqual([1, 1]);
  });

  it('count HTTP requests by route, and never by what is in a path', async () => {
    const growth = await growthSince();
    await postMessage(server, ana.token, room.id, 'over HTTP');
    await call(server, 'GET', `/rooms/${room.id}/messages/999999`, ana);
    await call(server, 'GET', '/nothing-here');
    await fetch(`${server.url}/app.js`);
    await exchange(server, 'nonsense\r\n\r\n');
    const by = await growth();
    const requests = (method: string, route: string, status: string) =>
      by('charla_http_requests_total', { method, route, status });
    expect(requests('POST', '/rooms/:roomId/messages', '201')).toBe(1);
    expect(requests('GET', '/rooms/:roomId/messages/:seq', '404')).toBe(1);
    expect(requests('GET', 'none', '404')).toBe(1);
    expect(requests('GET', 'page', '200')).toBe(1);
    const ofMessages = { method: 'POST', route: '/rooms/:roomId/messages' };
    expect(by('charla_http_request_duration_seconds_sum', ofMessages)).toBeGreaterThan(0);
    const refusals = (code: string) => by('charla_refusals_total', { transport: 'http', code });
    expect(['message_not_found', 'not_found', 'validation_failed'].map(refusals)).toEqual([
      1, 1, 1,
    ]);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    for (const { id } of [room, ana.user, bo.user]) expect(text).not.toContain(id);
    expect(text).not.toContain('nothing-here');
  });

  it('count the bytes of files in both directions', async () => {
    const growth = await growthSince();
    const content = 'x'.repeat(10_000);
    const { id } = await uploaded(server, ana.token, room.id, content);
    await download(server, `/files/${id}`, ana);
    const by = await growth();
    expect(by('charla_transfer_bytes_total', { direction: 'upload' })).toBe(10_000);
    expect(by('charla_transfer_bytes_total', { direction: 'download' })).toBe(10_000);
  });
});

describe('a server that others can reach', () => {
  it('shows its metrics to who has METRICS_TOKEN, and to nobody else', async () => {
    expectRefusal(await call(guarded, 'GET', '/metrics'), 'token_missing');
    const { token } = await signUp(guarded, 'Cyd');
    for (const wrong of [token, `${bearer.token}x`, 'x']) {
      expectRefusal(await call(guarded, 'GET', '/metrics', { token: wrong }), 'token_invalid');
    }
    expect((await scrape(guarded, bearer.token)).has('charla_ready')).toBe(true);
  });

  it('has no metrics without that setting', async () => {
    const closed = await startServer({ HOST: '0.0.0.0', RATE_LIMIT_REQUESTS: '1' });
    expectRefusal(await call(closed, 'GET', '/metrics', bearer), 'not_found');
    // Attempts count as requests, four of which cover four seconds.
    for (let i = 0; i < 3; i += 1) await call(closed, 'GET', '/metrics', bearer);
    expectRefusal(await call(closed, 'GET', '/metrics', bearer), 'rate_limited');
  });

  it('counts what each limit rejects, and another server in this process does not', async () => {
    const dan = await signUp(guarded, 'Dan');
    const { id } = await generalRoom(guarded, dan.token);
    const [growth, elsewhere] = [await growthSince(guarded, bearer.token), await growthSince()];
    const socket = await openSocket(guarded, dan.token, id);
    await expect(openSocket(guarded, dan.token, id)).rejects.toThrow('429');
    for (let i = 0; i < 4; i += 1) await socket.ask({ type: 'send', text: 'again' });
    for (let i = 0; i < 3; i += 1) {
      const body = { email: dan.email, password: 'not the password' };
      await call(guarded, 'POST', '/auth/login', { body });
    }
    const [by, byElsewhere] = [await growth(), await elsewhere()];
    const limited = (limit: string) => by('charla_limited_total', { limit });
    expect(['connections', 'logins'].map(limited)).toEqual([1, 1]);
    expect(limited('messages')).toBeGreaterThanOrEqual(1);
    expect(byElsewhere('charla_limited_total', { limit: 'connections' })).toBe(0);
    expect(byElsewhere('charla_commands_total', { command: 'send' })).toBe(0);
  });
});

describe.each([
  ['docs/grafana.json', readDashboard],
  ['docs/alerts.yml', readRules],
])('%s', (_file, read) => {
  it('names only metrics and labels that a server exports', async () => {
    const scraped = await scrape();
    const onPostgresAlone = documentedMetrics().filter(({ isOnPostgres }) => isOnPostgres);
    const expressions = read();
    expect(expressions.length).toBeGreaterThan(5);
    for (const expression of expressions) {
      const { metrics, grouped } = namesIn(expression);
      expect([expression, metrics.length > 0]).toEqual([expression, true]);
      const labels = new Set<string>(['job', 'instance']);
      for (const { name, matchers } of metrics) {
        // Prometheus itself makes this one.
        if (name === 'up') continue;
        const base = name.replace(/_(?:bucket|sum|count)$/, '');
        const elsewhere = onPostgresAlone.find((one) => one.name === base);
        if (dialect() === 'sqlite' && elsewhere) {
          for (const label of ['le', ...elsewhere.labels]) labels.add(label);
          continue;
        }
        const samples = (scraped.get(name) ?? scraped.get(base))?.samples ?? [];
        const own = samples.filter((sample) => sample.name === name);
        expect([expression, name, own.length > 0]).toEqual([expression, name, true]);
        for (const label of Object.keys(own[0]!.labels)) labels.add(label);
        for (const { label, values } of matchers) {
          if (label === 'job' || label === 'instance') continue;
          const known = own.map((sample) => sample.labels[label]);
          for (const value of values)
            expect([expression, known]).toEqual([expression, expect.arrayContaining([value])]);
        }
      }
      for (const label of grouped)
        expect([expression, [...labels]]).toEqual([expression, expect.arrayContaining([label])]);
    }
  });
});
