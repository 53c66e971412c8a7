import { once } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { EventSource } from 'eventsource';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Room } from '../../src/protocol/resources.ts';
import { call, createRoom, signUp, type At, type Frame } from '../support/client.ts';
import { shareServer, startServer, type TestServer } from '../support/server.ts';

/* What these tests use of public/chat-client.js, whose own types need those of the DOM. */
interface Connection {
  readonly state: string;
  readonly lastSeq: number | undefined;
  send(message: { text: string; clientMsgId?: string; replyTo?: number }): string;
  wake(): void;
  close(): void;
  closeWhenSent(): void;
}
interface Client {
  readonly session: { token: string; expiresAt: string; user: { name: string } } | null;
  register(account: object): Promise<{ token: string }>;
  login(credentials: object): Promise<{ token: string }>;
  logout(): Promise<void>;
  onSession(listener: (session: object | null, reason: string | null) => void): void;
  updateMe(changes: object): Promise<void>;
  tokenAfter(expiresAt: string): Promise<string>;
  readonly api: {
    listRooms(): Promise<{ rooms: Room[] }>;
    getRoom(roomId: string): Promise<Room>;
  };
  openRoom(roomId: string, handlers: object, from?: object): Connection;
  notifications(handlers: object): { close(): void };
}
interface Module {
  ChatClient: new (options: object) => Client;
  ApiError: new (...args: never) => Error;
}

const server = shareServer();
let lib: Module;
beforeAll(async () => {
  const url = new URL('../../public/chat-client.js', import.meta.url);
  lib = (await import(url.href)) as Module;
});

const newClient = ({ url }: At) => new lib.ChatClient({ baseUrl: url, WebSocket, EventSource });

const ignore = () => {};

