import { createECDH, randomBytes } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import type { ResetLink } from '../../src/protocol/administration.ts';
import type { Me, Message, Room, Session, User } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  openDirect,
  openLiveSocket,
  openSocket,
  openStream,
  postMessage,
  signUp,
  signUpAdmin,
  type Account,
} from '../support/client.ts';
import { openDatabaseOf } from '../support/database.ts';
import { uploaded } from '../support/files.ts';
import { AUDIENCE, ISSUER, shareHostApp } from '../support/host-app.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const host = shareHostApp();
const server = shareServer({
  AUTH_ISSUER: ISSUER,
  AUTH_AUDIENCE: AUDIENCE,
  get AUTH_JWKS_URL() {
    return host.url;
  },
});
let admin: Account;
let bo: Account;
beforeAll(async () => {
  admin = await signUpAdmin(server, 'Admin');
  bo = await signUp(server, 'Bo');
});

const deleteMe = ({ token, password }: Pick<Account, 'token' | 'password'>) =>
  call(server, 'DELETE', '/users/me', { token, body: { currentPassword: password } });

it('a deleted account ends at once, and its messages stay by "Deleted user"', async () => {
  const ana = await signUp(server, 'Ana');
  const room = await createRoom(server, bo.token, 'kitchen');
  await joinRoom(server, ana.token, room.id);
  const { seq } = (await postMessage(server, ana.token, room.id, 'what stays')).body;
  await call(server, 'PUT', `/rooms/${room.id}/messages/${seq}/reactions/👍`, ana);
  const alone = await createRoom(server, ana.token, 'hers', 'private');
  const { body: direct } = await openDirect(server, ana.token, bo.user.id);
  await postMessage(server, ana.token, direct.id, 'psst');
  await uploaded(server, ana.token, room.id);
  const socket = await openLiveSocket(server, ana.token, room.id);
  const bos = await openLiveSocket(server, bo.token, room.id);
  const stream = openStream(server, bo.token);
  await stream.next('live');

  expect((await deleteMe(ana)).status).toBe(204);
  const doneAt = performance.now();
  await socket.closed;
  expect(performance.now() - doneAt).toBeLessThan(1000 + 2000);
  expectRefusal(await call(server, 'GET', '/users/me', ana), 'session_revoked');
  const login = { email: ana.email, password: ana.password };
  expectRefusal(await call(server, 'POST', '/auth/login', { body: login }), 'invalid_credentials');

  const gone = { id: ana.user.id, name: 'Deleted user' };
  expect(await bos.next('member.left')).toMatchObject({ user: gone, actor: gone, reason: 'left' });
  // Those who still share a room with it: the direct one.
  expect(await stream.next('user.updated')).toMatchObject({ user: gone });
  const message = await call<Message>(server, 'GET', `/rooms/${room.id}/messages/${seq}`, bo);
  expect(message.body).toMatchObject({ author: gone, text: 'what stays' });
  const replayed = await openSocket(server, bo.token, room.id, { after: seq - 1 });
  expect(await replayed.next('message.created')).toMatchObject({ message: { author: gone } });

  // The direct room can be read, and nothing reaches the one who is gone.
  const own = await call<Room>(server, 'GET', `/rooms/${direct.id}`, bo);
  expect(own.body).toMatchObject({ name: 'Deleted user', memberCount: 2 });
  expectRefusal(await postMessage(server, bo.token, direct.id, 'still there?'), 'forbidden');
  expectRefusal(await openDirect(server, admin.token, ana.user.id), 'user_not_found');
  expectRefusal(await call(server, 'GET', `/rooms/${alone.id}`, bo), 'room_not_found');
  const found = await call<{ users: User[] }>(server, 'GET', '/users?query=deleted', bo);
  expect(found.body.users).toEqual([]);
  const { token } = admin;
  const path = `/admin/users/${ana.user.id}`;
  const enabled = await call(server, 'PATCH', path, { token, body: { isDisabled: false } });
  expectRefusal(enabled, 'user_not_found');
  expectRefusal(await call(server, 'POST', `${path}/reset-link`, { token }), 'user_not_found');

  // Email and name are free.
  expect((await signUp(server, 'Ana')).user.id).not.toBe(ana.user.id);
});

/** Where a deleted account may still be named by its id: what others see of it, and who did what. */
const BY_ID = ['users', 'members', 'blocks', 'events', 'messages', 'files', 'audit', 'rooms'];

/** Every other table that has rows of one user. The test gives the account a row in each. */
const PERSONAL = [
  'bans',
  'host_tokens',
  'identities',
  'known_addresses',
  'mentions',
  'notify_levels',
  'push_subscriptions',
  'reset_tokens',
  'sessions',
];
/** What does not outlive its use: tickets are good for 30 s, and those who hear of a deleted room are forgotten then. */
const SHORT_LIVED = ['connections', 'deleted_room_members', 'presence', 'tickets'];

