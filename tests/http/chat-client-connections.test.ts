import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EventSource } from '../support/frame-check.ts';
import {
  ChatClient,
  ignore,
  openRoom,
  restart,
  watchedClient,
  withResolvers,
} from '../support/chat-client.ts';
import { call, createRoom, signUp, type Frame } from '../support/client.ts';
import { shareServer, startServer, type TestServer } from '../support/server.ts';

const server = shareServer();

describe('token renewal', () => {
  const refreshesIn = (opened: readonly string[]) =>
    opened.filter((address) => address.endsWith('/auth/refresh')).length;

  it('happens once for all connections that learn of the same expiry, at once or one after the other', async () => {
    const ana = await signUp(server, 'Ana');
    const { client, opened } = watchedClient(server, ana);
    // Tokens of the same second expire at the same moment.
    await sleep(1100);
    const ask = () => client.tokenAfter(ana.expiresAt);
    const tokens = [...(await Promise.all([ask(), ask(), ask()])), await ask()];
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(ana.token);
    expect(refreshesIn(opened)).toBe(1);
    await client.tokenAfter(client.session!.expiresAt);
    expect(refreshesIn(opened)).toBe(2);
  });

  it(
    'happens seldom, however short the life, while sockets and a stream deliver every event once',
    { timeout: 30_000 },
    async () => {
      const hasty = await startServer({ TOKEN_TTL: '6s' });
      const ana = await signUp(hasty, 'Ana');
      const room = await createRoom(hasty, ana.token, 'Kitchen');
      const { client, opened } = watchedClient(hasty, ana);
      const start = performance.now();
      const views = [openRoom(client, room.id), openRoom(client, room.id)];
      const news: string[] = [];
      let returns = 0;
      const stream = client.notifications({
        onEvent: ({ type, message }: Frame) =>
          type === 'message.created' && news.push(String(message.text)),
        onReturn: () => (returns += 1),
      });
      onTestFinished(() => stream.close());
      await Promise.all(views.map((view) => view.state('live')));
      const said: string[] = [];
      while (performance.now() - start < 14_000) {
        said.push(`number ${said.length}`);
        const id = views[0]!.connection.send({ text: said.at(-1)! });
        await views[0]!.sent(id);
        await sleep(50);
      }
      await views[1]!.text(said.at(-1)!);
      await expect.poll(() => news.at(-1)).toBe(said.at(-1));
      for (const view of views) {
        expect(view.texts()).toEqual(said);
        expect(view.calls.filter(({ first }) => first === 'live')).toHaveLength(1);
      }
      expect(news).toEqual(said.slice(said.indexOf(news[0]!)));
      expect(said.length - news.length).toBeLessThan(10);
      expect(returns).toBe(0);
      // At two fifths of the rest of its life at the earliest; the life is cut to whole seconds.
      const seconds = (performance.now() - start) / 1000;
      const refreshes = refreshesIn(opened);
      expect(refreshes).toBeLessThanOrEqual(Math.ceil(seconds / (0.4 * 5)));
      const streams = opened.filter((address) => address.includes('/notifications?'));
      expect(streams.length).toBeGreaterThan(2);
      expect(streams.length).toBeLessThanOrEqual(refreshes + 1);
    },
  );
});

it('stays away for as long as a rate limit asks', async () => {
  const limited = await startServer({ RATE_LIMIT_REQUESTS: '1' });
  const ana = await signUp(limited, 'Ana');
  const room = await createRoom(limited, ana.token, 'Kitchen');
  const { client, opened } = watchedClient(limited, ana);
  // The limit allows four requests at once, and then none for four seconds.
  while ((await call(limited, 'GET', '/users/me', ana)).status === 200);
  const view = openRoom(client, room.id);
  const trouble = await view.trouble();
  expect(trouble.message).toMatch(/Too many requests at once; try again in \d s/);
  expect(trouble.code).toBe('rate_limited');
  const wait = Number(/in (\d) s/.exec(trouble.message)![1]);
  expect(opened).toHaveLength(1);
  await sleep(900 * wait);
  expect(opened).toHaveLength(1);
  await view.state('live');
  expect(view.calls.findLast(({ kind }) => kind === 'onTrouble')!['first']).toBe('');
});

