import { describe, expect, it } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  openSocket,
  openStream,
  Refused,
  signIn,
  signUp,
  type Account,
  type Answer,
  type At,
} from '../support/client.ts';
import { turns } from '../support/fake-wire.ts';
import { openRaw } from '../support/raw.ts';
import { expectRefusal } from '../support/refusals.ts';
import { openFilling, registerJob } from '../support/filling.ts';
import { defaultLimits, startServer, temporaryFolder } from '../support/server.ts';

const times = <T>(count: number, make: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => make(i)));

const count = (answers: readonly { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

const send = (at: At, { token }: Account, roomId: string, text = 'hello') =>
  call<Message>(at, 'POST', `/rooms/${roomId}/messages`, { token, body: { text } });

describe('RATE_LIMIT_MESSAGES', () => {
  const limited = { RATE_LIMIT_MESSAGES: '1' };

  it('lets a user write three times as much at once, by HTTP and WebSocket together', async () => {
    const server = await startServer(limited);
    const [ana, bo] = [await signUp(server, 'Ana'), await signUp(server, 'Bo')];
    const room = await createRoom(server, ana.token, 'Kitchen');
    const socket = await openSocket(server, ana.token, room.id);
    // The room was the first of three.
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
    // Another user has an allowance of their own, and nothing of what was refused is stored.
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
    ['joins', (at, { token }, { id }) => call(at, 'POST', `/rooms/${id}/join`, { token })],
    ['leaving', (at, { token }, { id }) => call(at, 'POST', `/rooms/${id}/leave`, { token })],
    [
      'changes of a room',
      (at, { token }, { id }) => call(at, 'PATCH', `/rooms/${id}`, { token, body: { topic: 'x' } }),
    ],
    [
      'members who are added',
      (at, { token, user }, { id }) => call(at, 'PUT', `/rooms/${id}/users/${user.id}`, { token }),
    ],
    [
      'members who are removed',
      (at, { token }, { id }) => call(at, 'DELETE', `/rooms/${id}/users/nobody`, { token }),
    ],
    [
      'bans that are lifted',
      (at, { token }, { id }) => call(at, 'DELETE', `/rooms/${id}/bans/nobody`, { token }),
    ],
    ['rooms', (at, { token }) => call(at, 'POST', '/rooms', { token, body: { name: 'x' } })],
    [
      'rooms that are deleted',
      (at, { token }, { id }) => call(at, 'DELETE', `/rooms/${id}`, { token }),
    ],
    [
      'direct rooms',
      (at, { token, user }) => call(at, 'POST', '/direct', { token, body: { userId: user.id } }),
    ],
  ])('counts %s, too', async (_, write) => {
    const server = await startServer(limited);
    const ana = await signUp(server, 'Ana');
    const room = await createRoom(server, ana.token, 'Kitchen');
    await times(2, () => send(server, ana, room.id));
    expectRefusal(await write(server, ana, room), 'rate_limited');
  });

  it('lets a user take five new names a minute', async () => {
    const server = await startServer(limited);
    const { token } = await signUp(server, 'Ana');
    const rename = (i: number) =>
      call(server, 'PATCH', '/users/me', { token, body: { name: `Ana ${i}` } });
    const answers = await times(7, rename);
    expect(count(answers, 200)).toBe(5);
    expectRefusal(await rename(8), 'rate_limited');
    const color = { token, body: { color: '#123456' } };
    expect((await call(server, 'PATCH', '/users/me', color)).status).toBe(200);
  });

  it('lets a user take five new colours a minute: all who share a room are told of each', async () => {
    const server = await startServer(limited);
    const { token } = await signUp(server, 'Ana');
    const recolor = (i: number) =>
      call(server, 'PATCH', '/users/me', { token, body: { color: `#00000${i}` } });
    const answers = await times(7, recolor);
    expect(count(answers, 200)).toBe(5);
    expectRefusal(await recolor(8), 'rate_limited');
    const name = { token, body: { name: 'Ana again' } };
    expect((await call(server, 'PATCH', '/users/me', name)).status).toBe(200);
  });

  it('bounds how often somebody joins and leaves', async () => {
    const server = await startServer(limited);
    const ana = await signUp(server, 'Ana');
    const { id } = await createRoom(server, (await signUp(server, 'Bo')).token, 'Kitchen');
    const rounds = [];
    for (let i = 0; i < 20; i += 1) {
      rounds.push(await call(server, 'POST', `/rooms/${id}/join`, { token: ana.token }));
      rounds.push(await call(server, 'POST', `/rooms/${id}/leave`, { token: ana.token }));
    }
    expect(count(rounds, 429)).toBeGreaterThan(30);
  });
});

describe('RATE_LIMIT_REQUESTS', () => {
  const limited = { RATE_LIMIT_REQUESTS: '2', TRUST_PROXY: '1' };
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

  it('lets a user ask four times as much at once, whichever token they use', async () => {
    const server = await startServer(limited);
    const [ana, bo] = [await signUp(server, 'Ana'), await signUp(server, 'Bo')];
    const again = await signIn(server, 'Ana');
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

  it('counts by address where nobody is signed in, the whole network of an IPv6 address', async () => {
    const server = await startServer(limited);
    const answers = await times(12, (i) =>
      call(server, 'POST', '/nowhere', from(`2001:db8::${i}`)),
    );
    expect(count(answers, 404)).toBe(8);
    expect(count(answers, 429)).toBe(4);
    const { status } = await call(server, 'POST', '/nowhere', from('2001:db8:0:1::1'));
    expect(status).toBe(404);
  });

  it('holds nobody up by tokens of theirs that have ended', async () => {
    const server = await startServer(limited);
    const ana = await signUp(server, 'Ana');
    const stolen = await signIn(server, 'Ana');
    await call(server, 'POST', '/auth/logout', { token: stolen.token, ...from('10.0.0.1') });
    const answers = await times(20, () =>
      call(server, 'GET', '/users/me', { token: stolen.token, ...from('10.0.0.2') }),
    );
    expect(count(answers, 401)).toBe(8);
    expect(count(answers, 429)).toBe(12);
    expect((await call(server, 'GET', '/users/me', ana)).status).toBe(200);
  });

  it('holds for sockets and streams as they are opened', async () => {
    const server = await startServer(limited);
    const ana = await signUp(server, 'Ana');
    await times(8, () => call(server, 'GET', '/users/me', ana));
    await expect(openSocket(server, ana.token, 'any')).rejects.toMatchObject({
      status: 429,
      body: { code: 'rate_limited' },
    });
    const path = `/notifications?token=${ana.token}`;
    expectRefusal(await call(server, 'GET', path), 'rate_limited');
  });

  it('lets the page be loaded several times, and never turns a health check away', async () => {
    const server = await startServer(limited);
    const files = await times(80, () => fetch(`${server.url}/app.js`));
    expect(files.map(({ status }) => status)).toEqual(Array(80).fill(200));
    expect((await fetch(`${server.url}/app.js`)).status).toBe(429);
    expect((await call(server, 'GET', '/health')).status).toBe(200);
    expect((await call(server, 'GET', '/ready')).status).toBe(200);
  });
});

describe('MAX_CONNECTIONS_PER_USER', () => {
  it('bounds sockets and streams together, also those that are opened at once', async () => {
    const server = await startServer({ MAX_CONNECTIONS_PER_USER: '5' });
    const [ana, bo] = [await signUp(server, 'Ana'), await signUp(server, 'Bo')];
    const room = await createRoom(server, ana.token, 'Kitchen');
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
    // Neither others nor the refused joining of a room are in the way.
    const others = await openSocket(server, bo.token, room.id);
    await others.next('live');
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

  it('forgets connections that are reset while they are opened', async () => {
    const server = await startServer({ MAX_CONNECTIONS_PER_USER: '5' });
    const ana = await signUp(server, 'Ana');
    const room = await createRoom(server, ana.token, 'Kitchen');
    const upgrade =
      `GET /ws/chat/${room.id}?token=${ana.token} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n` +
      'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    for (let i = 0; i < 60; i += 1) {
      const raw = await openRaw(server);
      raw.write(
        i % 2 ? upgrade : `GET /notifications?token=${ana.token} HTTP/1.1\r\nHost: x\r\n\r\n`,
      );
      await turns(i);
      raw.resetAndDestroy();
    }
    const openFive = () =>
      times(5, () => openSocket(server, ana.token, room.id)).then(
        () => 5,
        () => 0,
      );
    await expect.poll(openFive, { timeout: 10_000 }).toBe(5);
  });

  it('joins no room for a socket that is refused', async () => {
    const server = await startServer({ MAX_CONNECTIONS_PER_USER: '1' });
    const [ana, bo] = [await signUp(server, 'Ana'), await signUp(server, 'Bo')];
    const [first, second] = [
      await createRoom(server, ana.token, 'First'),
      await createRoom(server, ana.token, 'Second'),
    ];
    await openSocket(server, bo.token, first.id);
    await expect(openSocket(server, bo.token, second.id)).rejects.toMatchObject({ status: 429 });
    const { body } = await call<Room>(server, 'GET', `/rooms/${second.id}`, bo);
    expect(body.role).toBeNull();
  });
});

describe('MAX_ROOMS_PER_USER', () => {
  it('bounds the rooms that a user has made, those that are deleted not counted', async () => {
    const server = await startServer({ MAX_ROOMS_PER_USER: '3' });
    const [ana, bo] = [await signUp(server, 'Ana'), await signUp(server, 'Bo')];
    const make = (name: string, visibility = 'public') =>
      call<Room>(server, 'POST', '/rooms', { token: ana.token, body: { name, visibility } });
    const made = await times(5, (i) => make(`Room ${i}`, i % 2 ? 'private' : 'public'));
    expect(count(made, 201)).toBe(3);
    const refused = made.find(({ status }) => status !== 201)!;
    expectRefusal(refused, 'quota_exceeded');
    // A direct room is opened, not made.
    const direct = { token: ana.token, body: { userId: bo.user.id } };
    expect((await call(server, 'POST', '/direct', direct)).status).toBe(201);
    const { body } = made.find(({ status }) => status === 201)!;
    await call(server, 'DELETE', `/rooms/${body.id}`, ana);
    expect((await make('Another')).status).toBe(201);
    expectRefusal(await make('One more'), 'quota_exceeded');
  });
});

it('bans at most five thousand people from a room', async () => {
  const dataDir = temporaryFolder();
  const filling = await openFilling(dataDir);
  const room = { id: 'room', kind: 'public', name: 'x', nameKey: 'x', topic: '', maxRooms: 0 };
  const ids = Array.from({ length: 5002 }, (_, i) => `person-${i}`);
  const person = { passwordHash: '', lifeMs: 1e9 };
  await filling.perform(
    ids.map((id) =>
      registerJob({ id, name: id, email: `${id}@b`, sessionId: `of ${id}`, ...person }),
    ),
  );
  const [actorId, ...others] = ids as [string, ...string[]];
  await filling.perform([{ mutation: 'createRoom', input: { ...room, userId: actorId } }]);
  await filling.perform(
    others.slice(0, -1).map((userId) => ({
      mutation: 'removeMember',
      input: { roomId: room.id, actorId, userId, ban: true },
    })),
  );
  await filling.close();
  const server = await startServer({ DATA_DIR: dataDir });
  const token = server.app.jwt.sign({
    sub: actorId,
    sid: `of ${actorId}`,
    exp: Math.floor(Date.now() / 1000) + 60,
  });
  const ban = (userId: string) =>
    call(server, 'DELETE', `/rooms/${room.id}/users/${userId}?ban=true`, { token });
  expectRefusal(await ban(ids.at(-1)!), 'quota_exceeded');
  const lift = `/rooms/${room.id}/bans/${ids[1]!}`;
  expect((await call(server, 'DELETE', lift, { token })).status).toBe(204);
  expect((await ban(ids.at(-1)!)).status).toBe(204);
  const { body } = await call<{ users: object[] }>(server, 'GET', `/rooms/${room.id}/bans`, {
    token,
  });
  expect(body.users).toHaveLength(5000);
});

it('has limits by default', async () => {
  const server = await startServer(defaultLimits);
  const ana = await signUp(server, 'Ana');
  const room = await createRoom(server, ana.token, 'Kitchen');
  const sent = await times(40, () => send(server, ana, room.id));
  expect(count(sent, 201)).toBe(29);
  expect(count(sent, 429)).toBe(11);
});