it('nothing personal of a deleted account is left in any table', async () => {
  const email = 'Cyrille@Example.org';
  const ofHost = await host.token('cyrille', { name: 'Cyrille Unique', email });
  const { id } = (await call<Me>(server, 'GET', '/users/me', { token: ofHost })).body;
  const linkOf = async () => {
    const made = await call<ResetLink>(server, 'POST', `/admin/users/${id}/reset-link`, admin);
    return new URL(made.body.url).searchParams.get('reset')!;
  };
  const password = 'a password of hers';
  const reset = { body: { token: await linkOf(), password } };
  const { token } = (await call<Session>(server, 'POST', '/auth/reset', reset)).body;
  const room = await createRoom(server, token, 'to be kept');
  const owner = { token, body: { role: 'owner' } };
  await call(server, 'PUT', `/rooms/${room.id}/users/${bo.user.id}`, owner);
  await call(server, 'PUT', `/rooms/${room.id}/notify`, { token, body: { level: 'all' } });
  await call(server, 'POST', `/rooms/${room.id}/invites`, { token });
  await call(server, 'POST', '/users/me/tokens', { token, body: { name: 'nightly' } });
  const subscription = {
    endpoint: 'https://push.example.org/1',
    keys: {
      p256dh: createECDH('prime256v1').generateKeys('base64url'),
      auth: randomBytes(16).toString('base64url'),
    },
  };
  const subscribe = { token, body: subscription };
  expect((await call(server, 'PUT', '/push/subscription', subscribe)).status).toBe(204);
  await postMessage(server, bo.token, room.id, 'for @Cyrille Unique');
  const closed = await createRoom(server, bo.token, 'without her');
  await joinRoom(server, token, closed.id);
  await call(server, 'DELETE', `/rooms/${closed.id}/users/${id}?ban=true`, bo);
  await call(server, 'PUT', `/users/${bo.user.id}/block`, { token });
  await linkOf();

  const db = await openDatabaseOf(server.dataDir);
  const tables = (await db.introspection.getTables()).filter(
    ({ name }) => !/^(messages_search|search_|sqlite_|limits)/.test(name),
  );
  /** The tables as text in small letters, by their names. */
  const read = async () => {
    const texts = new Map<string, string>();
    for (const { name } of tables) {
      const rows = await db
        .selectFrom(name as 'users')
        .selectAll()
        .execute();
      texts.set(name, JSON.stringify(rows).toLowerCase());
    }
    return texts;
  };
  const isNamed = (text: string) => text.includes(id.toLowerCase());
  const before = await read();
  expect(PERSONAL.filter((name) => !isNamed(before.get(name)!))).toEqual([]);
  // A table that comes later has to be erased, too, and belongs in one of the lists.
  const ofUsers = tables.filter(({ columns }) => columns.some((one) => one.name === 'user_id'));
  const known = [...PERSONAL, ...BY_ID, ...SHORT_LIVED];
  expect(ofUsers.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);

  expect((await deleteMe({ token, password })).status).toBe(204);
  for (const [name, text] of await read()) {
    expect([name, text.includes(email.toLowerCase())]).toEqual([name, false]);
    // What others have written of them stays.
    if (name !== 'messages') expect([name, text.includes('cyrille')]).toEqual([name, false]);
    if (BY_ID.includes(name)) continue;
    expect([name, isNamed(text)]).toEqual([name, false]);
  }
  const blocks = await db.selectFrom('blocks').selectAll().execute();
  expect(blocks.filter((row) => row.blocked_id === id)).toEqual([]);
  // Whom the application sends next is a new account.
  const next = await host.token('cyrille', { name: 'Cyrille Unique', email });
  expect((await call<Me>(server, 'GET', '/users/me', { token: next })).body.id).not.toBe(id);
});

it('the last admin, and the last owner of a room with others, cannot go', async () => {
  const { message: admins } = expectRefusal(await deleteMe(admin), 'forbidden');
  expect(admins).toMatch(/last admin/);
  const dee = await signUp(server, 'Dee');
  const room = await createRoom(server, dee.token, 'Dee’s');
  const quiet = await createRoom(server, dee.token, 'Quiet');
  await joinRoom(server, bo.token, room.id);
  const { message: owners } = expectRefusal(await deleteMe(dee), 'last_owner');
  expect(owners).toMatch(/“Dee’s”$/);
  expect((await call(server, 'GET', '/users/me', dee)).status).toBe(200);
  const body = { role: 'owner' };
  await call(server, 'PUT', `/rooms/${room.id}/users/${bo.user.id}`, { token: dee.token, body });
  expect((await deleteMe(dee)).status).toBe(204);
  // A public room that nobody else was in stays, for admins to tend.
  expect((await call<Room>(server, 'GET', `/rooms/${quiet.id}`, bo)).body.memberCount).toBe(0);
});

it('an account is deleted only with its password', async () => {
  const eva = await signUp(server, 'Eva');
  const wrong = await deleteMe({ token: eva.token, password: 'not the password' });
  expectRefusal(wrong, 'forbidden');
  const without = await call(server, 'DELETE', '/users/me', { token: eva.token, body: {} });
  expectRefusal(without, 'validation_failed', ['/currentPassword']);
  expectRefusal(await deleteMe({ token: '', password: eva.password }), 'token_missing');
  expect((await call(server, 'GET', '/users/me', eva)).status).toBe(200);
});

it('an account in many rooms leaves all of them', async () => {
  const fay = await signUp(server, 'Fay');
  const rooms: Room[] = [];
  for (let i = 0; i < 60; i += 1) rooms.push(await createRoom(server, bo.token, `Many ${i}`));
  for (const { id } of rooms) await joinRoom(server, fay.token, id);
  const stream = openStream(server, bo.token);
  await stream.next('live');
  expect((await deleteMe(fay)).status).toBe(204);
  for (let i = 0; i < rooms.length; i += 1) {
    expect(await stream.next('member.left')).toMatchObject({ user: { id: fay.user.id } });
  }
});