/** A stream that reconnects, which takes a ticket, only while a gate is open. */
async function withStreamAway(at: TestServer) {
  const account = await signUp(at, 'Cy');
  let gate = Promise.resolve();
  const client = new ChatClient({
    baseUrl: at.url,
    session: account,
    EventSource,
    fetch: async (url: URL, init: RequestInit) => {
      await gate;
      return fetch(url, init);
    },
  });
  const events: string[] = [];
  const { promise: fresh, resolve: isFresh } = withResolvers<void>();
  const { promise: back, resolve: isBack } = withResolvers<void>();
  const stream = client.notifications({
    onEvent: ({ type }: Frame) => events.push(String(type)),
    onFresh: isFresh,
    onReturn: () => {
      events.push('returned');
      isBack();
    },
  });
  onTestFinished(() => stream.close());
  await fresh;
  /** Closes the gate, and returns what opens it. */
  const close = () => {
    const { promise, resolve } = withResolvers<void>();
    gate = promise;
    return resolve;
  };
  return { account, events, back, close };
}

describe('a URL that the client opens', () => {
  it('contains no token, and each ticket once, also after a restart; a stream that was away says so, so that state without events can be loaded again', async () => {
    const first = await startServer();
    const ana = await signUp(first, 'Ana');
    const room = await createRoom(first, ana.token, 'Kitchen');
    const away = await withStreamAway(first);
    const { client, opened } = watchedClient(first, ana);
    const view = openRoom(client, room.id);
    let fresh = 0;
    let wake = ignore;
    const news: Frame[] = [];
    const stream = client.notifications({
      onFresh: () => {
        fresh += 1;
        wake();
      },
      onEvent: (event: Frame) => {
        news.push(event);
        wake();
      },
    });
    onTestFinished(() => stream.close());
    const until = async (met: () => boolean) => {
      while (!met()) await new Promise<void>((resolve) => (wake = resolve));
    };
    await view.state('live');
    await until(() => fresh === 1);

    const openGate = away.close();
    await first.stop();
    const second = await restart(first);
    await createRoom(second, away.account.token, 'Cellar');
    openGate();
    await away.back;
    expect(away.events).toEqual(['room.created', 'member.joined', 'returned']);
    // Sent while both are disconnected: delivered once by each.
    const path = `/rooms/${room.id}/messages`;
    await call(second, 'POST', path, { token: ana.token, body: { text: 'missed' } });
    view.connection.wake();
    await view.text('missed');
    await until(() => news.some(({ message }) => message?.text === 'missed'));
    await view.sent(view.connection.send({ text: 'after' }));
    await until(() => news.some(({ message }) => message?.text === 'after'));
    const texts = news
      .filter(({ type }) => type === 'message.created')
      .map(({ message }) => String(message.text));
    expect(texts).toEqual(['missed', 'after']);
    expect(fresh).toBe(1);

    for (const address of opened) expect(address).not.toContain(ana.token.split('.')[1]);
    const tickets = opened.map((address) => new URL(address).searchParams.get('token'));
    const used = tickets.filter((ticket) => ticket !== null);
    expect(used.length).toBeGreaterThanOrEqual(4);
    expect(used.every((ticket) => ticket.startsWith('ticket-'))).toBe(true);
    expect(new Set(used).size).toBe(used.length);
  });

  it('ends the session when its ticket is refused because it was revoked elsewhere', async () => {
    const olga = await signUp(server, 'Olga');
    const { client } = watchedClient(server, olga);
    const ended = new Promise<string | null>((resolve) => {
      client.onSession((session, reason) => session === null && resolve(reason));
    });
    const { promise: fresh, resolve: isFresh } = withResolvers<void>();
    const stream = client.notifications({ onFresh: isFresh, onEvent: ignore });
    onTestFinished(() => stream.close());
    await fresh;
    // This closes the stream, whose request for another ticket shows why.
    await call(server, 'POST', '/auth/logout', olga);
    expect(await ended).toBe('session_revoked');
    expect(client.session).toBeNull();
  });
});
