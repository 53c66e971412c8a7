import { beforeAll, expect, it, vi } from 'vitest';
import type { ApiToken, BotPage, NewApiToken, NewBot } from '../../src/protocol/bots.ts';
import type { Me, Member, Message, SessionInfo, Ticket } from '../../src/protocol/resources.ts';
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
  signUpAdmin,
  type Account,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let admin: Account;
beforeAll(async () => {
  admin = await signUpAdmin(server, 'Admin');
});
let people = 0;
const newUser = async () => signUp(server, `Person ${(people += 1)}`);

const makeToken = async ({ token }: { token: string }, body: object = { name: 'build' }) =>
  call<NewApiToken>(server, 'POST', '/users/me/tokens', { token, body });
const listTokens = async ({ token }: { token: string }) =>
  (await call<{ tokens: ApiToken[] }>(server, 'GET', '/users/me/tokens', { token })).body.tokens;
const revoke = ({ token }: { token: string }, id: string) =>
  call(server, 'DELETE', `/users/me/tokens/${id}`, { token });
const makeBot = (name: string, { token } = admin) =>
  call<NewBot>(server, 'POST', '/bots', { token, body: { name } });

it('makes a token that is shown once, and works wherever a bearer does', async () => {
  const ana = await newUser();
  const room = await createRoom(server, ana.token, 'Token room', 'private');
  const { status, headers, body } = await makeToken(ana, { name: ' nightly ' });
  expect([status, headers.get('cache-control')]).toEqual([201, 'no-store']);
  const { token, ...shown } = body;
  // 256 bits.
  expect(token).toMatch(/^chr_[\w-]{43}$/);
  expect(shown).toMatchObject({ name: 'nightly', lastUsedAt: null, expiresAt: null });

  const me = await call<Me>(server, 'GET', '/users/me', { token });
  expect(me.body).toMatchObject({ id: ana.user.id, email: ana.email, isBot: false });
  expect((await postMessage(server, token, room.id, 'over HTTP')).status).toBe(201);
  const socket = await openLiveSocket(server, token, room.id);
  const stream = openStream(server, token);
  await stream.next('live');
  expect(await socket.ask({ type: 'send', text: 'over a socket' })).toMatchObject({ type: 'ack' });
  expect(await stream.next('message.created')).toMatchObject({
    message: { text: 'over a socket' },
  });
  const { ticket } = (await call<Ticket>(server, 'POST', '/auth/ticket', { token })).body;
  await openLiveSocket(server, ticket, room.id);
  const log = await call<object[]>(server, 'GET', `/streams/rooms/${room.id}`, { token });
  expect(log.status).toBe(200);
  // A socket lives on with a token that does not expire.
  expect(await socket.ask({ type: 'auth', token })).toMatchObject({ type: 'ack', expiresAt: null });

  await expect
    .poll(() => listTokens(ana))
    .toEqual([{ ...shown, lastUsedAt: expect.stringMatching(/^20/) }]);
  const { sessions } = (
    await call<{ sessions: SessionInfo[] }>(server, 'GET', '/auth/sessions', ana)
  ).body;
  expect(sessions.map(({ current }) => current)).toEqual([true]);
});

