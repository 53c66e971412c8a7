import { describe, expect, it } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  openDirect,
  openLiveSocket,
  openSocket,
  openStream,
  postMessage,
  Refused,
  signIn,
  signUp,
  type Account,
  type Answer,
  type At,
} from '../support/client.ts';
import { turns } from '../support/fake-wire.ts';
import { openRaw, requestText, WEBSOCKET_UPGRADE } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { peopleOn } from '../support/people.ts';
import { createRoomJob, openFilling, registerJob } from '../support/filling.ts';
import { defaultLimits, shareServer, startServer, temporaryFolder } from '../support/server.ts';
import { times } from '../support/times.ts';

const count = (answers: readonly { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

const send = (at: At, { token }: Account, roomId: string) =>
  postMessage(at, token, roomId, 'hello');

describe('RATE_LIMIT_MESSAGES', () => {
  const server = shareServer({ RATE_LIMIT_MESSAGES: '1' });
  const { person, room: newRoom } = peopleOn(server);

  it('allows a burst of three times the limit, over HTTP and WebSocket together', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const room = await newRoom(ana);
    const socket = await openSocket(server, ana.token, room.id);
    // The room was the first of three writes.
    expect((await send(server, ana, room.id)).status).toBe(201);
    expect((await socket.ask({ type: 'send', text: 'hello' }))['type']).toBe('ack');
    const refusal = await socket.ask({ type: 'send', text: 'too much', clientMsgId: 'mine' });
    expect(refusal).toMatchObject({
      type: 'error',
      code: 'rate_limited',
      retryable: true,
      clientMsgId: 'mine',
    });
    expect([1, 2, 3]).toContain(refusal['retryAfter']);
    const answer = await send(server, ana, room.id);
    expectRefusal(answer, 'rate_limited');
    expect([1, 2, 3]).toContain(Number(answer.headers.get('retry-after')));
    // Another user has their own allowance, and no refused message is stored.
    expect((await send(server, bo, room.id)).status).toBe(201);
    const { body } = await call<{ messages: Message[] }>(
      server,
      'GET',
      `/rooms/${room.id}/messages`,
      ana,
    );
    expect(body.messages.map(({ text }) => text)).toEqual(['hello', 'hello', 'hello']);
  });

  it.each<[string, (at: At, who: Account, room: Room) => Promise<Answer<unknown>>]>([
    [
      'edits',
      (at, { token }, { id }) =>
        call(at, 'PATCH', `/rooms/${id}/messages/3`, { token, body: { text: 'other' } }),
    ],
    [
      'deletions',
      (at, { token }, { id }) => call(at, 'DELETE', `/rooms/${id}/messages/3`, { token }),
    ],
    [
      'reactions',
      (at, { token }, { id }) => call(at, 'PUT', `/rooms/${id}/messages/3/reactions/👍`, { token }),
    ],
    ['joins', (at, { token }, { id }) => joinRoom(at, token, id)],
    ['leaves', (at, { token }, { id }) => call(at, 'POST', `/rooms/${id}/leave`, { token })],
    [
      'room updates',
      (at, { token }, { id }) => call(at, 'PATCH', `/rooms/${id}`, { token, body: { topic: 'x' } }),
    ],
    [
      'added members',
      (at, { token, user }, { id }) => call(at, 'PUT', `/rooms/${id}/users/${user.id}`, { token }),
    ],
    [
      'removed members',
      (at, { token }, { id }) => call(at, 'DELETE', `/rooms/${id}/users/nobody`, { token }),
    ],
    [
      'lifted bans',
      (at, { token }, { id }) => call(at, 'DELETE', `/rooms/${id}/bans/nobody`, { token }),
    ],
    ['new rooms', (at, { token }) => call(at, 'POST', '/rooms', { token, body: { name: 'x' } })],
    ['deleted rooms', (at, { token }, { id }) => call(at, 'DELETE', `/rooms/${id}`, { token })],
    ['direct rooms', (at, { token, user }) => openDirect(at, token, user.id)],
  ])('counts %s', async (_, write) => {
    const ana = await person('Ana');
    const room = await newRoom(ana);
    await times(2, () => send(server, ana, room.id));
    expectRefusal(await write(server, ana, room), 'rate_limited');
  });

  it('allows five new names a minute', async () => {
    const { token } = await person('Ana');
    const rename = (i: number) =>
      call(server, 'PATCH', '/users/me', { token, body: { name: `Renamed ${i}` } });
    const answers = await times(7, rename);
    expect(count(answers, 200)).toBe(5);
    expectRefusal(await rename(8), 'rate_limited');
    const color = { token, body: { color: '#123456' } };
    expect((await call(server, 'PATCH', '/users/me', color)).status).toBe(200);
  });

  it('allows five new colours a minute, each of which goes to everyone who shares a room', async () => {
    const { token } = await person('Ana');
    const recolor = (i: number) =>
      call(server, 'PATCH', '/users/me', { token, body: { color: `#00000${i}` } });
    const answers = await times(7, recolor);
    expect(count(answers, 200)).toBe(5);
    expectRefusal(await recolor(8), 'rate_limited');
    const name = { token, body: { name: 'Renamed again' } };
    expect((await call(server, 'PATCH', '/users/me', name)).status).toBe(200);
  });

  it('limits how often a user joins and leaves', async () => {
    const ana = await person('Ana');
    const { id } = await newRoom(await person('Bo'));
    const rounds = [];
    for (let i = 0; i < 20; i += 1) {
      rounds.push(await joinRoom(server, ana.token, id));
      rounds.push(await call(server, 'POST', `/rooms/${id}/leave`, { token: ana.token }));
    }
    expect(count(rounds, 429)).toBeGreaterThan(30);
  });
});

describe('RATE_LIMIT_REQUESTS', () => {
  // Each test has its own users and addresses. Signing up takes six of the eight requests of this one.
  const server = shareServer({ RATE_LIMIT_REQUESTS: '2', TRUST_PROXY: '1' });
  const { person, unique } = peopleOn(server);
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

  it('allows a burst of four times the limit, over all tokens of a user', async () => {
    const name = unique('Ana');
    const [ana, bo] = [await signUp(server, name), await person('Bo')];
    const again = await signIn(server, name);
    const answers = await times(12, (i) =>
      call(server, 'GET', '/users/me', {
        token: (i % 2 ? ana : again).token,
        ...from(`10.0.0.${i}`),
      }),
    );
    expect(count(answers, 200)).toBe(8);
    expect(count(answers, 429)).toBe(4);
    expectRefusal(
      answers.find(({ status }) => status === 429)!,
      'rate_limited',
    );
    expect((await call(server, 'GET', '/users/me', bo)).status).toBe(200);
  });

  it('counts by address without a token, and an IPv6 network as one address', async () => {
    const answers = await times(12, (i) =>
      call(server, 'POST', '/nowhere', from(`2001:db8::${i}`)),
    );
    expect(count(answers, 404)).toBe(8);
    expect(count(answers, 429)).toBe(4);
    const { status } = await call(server, 'POST', '/nowhere', from('2001:db8:0:1::1'));
    expect(status).toBe(404);
  });

  it('does not count requests with ended tokens against their user', async () => {
    const name = unique('Ana');
    const ana = await signUp(server, name);
    const stolen = await signIn(server, name);
    await call(server, 'POST', '/auth/logout', { token: stolen.token, ...from('10.1.0.1') });
    const answers = await times(20, () =>
      call(server, 'GET', '/users/me', { token: stolen.token, ...from('10.1.0.2') }),
    );
    expect(count(answers, 401)).toBe(8);
    expect(count(answers, 429)).toBe(12);
    expect((await call(server, 'GET', '/users/me', ana)).status).toBe(200);
  });

  it('applies to sockets and streams when they open', async () => {
    const ana = await person('Ana');
    await times(8, () => call(server, 'GET', '/users/me', ana));
    await expect(openSocket(server, ana.token, 'any')).rejects.toMatchObject({
      status: 429,
      body: { code: 'rate_limited' },
    });
    const path = `/notifications?token=${ana.token}`;
    expectRefusal(await call(server, 'GET', path), 'rate_limited');
  });

  it('allows several loads of the page, and never rejects a health check', async () => {
    const load = () => fetch(`${server.url}/app.js`, from('10.2.0.1'));
    const files = await times(80, load);
    expect(files.map(({ status }) => status)).toEqual(Array(80).fill(200));
    expect((await load()).status).toBe(429);
    for (const path of ['/health', '/ready'])
      expect((await call(server, 'GET', path, from('10.2.0.1'))).status).toBe(200);
  });
});

describe('MAX_CONNECTIONS_PER_USER and MAX_ROOMS_PER_USER', () => {
  const server = shareServer({ MAX_CONNECTIONS_PER_USER: '5', MAX_ROOMS_PER_USER: '3' });
  const { person, room: newRoom, unique } = peopleOn(server);

  it('bound sockets and streams together, also those that open at once', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const room = await newRoom(ana);
    const stream = openStream(server, ana.token);
    await stream.next('live');
    const opened = await times(10, async () =>
      openSocket(server, ana.token, room.id).catch((error: unknown) => error as Refused),
    );
    const sockets = opened.flatMap((one) => (one instanceof Error ? [] : one));
    const refused = opened.flatMap((one) => (one instanceof Refused ? one : []));
    expect(sockets).toHaveLength(4);
    expect(refused).toHaveLength(6);
    for (const { status, body } of refused) {
      expect([status, body['code']]).toEqual([429, 'rate_limited']);
    }
    const path = `/notifications?token=${ana.token}`;
    expectRefusal(await call(server, 'GET', path), 'rate_limited');
    // The limit is per user, and other users still connect.
    await openLiveSocket(server, bo.token, room.id);
    await sockets[0]!.close();
    const again = async () =>
      openSocket(server, ana.token, room.id).then(
        () => 'open',
        () => 'refused',
      );
    await expect.poll(again).toBe('open');
    stream.close();
    await expect.poll(again).toBe('open');
  });

  it('forget connections that are reset while they open', async () => {
    const ana = await person('Ana');
    const room = await newRoom(ana);
    const upgrade = requestText(
      `GET /ws/chat/${room.id}?token=${ana.token} HTTP/1.1`,
      WEBSOCKET_UPGRADE,
    );
    const stream = requestText(`GET /notifications?token=${ana.token} HTTP/1.1`);
    for (let i = 0; i < 60; i += 1) {
      const raw = await openRaw(server);
      raw.write(i % 2 ? upgrade : stream);
      await turns(i);
      raw.resetAndDestroy();
    }
    const openFive = async () => {
      const attempts = await times(5, async () =>
        openSocket(server, ana.token, room.id).catch(() => null),
      );
      const opened = attempts.filter((socket) => socket !== null);
      // The next attempt needs their places.
      if (opened.length < 5) await Promise.all(opened.map((socket) => socket.close()));
      return opened.length;
    };
    await expect.poll(openFive, { timeout: 10_000 }).toBe(5);
  });

  it('join no room for a refused socket', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const [first, second] = [await newRoom(ana), await newRoom(ana)];
    await times(5, () => openSocket(server, bo.token, first.id));
    await expect(openSocket(server, bo.token, second.id)).rejects.toMatchObject({ status: 429 });
    const { body } = await call<Room>(server, 'GET', `/rooms/${second.id}`, bo);
    expect(body.role).toBeNull();
  });

  it('bound the rooms that a user has created, not counting deleted ones', async () => {
    const [ana, bo] = [await person('Ana'), await person('Bo')];
    const create = (name: string, visibility = 'public') =>
      call<Room>(server, 'POST', '/rooms', { token: ana.token, body: { name, visibility } });
    const created = await times(5, (i) => create(unique('Room'), i % 2 ? 'private' : 'public'));
    expect(count(created, 201)).toBe(3);
    const refused = created.find(({ status }) => status !== 201)!;
    expectRefusal(refused, 'quota_exceeded');
    // Direct rooms do not count.
    expect((await openDirect(server, ana.token, bo.user.id)).status).toBe(201);
    const { body } = created.find(({ status }) => status === 201)!;
    await call(server, 'DELETE', `/rooms/${body.id}`, ana);
    expect((await create(unique('Room'))).status).toBe(201);
    expectRefusal(await create(unique('Room')), 'quota_exceeded');
  });
});