/** A room as a client sees it: the calls of its handlers, and ways to wait for more. */
function openRoom(client: Client, roomId: string, from?: object) {
  const calls: Frame[] = [];
  let wake = ignore;
  const record = (kind: string) => (first?: unknown, second?: unknown) => {
    calls.push({ kind, first, second });
    wake();
  };
  const connection = client.openRoom(
    roomId,
    Object.fromEntries(
      [
        'onEvent',
        'onState',
        'onTrouble',
        'onWelcome',
        'onReset',
        'onSent',
        'onRefused',
        'onDelayed',
      ].map((kind) => [kind, record(kind)]),
    ),
    from,
  );
  onTestFinished(() => connection.close());
  const until = async (fits: (frame: Frame) => boolean): Promise<Frame> => {
    for (;;) {
      const found = calls.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return {
    connection,
    calls,
    state: (state: string) => until(({ kind, first }) => kind === 'onState' && first === state),
    sent: (id: string) => until(({ kind, first }) => kind === 'onSent' && first === id),
    texts: () =>
      calls
        .filter(({ kind, first }) => kind === 'onEvent' && first.type === 'message.created')
        .map(({ first }) => String(first.message.text)),
    text: (text: string) =>
      until(({ kind, first }) => kind === 'onEvent' && first.message?.text === text),
    refused: () => until(({ kind }) => kind === 'onRefused'),
    trouble: async () => {
      const { first, second } = await until((one) => one['kind'] === 'onTrouble' && one['first']);
      return { message: String(first), code: String(second) };
    },
  };
}

let people = 0;
/** A new user, in a new room. */
async function newRoom() {
  people += 1;
  const ana = await signUp(server, `Ana ${people}`);
  return { ana, room: await createRoom(server, ana.token, `Kitchen ${people}`) };
}

const portOf = ({ url }: At) => new URL(url).port;

/** Starts the same server again, on its folder and its port. */
const restart = (stopped: TestServer) =>
  startServer({ DATA_DIR: stopped.dataDir, PORT: portOf(stopped) });

describe('ChatClient', () => {
  it('signs up, opens a room, sends and receives', async () => {
    const ana = newClient(server);
    await ana.register({ email: 'ana@example.org', password: 'correct horse', name: 'Ana' });
    expect(ana.session!.user.name).toBe('Ana');
    const { rooms } = await ana.api.listRooms();
    const bo = newClient(server);
    await bo.register({ email: 'bo@example.org', password: 'correct horse', name: 'Bo' });
    const mine = openRoom(ana, rooms[0]!.id);
    const theirs = openRoom(bo, rooms[0]!.id);
    await Promise.all([mine.state('live'), theirs.state('live')]);
    const id = mine.connection.send({ text: '¡Hola! 👋' });
    await mine.sent(id);
    await theirs.text('¡Hola! 👋');
    await mine.text('¡Hola! 👋');
    expect(() => mine.connection.send({ text: '' })).toThrow(RangeError);
    const refusal = ana.api.getRoom('nothing');
    await expect(refusal).rejects.toBeInstanceOf(lib.ApiError);
    await expect(refusal).rejects.toMatchObject({ statusCode: 404, code: 'room_not_found' });
    mine.connection.close();
    await mine.state('closed');
  });

  it('reconnects after a restart without a hole or a repeat, and sends queued messages once', async () => {
    const first = await startServer();
    const ana = await signUp(first, 'Ana');
    const bo = await signUp(first, 'Bo');
    const room = await createRoom(first, ana.token, 'Kitchen');
    const client = new lib.ChatClient({ baseUrl: first.url, session: ana, WebSocket, EventSource });
    const view = openRoom(client, room.id);
    await view.state('live');
    await view.sent(view.connection.send({ text: 'before', clientMsgId: 'a' }));
    await view.text('before');

    await first.stop();
    await view.state('waiting');
    const waiting = ['b', 'c', 'd'];
    for (const id of waiting) view.connection.send({ text: `while away ${id}`, clientMsgId: id });
    const liveBefore = view.calls.length;

    const second = await restart(first);
    // The reconnected client must not miss this message.
    const path = `/rooms/${room.id}/messages`;
    await call(second, 'POST', path, { token: bo.token, body: { text: 'missed' } });
    view.connection.wake();
    for (const id of waiting) await view.sent(id);
    await view.sent(view.connection.send({ text: 'after' }));
    await view.text('after');

    expect(view.calls.slice(liveBefore).some(({ kind }) => kind === 'onReset')).toBe(false);
    // The client may be back before the message that it must not miss.
    const between = ['missed', ...waiting.map((id) => `while away ${id}`)];
    const texts = view.texts();
    expect(texts.slice(1, -1).toSorted()).toEqual(between.toSorted());
    expect([texts[0], texts.at(-1)]).toEqual(['before', 'after']);
    const seqs = view.calls
      .filter(({ kind, first: event }) => kind === 'onEvent' && 'seq' in event)
      .map(({ first: event }) => event.seq as number);
    expect(seqs).toEqual(seqs.map((_, i) => seqs[0]! + i));
    const { body } = await call<{ messages: Frame[] }>(second, 'GET', path, ana);
    expect(body.messages.map(({ text }) => String(text))).toEqual(texts);
  });

  it('closes a connecting socket only once it is open, so that no browser complains', async () => {
    const { token } = await signUp(server, 'Ana leaves at once');
    const room = await createRoom(server, token, 'left at once');
    const closedIn: number[] = [];
    const made: WebSocket[] = [];
    class Watched extends WebSocket {
      constructor(url: string) {
        super(url);
        made.push(this);
      }
      override close(code?: number): void {
        closedIn.push(this.readyState);
        super.close(code);
      }
    }
    const client = new lib.ChatClient({
      baseUrl: server.url,
      WebSocket: Watched,
      EventSource,
      session: {
        token,
        user: { name: 'Ana' },
        expiresAt: new Date(Date.now() + 3.6e6).toISOString(),
      },
    });
    const { connection } = openRoom(client, room.id);
    while (made.length === 0) await nextTurn();
    expect(made[0]!.readyState).toBe(WebSocket.CONNECTING);
    connection.close();
    await once(made[0]!, 'close');
    // It closes again when the server confirms.
    expect(closedIn[0]).toBe(WebSocket.OPEN);
  });

  it('reports a final refusal, and sends the next message', async () => {
    const { ana, room } = await newRoom();
    const client = new lib.ChatClient({
      baseUrl: server.url,
      session: ana,
      WebSocket,
      EventSource,
    });
    const view = openRoom(client, room.id);
    view.connection.send({ text: 'first' });
    view.connection.send({ text: 'to nothing', replyTo: 9999 });
    const last = view.connection.send({ text: 'last' });
    await view.sent(last);
    expect((await view.refused())['second']).toMatchObject({ code: 'message_not_found' });
    await view.text('last');
    expect(view.texts()).toEqual(['first', 'last']);
  });

  it('ends a session that was revoked elsewhere, and does not reconnect', async () => {
    const { ana, room } = await newRoom();
    const client = new lib.ChatClient({
      baseUrl: server.url,
      session: ana,
      WebSocket,
      EventSource,
    });
    const ended = new Promise<string | null>((resolve) => {
      client.onSession((session, reason) => session === null && resolve(reason));
    });
    const view = openRoom(client, room.id);
    await view.state('live');
    await call(server, 'POST', '/auth/logout', ana);
    expect(await ended).toBe('session_revoked');
    expect((await view.state('closed'))['second']).toBe('signed_out');
    expect(client.session).toBeNull();
  });

  it('reconnects with the session that a new password opens', async () => {
    const { ana, room } = await newRoom();
    const client = new lib.ChatClient({
      baseUrl: server.url,
      session: ana,
      WebSocket,
      EventSource,
    });
    const view = openRoom(client, room.id);
    await view.state('live');
    await client.updateMe({ password: 'another password', currentPassword: ana.password });
    expect(client.session!.token).not.toBe(ana.token);
    expect(client.session!.user).toEqual(ana.user);
    expect((await call(server, 'GET', '/users/me', ana)).status).toBe(401);
    await view.state('waiting');
    const id = view.connection.send({ text: 'still here' });
    await view.sent(id);
    expect(view.connection.state).toBe('live');
  });

  it('waits for as long as the server asks before it sends again', async () => {
    const limited = await startServer({ RATE_LIMIT_MESSAGES: '1' });
    const ana = await signUp(limited, 'Ana');
    const room = await createRoom(limited, ana.token, 'Kitchen');
    const client = new lib.ChatClient({ baseUrl: limited.url, session: ana, WebSocket });
    const view = openRoom(client, room.id);
    // The limit allows three changes at once, and the room was one; then one every three seconds.
    const ids = ['1', '2', '3'].map((text) => view.connection.send({ text }));
    await view.sent(ids[2]!);
    const delays = view.calls.filter(({ kind }) => kind === 'onDelayed');
    expect(delays).toHaveLength(1);
    expect(delays[0]!['second'].retryAfter).toBeGreaterThanOrEqual(1);
  });

  it('delivers the events of all rooms of the user', async () => {
    const { ana } = await newRoom();
    const client = new lib.ChatClient({
      baseUrl: server.url,
      session: ana,
      WebSocket,
      EventSource,
    });
    const { promise: fresh, resolve: isFresh } = withResolvers<void>();
    const { promise: created, resolve: setCreated } = withResolvers<Frame>();
    const stream = client.notifications({
      onFresh: isFresh,
      onEvent: (event: Frame) => event['type'] === 'message.created' && setCreated(event),
    });
    onTestFinished(() => stream.close());
    await fresh;
    const room = await createRoom(server, ana.token, 'Garden');
    const send = { token: ana.token, body: { text: 'news' } };
    await call(server, 'POST', `/rooms/${room.id}/messages`, send);
    expect((await created)['message']).toMatchObject({ roomId: room.id, text: 'news' });
  });
});

/** A client that records every URL it opens. */
function watchedClient({ url }: At, session: object) {
  const opened: string[] = [];
  const watched = <T extends object>(target: new (address: string) => T) =>
    new Proxy(target, {
      construct(make, [address]: [string]) {
        opened.push(address);
        return new make(address);
      },
    });
  const client = new lib.ChatClient({
    baseUrl: url,
    session,
    WebSocket: watched(WebSocket),
    EventSource: watched(EventSource),
    fetch: (address: URL, init: RequestInit) => {
      opened.push(address.href);
      return fetch(address, init);
    },
  });
  return { client, opened };
}

describe('token renewal', () => {
  const refreshesIn = (opened: readonly string[]) =>
    opened.filter((address) => address.endsWith('/auth/refresh')).length;

  it('happens once for all connections that learn of the same expiry, at once or one after the other', async () => {
    const { ana } = await newRoom();
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
        await sleep(20);
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

it('reports that the stream was away, so that state without events can be loaded again', async () => {
  const first = await startServer();
  const ana = await signUp(first, 'Ana');
  // Closed while the stream must not reconnect, which takes a ticket.
  let gate = Promise.resolve();
  const client = new lib.ChatClient({
    baseUrl: first.url,
    session: ana,
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
  const { promise: opened, resolve: openGate } = withResolvers<void>();
  gate = opened;
  await first.stop();
  const second = await restart(first);
  await createRoom(second, ana.token, 'Kitchen');
  openGate();
  await back;
  expect(events).toEqual(['room.created', 'member.joined', 'returned']);
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

describe('a URL that the client opens', () => {
  it('contains no token, and each ticket once, also after a restart', async () => {
    const first = await startServer();
    const ana = await signUp(first, 'Ana');
    const room = await createRoom(first, ana.token, 'Kitchen');
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

    await first.stop();
    const second = await restart(first);
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
    const own = await startServer();
    const ana = await signUp(own, 'Ana');
    const { client } = watchedClient(own, ana);
    const ended = new Promise<string | null>((resolve) => {
      client.onSession((session, reason) => session === null && resolve(reason));
    });
    const { promise: fresh, resolve: isFresh } = withResolvers<void>();
    const stream = client.notifications({ onFresh: isFresh, onEvent: ignore });
    onTestFinished(() => stream.close());
    await fresh;
    // This closes the stream, whose request for another ticket shows why.
    await call(own, 'POST', '/auth/logout', ana);
    expect(await ended).toBe('session_revoked');
    expect(client.session).toBeNull();
  });
});

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