it('closes the sockets and streams of a revoked token within a second, and spares others', async () => {
  const ana = await newUser();
  const room = await createRoom(server, ana.token, 'Revoked room', 'private');
  const [lost, kept] = [(await makeToken(ana)).body, (await makeToken(ana)).body];
  const [gone, stays] = [
    await openLiveSocket(server, lost.token, room.id),
    await openLiveSocket(server, kept.token, room.id),
  ];
  const startedAt = performance.now();
  expect((await revoke(ana, lost.id)).status).toBe(204);
  expect(await gone.closed).toMatchObject({ code: 4002 });
  expect(performance.now() - startedAt).toBeLessThan(1000);
  expect((await call(server, 'GET', '/users/me', lost)).status).toBe(401);
  expect(await stays.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  expectRefusal(await revoke(ana, lost.id), 'not_found');
  expect((await listTokens(ana)).map(({ id }) => id)).toEqual([kept.id]);
  // Nobody revokes another's, nor as if it were a session.
  expectRefusal(await revoke(await newUser(), kept.id), 'not_found');
  expectRefusal(await call(server, 'DELETE', `/auth/sessions/${kept.id}`, ana), 'not_found');
  // A token revokes itself.
  expect((await call(server, 'POST', '/auth/logout', kept)).status).toBe(204);
  expect(await stays.closed).toMatchObject({ code: 4002 });
  expectRefusal(await call(server, 'GET', '/users/me', kept), 'token_invalid');
});

it('ends a token at its expiry, and keeps it in the list', async () => {
  const ana = await newUser();
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const { body } = await makeToken(ana, { name: 'brief', expiresAt });
  expect(body.expiresAt).toBe(expiresAt);
  const room = await createRoom(server, ana.token, 'Brief room', 'private');
  const socket = await openLiveSocket(server, body.token, room.id);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(expiresAt) });
  try {
    expect(await socket.closed).toMatchObject({ code: 4001 });
    expectRefusal(await call(server, 'GET', '/users/me', body), 'token_expired');
    const opening = openSocket(server, body.token, room.id);
    await expect(opening).rejects.toMatchObject({ body: { code: 'token_expired' } });
    await expect(opening).rejects.toBeInstanceOf(Refused);
  } finally {
    vi.useRealTimers();
  }
  expect(await listTokens(ana)).toMatchObject([{ name: 'brief', expiresAt }]);
});

