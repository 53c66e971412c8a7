import { beforeEach, describe, expect, it } from 'vitest';
import type { Me, Member, Message, SessionInfo, UpdatedMe } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  generalRoom,
  login,
  openLiveSocket,
  openSocket,
  postMessage,
  signUp,
  type Account,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();
let people = 0;
let ana: Account;
beforeEach(async () => {
  ana = await signUp(server, `Ana ${(people += 1)}`);
});

const getMe = (token: string) => call<Me>(server, 'GET', '/users/me', { token });
const patch = (body: object, token = ana.token) =>
  call<UpdatedMe>(server, 'PATCH', '/users/me', { token, body });
const loginWith = (password: string) => login(server, { email: ana.email, password });

it('returns the own account', async () => {
  const { status, body } = await getMe(ana.token);
  expect([status, body]).toEqual([200, ana.user]);
  expect(body.email).toBe(ana.email);
});

it('changes the given fields and no others', async () => {
  const name = `  Anna ${people}  `;
  const renamed = await patch({ name });
  expect(renamed.status).toBe(200);
  expect(renamed.body).toEqual({ ...ana.user, name: name.trim() });
  const recolored = await patch({ color: '#ABCDEF' });
  expect(recolored.body).toEqual({ ...renamed.body, color: '#abcdef' });
  expect((await patch({})).body).toEqual(recolored.body);
  expect((await getMe(ana.token)).body).toEqual(recolored.body);
});

it('accepts another spelling of the own name, and rejects the name of another user', async () => {
  const shouted = ana.user.name.toUpperCase();
  expect((await patch({ name: shouted })).body.name).toBe(shouted);
  const bo = await signUp(server, `Bö ${people}`);
  expectRefusal(await patch({ name: bo.user.name.toUpperCase() }), 'name_taken');
  expect((await getMe(ana.token)).body.name).toBe(shouted);
});

it('offers no summaries by mail on a server that sends none, and turns them off anyway', async () => {
  const { message } = expectRefusal(await patch({ mailSummaries: 'en' }), 'forbidden');
  expect(message).toContain('SMTP_URL');
  expect((await patch({ mailSummaries: 'off' })).body.mailSummaries).toBe('off');
});

it('frees the old name after a rename', async () => {
  const old = ana.user.name;
  await patch({ name: `Someone else ${people}` });
  const bo = await signUp(server, `Bo ${people}`);
  expect((await patch({ name: old }, bo.token)).status).toBe(200);
});

it('shows a new name and colour on earlier messages', async () => {
  const room = await createRoom(server, ana.token, `Room of ${people}`);
  const path = `/rooms/${room.id}/messages`;
  await postMessage(server, ana.token, room.id, 'hola');
  const { body } = await patch({ name: `New ${people}`, color: '#123456' });
  const history = await call<{ messages: Message[] }>(server, 'GET', path, ana);
  const { id, name, color } = body;
  expect(history.body.messages[0]!.author).toEqual({ id, name, color });
});

it.each([
  ['name', 'n'.repeat(51)],
  ['name', ' '],
  ['name', 'a\nb'],
  ['name', 5],
  ['color', 'red'],
  ['color', '#12345'],
  ['color', '#1234567'],
  ['color', '#12345g'],
  ['color', '#123456\n'],
  ['email', 'other@example.org'],
  ['isAdmin', true],
])('rejects the %s %j and changes nothing', async (field, value) => {
  const other = field === 'color' ? { name: 'Unseen' } : { color: '#000000' };
  expectRefusal(await patch({ ...other, [field]: value }), 'validation_failed', [`/${field}`]);
  expect((await getMe(ana.token)).body).toEqual(ana.user);
});

it('shows an email only to its owner', async () => {
  const room = await generalRoom(server, ana.token);
  const bo = await signUp(server, `Bo ${people}`);
  const socket = await openLiveSocket(server, ana.token, room.id, { after: 0 });
  const watching = await openLiveSocket(server, bo.token, room.id, { after: 0 });
  await socket.ask({ type: 'send', text: 'hola' });
  await watching.next('message.created');
  const seen = [
    ...watching.frames,
    await call(server, 'GET', `/rooms/${room.id}/users`, bo),
    await call(server, 'GET', `/rooms/${room.id}/messages`, bo),
    await call(server, 'GET', `/rooms/${room.id}`, bo),
  ];
  const text = JSON.stringify(seen);
  expect(text).toContain(ana.user.id);
  expect(text).not.toContain(ana.email);
  const { body } = await call<{ users: Member[] }>(server, 'GET', `/rooms/${room.id}/users`, bo);
  expect(body.users.every((user) => !('email' in user))).toBe(true);
});

describe('a new password', () => {
  const password = 'a new password';

  it('requires the current one', async () => {
    expectRefusal(await patch({ password }), 'validation_failed', ['/currentPassword']);
    expectRefusal(await patch({ password, currentPassword: 'not the one' }), 'forbidden');
    expectRefusal(await patch({ password, currentPassword: `${ana.password}x` }), 'forbidden');
    expect((await loginWith(ana.password)).status).toBe(200);
    expectRefusal(await loginWith(password), 'invalid_credentials');
  });

  it('changes nothing with a wrong current one, not even the name', async () => {
    const name = `Changed ${people}`;
    expectRefusal(await patch({ name, password, currentPassword: 'not the one' }), 'forbidden');
    expect((await getMe(ana.token)).body).toEqual(ana.user);
  });

  it.each([
    ['7 characters', '1234567'],
    ['73 bytes', 'p'.repeat(73)],
    ['74 bytes in 37 characters', 'é'.repeat(37)],
  ])('is rejected with %s', async (_, bad) => {
    const answer = await patch({ password: bad, currentPassword: ana.password });
    expectRefusal(answer, 'validation_failed', ['/password']);
    expect((await loginWith(ana.password)).status).toBe(200);
  });

  it('replaces the old one, ends every session, and opens a new one', async () => {
    const { body: other } = await loginWith(ana.password);
    const room = await generalRoom(server, ana.token);
    const here = await openSocket(server, ana.token, room.id);
    const there = await openSocket(server, other.token, room.id);
    const stream = await fetch(`${server.url}/notifications?token=${other.token}`);

    const { status, body, headers } = await patch({ password, currentPassword: ana.password });
    expect(status).toBe(200);
    const { token = '', expiresAt = '', ...user } = body;
    expect(user).toEqual(ana.user);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    expect(headers.get('cache-control')).toBe('no-store');
    for (const socket of [here, there]) expect((await socket.closed).code).toBe(4002);
    await stream.text(); // resolves at the end of the stream
    for (const old of [ana, other]) expectRefusal(await getMe(old.token), 'session_revoked');
    expect((await getMe(token)).body).toEqual(ana.user);
    const sessions = await call<{ sessions: SessionInfo[] }>(server, 'GET', '/auth/sessions', {
      token,
    });
    expect(sessions.body.sessions).toMatchObject([{ current: true }]);

    expectRefusal(await loginWith(ana.password), 'invalid_credentials');
    expect((await loginWith(password)).status).toBe(200);
  });

  it('is the only change that returns a new token', async () => {
    const { body } = await patch({ color: '#123456' });
    expect(body).not.toHaveProperty('token');
    expect(body).not.toHaveProperty('expiresAt');
  });
});