it('allows at most 5,000 bans in a room', { timeout: 120_000 }, async () => {
  const dataDir = temporaryFolder();
  const filling = await openFilling(dataDir);
  const ids = Array.from({ length: 5002 }, (_, i) => `person-${i}`);
  const [actorId, ...others] = ids as [string, ...string[]];
  const roomId = 'room';
  const sessionId = 'session';
  await filling.perform([
    registerJob({ id: actorId, sessionId, lifeMs: 1e9 }),
    ...others.map((id) => registerJob({ id })),
    createRoomJob({ id: roomId, userId: actorId }),
    ...others.slice(0, -1).map((userId) => ({
      mutation: 'removeMember',
      input: { roomId, actorId, userId, ban: true },
    })),
  ]);
  await filling.close();
  const server = await startServer({ DATA_DIR: dataDir });
  const token = server.app.jwt.sign({
    sub: actorId,
    sid: sessionId,
    exp: Math.floor(Date.now() / 1000) + 60,
  });
  const ban = (userId: string) =>
    call(server, 'DELETE', `/rooms/${roomId}/users/${userId}?ban=true`, { token });
  expectRefusal(await ban(ids.at(-1)!), 'quota_exceeded');
  const lift = `/rooms/${roomId}/bans/${ids[1]!}`;
  expect((await call(server, 'DELETE', lift, { token })).status).toBe(204);
  expect((await ban(ids.at(-1)!)).status).toBe(204);
  const path = `/rooms/${roomId}/bans`;
  const { body } = await call<{ users: object[] }>(server, 'GET', path, { token });
  expect(body.users).toHaveLength(5000);
});

it('limits writes by default', async () => {
  const server = await startServer(defaultLimits);
  const ana = await signUp(server, 'Ana');
  const room = await createRoom(server, ana.token, 'Kitchen');
  const sent = await times(40, () => send(server, ana, room.id));
  expect(count(sent, 201)).toBe(29);
  expect(count(sent, 429)).toBe(11);
});