it.each([
  [{ name: '' }, '/name'],
  [{ name: ' ' }, '/name'],
  [{ name: 'x', expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
  [{ name: 'x', expiresAt: '2099-01-01T00:00:00' }, '/expiresAt'],
  [{ name: 'x', expiresAt: 'tomorrow' }, '/expiresAt'],
  [{ name: 'x', token: 'chr_mine' }, '/token'],
])('rejects the token %j', async (body, path) => {
  expectRefusal(await makeToken(admin, body), 'validation_failed', [path]);
});

it('keeps the account out of reach of a token', async () => {
  const ana = await newUser();
  const { body } = await makeToken(ana);
  const { token } = body;
  const password = { password: 'another password', currentPassword: ana.password };
  for (const [method, path, sent] of [
    ['POST', '/users/me/tokens', { name: 'more' }],
    ['GET', '/users/me/tokens', undefined],
    ['DELETE', `/users/me/tokens/${body.id}`, undefined],
    ['PATCH', '/users/me', password],
    ['DELETE', '/users/me', { currentPassword: ana.password }],
    ['POST', `/admin/users/${ana.user.id}/reset-link`, undefined],
    ['POST', '/auth/refresh', undefined],
    ['GET', '/auth/sessions', undefined],
    ['DELETE', '/auth/sessions/some', undefined],
    [
      'PUT',
      '/push/subscription',
      {
        endpoint: 'https://push.example.org/1',
        keys: { p256dh: 'B'.repeat(87), auth: 'B'.repeat(22) },
      },
    ],
  ] as const) {
    const answer = await call(server, method, path, { token, body: sent });
    expect([path, expectRefusal(answer, 'forbidden').message]).toEqual([
      path,
      'An API token may not do this; sign in instead',
    ]);
  }
  const changed = await call<Me>(server, 'PATCH', '/users/me', {
    token,
    body: { color: '#123456' },
  });
  expect(changed.body).toMatchObject({ color: '#123456', email: ana.email });
  // An admin's token must not make another that outlives it.
  const { body: ofAdmin } = await makeToken(admin);
  expectRefusal(await makeBot('Made by a token', { ...admin, token: ofAdmin.token }), 'forbidden');
  await revoke(admin, ofAdmin.id);
});

it('ends all tokens with a new password, and with the account', async () => {
  const ana = await newUser();
  const { body: first } = await makeToken(ana);
  const body = { password: 'another password', currentPassword: ana.password };
  const { token } = (await call<{ token: string }>(server, 'PATCH', '/users/me', { ...ana, body }))
    .body;
  expectRefusal(await call(server, 'GET', '/users/me', first), 'token_invalid');
  const { body: second } = await makeToken({ token });
  const rights = { token: admin.token, body: { isDisabled: true } };
  await call(server, 'PATCH', `/admin/users/${ana.user.id}`, rights);
  expectRefusal(await call(server, 'GET', '/users/me', second), 'token_invalid');
});

it('bounds the tokens of a user, and leaves them alone when sign-ins are many', async () => {
  const ana = await newUser();
  const all: NewApiToken[] = [];
  for (let i = 0; i < 50; i += 1) all.push((await makeToken(ana, { name: `${i}` })).body);
  const { message } = expectRefusal(await makeToken(ana), 'quota_exceeded');
  expect(message).toContain('50');
  await revoke(ana, all[0]!.id);
  expect((await makeToken(ana)).status).toBe(201);
  // The 101st sign-in ends the first.
  for (let i = 0; i < 100; i += 1) await signIn(server, `Person ${people}`);
  expectRefusal(await call(server, 'GET', '/users/me', ana), 'session_revoked');
  expect((await call(server, 'GET', '/users/me', all[1])).status).toBe(200);
});

it('makes a bot that uses HTTP, sockets and streams like people, and is marked as one', async () => {
  const ana = await newUser();
  const { status, body } = await makeBot('Echo');
  expect(status).toBe(201);
  const { token, user } = body;
  expect(user).toEqual({
    id: expect.any(String),
    name: 'Echo',
    color: expect.any(String),
    createdAt: expect.any(String),
    isAdmin: false,
    isBot: true,
  });
  expect((await call<Me>(server, 'GET', '/users/me', { token })).body).toEqual({
    ...user,
    email: null,
    mailSummaries: 'off',
    hasPassword: false,
  });
  const room = await createRoom(server, ana.token, 'Bots and people');
  const stream = openStream(server, ana.token);
  await stream.next('live');
  const socket = await openLiveSocket(server, token, room.id);
  expect(await stream.next('member.joined')).toMatchObject({ user });
  await socket.ask({ type: 'send', text: `@${ana.user.name} hello` });
  const { message } = (await stream.next('message.created')) as { message: Message };
  expect(message).toMatchObject({
    author: { id: user.id, name: 'Echo', color: user.color },
    mentions: [ana.user.id],
  });
  const list = await call<{ users: Member[] }>(server, 'GET', `/rooms/${room.id}/users`, ana);
  expect(list.body.users.map(({ name, isBot }) => [name, isBot])).toEqual([
    ['Echo', true],
    [ana.user.name, false],
  ]);
  const replayed = await call<{ events: object[] }>(server, 'GET', `/rooms/${room.id}/events`, ana);
  expect(replayed.body.events).toContainEqual(expect.objectContaining({ user }));
  const { bots } = (await call<BotPage>(server, 'GET', '/bots', admin)).body;
  expect(bots.find(({ id }) => id === user.id)).toMatchObject({
    name: 'Echo',
    roomId: null,
    lastUsedAt: expect.stringMatching(/^20/),
  });
});

it('gives a bot no other way in, and no rights over accounts', async () => {
  const { user, token } = (await makeBot('Locked out')).body;
  for (const email of ['', `NONE ${user.id}`, `none ${user.id}`]) {
    for (const password of ['', 'password']) {
      const answer = await call(server, 'POST', '/auth/login', { body: { email, password } });
      expectRefusal(answer, 'invalid_credentials');
    }
  }
  const reset = `/admin/users/${user.id}/reset-link`;
  expectRefusal(await call(server, 'POST', reset, admin), 'forbidden');
  for (const body of [{ isAdmin: true }, { isDisabled: true }]) {
    const change = { token: admin.token, body };
    expectRefusal(await call(server, 'PATCH', `/admin/users/${user.id}`, change), 'forbidden');
  }
  for (const [method, path, body] of [
    ['POST', '/bots', { name: 'Child' }],
    ['GET', '/bots', undefined],
    ['DELETE', `/bots/${user.id}`, undefined],
    ['POST', `/bots/${user.id}/token`, undefined],
  ] as const) {
    expectRefusal(await call(server, method, path, { token, body }), 'forbidden');
    const { token: ofPerson } = await newUser();
    expectRefusal(await call(server, method, path, { token: ofPerson, body }), 'forbidden');
  }
  expectRefusal(await makeBot('locked OUT'), 'name_taken');
  // People are no bots.
  const path = `/bots/${admin.user.id}`;
  expectRefusal(await call(server, 'DELETE', path, admin), 'user_not_found');
  expectRefusal(await call(server, 'POST', `${path}/token`, admin), 'user_not_found');
});

it('renews the token of a bot, whose old one ends at once', async () => {
  const { user, token } = (await makeBot('Renewed')).body;
  const room = await createRoom(server, token, 'Renewed room');
  const socket = await openLiveSocket(server, token, room.id);
  const { status, body } = await call<NewBot>(server, 'POST', `/bots/${user.id}/token`, admin);
  expect([status, body.user]).toEqual([201, user]);
  expect(await socket.closed).toMatchObject({ code: 4002 });
  expectRefusal(await call(server, 'GET', '/users/me', { token }), 'token_invalid');
  expect((await call(server, 'GET', '/users/me', body)).status).toBe(200);
});

it('deletes a bot: its connections close, it leaves its rooms, its messages stay, its name is free', async () => {
  const ana = await newUser();
  const { user, token } = (await makeBot('Leaving')).body;
  const room = await createRoom(server, ana.token, 'Left by a bot');
  await joinRoom(server, token, room.id);
  const { body: direct } = await openDirect(server, ana.token, user.id);
  await postMessage(server, token, room.id, 'stays');
  const [socket, own] = [
    await openLiveSocket(server, ana.token, room.id),
    await openLiveSocket(server, token, room.id),
  ];
  const owned = await createRoom(server, token, 'Owned by a bot');
  const path = `/bots/${user.id}`;
  const { message } = expectRefusal(await call(server, 'DELETE', path, admin), 'last_owner');
  expect(message).toContain('Owned by a bot');
  await call(server, 'DELETE', `/rooms/${owned.id}`, { token });

  expect((await call(server, 'DELETE', path, admin)).status).toBe(204);
  expect((await own.closed).code).toBeGreaterThanOrEqual(4002);
  expect(await socket.next('member.left')).toMatchObject({
    user: { id: user.id, isBot: true },
    reason: 'removed',
    actor: { id: admin.user.id },
  });
  expectRefusal(await call(server, 'GET', '/users/me', { token }), 'token_invalid');
  const { messages } = (
    await call<{ messages: Message[] }>(server, 'GET', `/rooms/${room.id}/messages`, ana)
  ).body;
  expect(messages).toMatchObject([{ text: 'stays', author: { id: user.id, name: 'Leaving' } }]);
  expect((await postMessage(server, ana.token, direct.id, 'nobody there')).status).toBe(201);

  const member = await call(server, 'PUT', `/rooms/${room.id}/users/${user.id}`, ana);
  expectRefusal(member, 'user_not_found');
  expectRefusal(await openDirect(server, admin.token, user.id), 'user_not_found');
  expectRefusal(await call(server, 'DELETE', path, admin), 'user_not_found');
  const found = await call<{ users: object[] }>(server, 'GET', '/users?query=leaving', ana);
  expect(found.body.users).toEqual([]);
  expect((await call<Me>(server, 'GET', `/users/${user.id}`, ana)).body).toEqual(user);
  expect((await makeBot('Leaving')).status).toBe(201);
});

it('lists bots page by page', async () => {
  for (const name of ['Page A', 'Page B', 'Page C']) await makeBot(name);
  const names: string[] = [];
  let cursor = '';
  do {
    const path = `/bots?limit=2${cursor && `&cursor=${cursor}`}`;
    const { body } = await call<BotPage>(server, 'GET', path, admin);
    expect(body.bots.length).toBeLessThanOrEqual(2);
    names.push(...body.bots.map(({ name }) => name));
    cursor = body.nextCursor ?? '';
  } while (cursor !== '');
  expect(names).toEqual(names.toSorted());
  expect(names).toEqual(expect.arrayContaining(['Page A', 'Page B', 'Page C']));
  expect(new Set(names).size).toBe(names.length);
});
