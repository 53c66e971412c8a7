import { describe, expect, it, vi } from 'vitest';
import {
  call,
  createRoom,
  openDirect,
  postMessage,
  signUp,
  type Account,
} from '../support/client.ts';
import { openDatabaseOf } from '../support/database.ts';
import { startPushService, type Browser, type PushService } from '../support/push-service.ts';
import { shareServer, startServer, type Env, type TestServer } from '../support/server.ts';
import { times } from '../support/times.ts';

/* Push services that are gone, slow, wrong or hostile. */

const env: Env = { WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' };
const pushTimes = { waitMs: 100, tickMs: 30, retryMs: 100, requestMs: 2000 };
const warnings: string[] = [];
const server = shareServer(env, undefined, (line) => warnings.push(line), { pushTimes });

interface Scene {
  readonly service: PushService;
  readonly browser: Browser;
  readonly bo: Account;
  /** Ana writes to Bo. */
  readonly say: (text: string) => Promise<number>;
}

let scenes = 0;
/** Bo is subscribed at a push service of his own. */
async function scene(at: TestServer = server): Promise<Scene> {
  const n = (scenes += 1);
  const service = await startPushService();
  const [ana, bo] = await Promise.all([signUp(at, `Ana${n}`), signUp(at, `Bo${n}`)]);
  const { body: room } = await openDirect(at, ana.token, bo.user.id);
  return {
    service,
    bo,
    browser: await service.subscribe(at, bo),
    say: async (text) => (await postMessage(at, ana.token, room.id, text)).body.seq,
  };
}

const subscriptionsOf = async ({ bo }: Scene) => {
  const db = await openDatabaseOf(server.dataDir);
  const rows = db.selectFrom('push_subscriptions').select('id').where('user_id', '=', bo.user.id);
  return (await rows.execute()).length;
};

it.each([404, 410])('forgets a subscription that its service answers with %i', async (status) => {
  const one = await scene();
  one.service.answer = (response) => response.writeHead(status).end();
  await one.say('anybody there?');
  await one.browser.next();
  await vi.waitFor(async () => expect(await subscriptionsOf(one)).toBe(0));
});

it.each([
  [500, {}],
  [503, {}],
  [429, { 'retry-after': 'soon' }],
])('tries again after %i', async (status, headers) => {
  const one = await scene();
  one.service.answer = (response) => {
    one.service.answer = null;
    response.writeHead(status, headers).end();
  };
  const seq = await one.say('hello');
  for (let i = 0; i < 2; i += 1) expect(await one.browser.next()).toMatchObject({ seq });
  expect(await subscriptionsOf(one)).toBe(1);
  // The service is well again, and there is no pause any more.
  const next = await one.say('again');
  expect(await one.browser.next()).toMatchObject({ seq: next });
  expect(one.browser.received).toHaveLength(3);
});

it('waits as long as the service asks, and then sends the newest alone', async () => {
  const one = await scene();
  one.service.answer = (response) => {
    one.service.answer = null;
    response.writeHead(429, { 'retry-after': '1' }).end();
  };
  await one.say('one');
  await one.browser.next();
  const askedAt = performance.now();
  await one.say('two');
  const seq = await one.say('three');
  expect(await one.browser.next()).toMatchObject({ seq });
  expect(performance.now() - askedAt).toBeGreaterThan(900);
  expect(one.browser.received).toHaveLength(2);
});

it.each([400, 403, 413])('does not repeat what is answered with %i', async (status) => {
  const one = await scene();
  one.service.answer = (response) => {
    one.service.answer = null;
    response.writeHead(status).end();
  };
  await one.say('one');
  await one.browser.next();
  const seq = await one.say('two');
  expect(await one.browser.next()).toMatchObject({ seq });
  expect(await subscriptionsOf(one)).toBe(1);
});

it('follows no redirect', async () => {
  const one = await scene();
  const other = await scene();
  one.service.answer = (response) => {
    one.service.answer = null;
    response.writeHead(307, { location: other.browser.endpoint }).end();
  };
  await one.say('one');
  await one.browser.next();
  const seq = await one.say('two');
  expect(await one.browser.next()).toMatchObject({ seq });
  expect(other.browser.received).toEqual([]);
});

it('sends one message of a room at a time, and of those that wait the newest', async () => {
  const one = await scene();
  let release = () => {};
  one.service.answer = (response) => {
    one.service.answer = null;
    release = () => void response.writeHead(201).end();
  };
  const first = await one.say('one');
  expect(await one.browser.next()).toMatchObject({ seq: first });
  await one.say('two');
  const last = await one.say('three');
  const other = await scene();
  await other.say('found after these');
  await other.browser.next();
  expect(one.browser.received).toHaveLength(1);
  release();
  expect(await one.browser.next()).toMatchObject({ seq: last });
  expect(one.browser.received).toHaveLength(2);
});

describe('a service that never answers', () => {
  const hang = () => {};

  it('delays no message and no other service, and is left after a while', async () => {
    const one = await scene();
    one.service.answer = hang;
    const seq = await one.say('one');
    await one.browser.next();
    const other = await scene();
    const its = await other.say('meanwhile');
    expect(await other.browser.next()).toMatchObject({ seq: its });
    expect(one.service.open).toBe(1);
    one.service.answer = null;
    expect(await one.browser.next()).toMatchObject({ seq });
    await vi.waitFor(() => expect(one.service.open).toBe(0));
  });

  it('has no more than four requests of one user at once', async () => {
    const one = await scene();
    one.service.answer = hang;
    const cy = await signUp(server, 'Cy');
    const rooms = await times(7, async (i) => {
      const room = await createRoom(server, cy.token, `Room ${i} of Cy`);
      await call(server, 'POST', `/rooms/${room.id}/join`, one.bo);
      return room;
    });
    const text = `@${one.bo.user.name} hello`;
    for (const { id } of rooms) await postMessage(server, cy.token, id, text);
    await vi.waitFor(() => expect(one.service.open).toBe(4));
    const other = await scene();
    await other.say('meanwhile');
    await other.browser.next();
    expect(one.service.received).toHaveLength(4);
    one.service.answer = null;
    await vi.waitFor(() => {
      const reached = one.browser.received.map((pushed) => one.browser.read(pushed).roomId);
      expect(new Set(reached).size).toBe(7);
      expect(one.service.open).toBe(0);
    }, 5000);
  });

  it('does not hold up a stop for long', async () => {
    const stopping = await startServer(env, undefined, {
      pushTimes: { ...pushTimes, requestMs: 60_000 },
    });
    const one = await scene(stopping);
    one.service.answer = hang;
    await one.say('one');
    await one.browser.next();
    await stopping.stop();
    await vi.waitFor(() => expect(one.service.open).toBe(0));
  });
});

it('reads no body, and no endless headers', async () => {
  const one = await scene();
  const stop = new AbortController();
  one.service.answer = (response) => {
    one.service.answer = (again) => {
      one.service.answer = null;
      again.writeHead(201, { big: 'x'.repeat(20_000) }).end();
    };
    response.writeHead(201);
    const write = () => {
      if (!stop.signal.aborted) response.write('x'.repeat(65_536), () => setImmediate(write));
    };
    response.once('close', () => stop.abort());
    write();
  };
  await one.say('one');
  await one.browser.next();
  await vi.waitFor(() => expect(stop.signal.aborted).toBe(true));
  const seq = await one.say('two');
  // Too many headers count as a failure, and it is tried again.
  for (let i = 0; i < 2; i += 1) expect(await one.browser.next()).toMatchObject({ seq });
});

it('logs failures once a minute, without an endpoint', async () => {
  const failing = warnings.filter((line) => line.includes('some notifications could not be sent'));
  expect(failing).toHaveLength(1);
  expect(failing[0]).not.toContain('/send/');
});
