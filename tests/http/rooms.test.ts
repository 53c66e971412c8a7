import { beforeAll, expect, it } from 'vitest';
import type { Member, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  generalRoom,
  joinRoom,
  openLiveSocket,
  postMessage,
  signUp,
  type Account,
  type Frame,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';
import { sortedStatuses, times } from '../support/times.ts';

const server = shareServer();
let ana: Account;
let bo: Account;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
  bo = await signUp(server, 'Bo');
});

const create = (body: object) => call<Room>(server, 'POST', '/rooms', { token: ana.token, body });
const get = (roomId: string, { token }: Account) =>
  call<Room>(server, 'GET', `/rooms/${roomId}`, { token });
const join = (roomId: string, { token }: Account) => joinRoom(server, token, roomId);
const leave = (roomId: string, { token }: Account) =>
  call(server, 'POST', `/rooms/${roomId}/leave`, { token });
const say = (roomId: string, { token }: Account, text: string) =>
  postMessage(server, token, roomId, text);
const members = (roomId: string, query = '') =>
  call<{ users: Member[]; nextCursor: string | null }>(
    server,
    'GET',
    `/rooms/${roomId}/users${query}`,
    ana,
  );

it('returns a new room completely, with its creator as the owner', async () => {
  const { status, body } = await create({ name: ' Kitchen ', topic: ' What is for lunch? ' });
  expect(status).toBe(201);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(body).toEqual({
    id: expect.stringMatching(/./),
    kind: 'public',
    name: 'Kitchen',
    topic: 'What is for lunch?',
    slowModeSeconds: 0,
    createdAt: time,
    createdBy: ana.user.id,
    memberCount: 1,
    onlineCount: 0,
    lastSeq: 2,
    lastActivityAt: time,
    role: 'owner',
    lastReadSeq: 2,
    unreadCount: 0,
    mentionCount: 0,
    notify: 'mentions',
  });
  expect((await get(body.id, ana)).body).toEqual(body);
  const asGuest = { role: null, lastReadSeq: 0, unreadCount: 0 };
  expect((await get(body.id, bo)).body).toEqual({ ...body, ...asGuest });
});

it('accepts the default visibility', async () => {
  const { status, body } = await create({ name: 'Said to be public', visibility: 'public' });
  expect([status, body.kind]).toEqual([201, 'public']);
});

it.each([
  ['Sala', 'SALA'],
  ['Élan', 'élan'],
  ['ΣΟΦΟΣ', 'σοφος'],
  ['Große Straße', 'GROSSE STRASSE'],
  ['Spaced', '  spaced '],
  ['Unseen', 'Unseen\u200b'],
  ['Two rooms', 'TWO\u00a0\u2003rooms'],
  ['Wide', 'Ｗｉｄｅ'],
  ['☀', '☀\ufe0f'],
])('rejects a taken name in another spelling: %j, %j', async (first, second) => {
  expect((await create({ name: first })).status).toBe(201);
  expectRefusal(await create({ name: second }), 'room_name_taken');
});

it('creates one of many rooms with the same name at once', async () => {
  const answers = await times(8, () => create({ name: 'Wanted' }));
  expect(sortedStatuses(answers)).toEqual([201, ...Array(7).fill(409)]);
});

it.each([
  ['/name', 'a name of nothing', { name: '' }],
  ['/name', 'a name of white space', { name: ' \u00a0 ' }],
  ['/name', 'a name of 51 characters', { name: '𝒜'.repeat(51) }],
  ['/name', 'a name with a line break', { name: 'a\r\nb' }],
  ['/name', 'an invisible name', { name: '\u200b\u3164' }],
  ['/name', 'a name with a direction override', { name: 'a\u202eb' }],
  ['/name', 'a name that is stored as 100 characters', { name: '\u0958'.repeat(50) }],
  ['/name', 'a name that is a number', { name: 1 }],
  ['/topic', 'a topic of 251 characters', { name: 'Long topic', topic: 't'.repeat(251) }],
  ['/topic', 'a topic that is not a text', { name: 'No topic', topic: 5 }],
  ['/visibility', 'an unknown visibility', { name: 'Hidden', visibility: 'hidden' }],
  ['/slowModeSeconds', 'slow mode, which is only set later', { name: 'S', slowModeSeconds: 5 }],
])('rejects with %s: %s', async (path, _, body) => {
  expectRefusal(await create(body), 'validation_failed', [path]);
});

it('accepts names and topics of the full length', async () => {
  const name = '𝒜'.repeat(50);
  const topic = '😀'.repeat(250);
  const { body } = await create({ name, topic });
  expect(body).toMatchObject({ name, topic });
});

it('rejects a rename to another spelling of a taken name, and accepts one of its own name', async () => {
  await create({ name: 'Ours' });
  const { body } = await create({ name: 'Theirs' });
  const rename = (name: string) =>
    call<Room>(server, 'PATCH', `/rooms/${body.id}`, { token: ana.token, body: { name } });
  expectRefusal(await rename('O\u00adurs\u200d'), 'room_name_taken');
  expectRefusal(await rename('\u2800\u200b'), 'validation_failed', ['/name']);
  expect((await rename(' ＴＨＥＩＲＳ  ')).body.name).toBe('ＴＨＥＩＲＳ');
});

it('has a room without an owner from the start', async () => {
  const general = await generalRoom(server, ana.token);
  expect(general).toMatchObject({ name: 'general', kind: 'public', createdBy: null, role: null });
  expectRefusal(await create({ name: 'General' }), 'room_name_taken');
});

it('joins once, however often a user does', async () => {
  const room = await createRoom(server, ana.token, 'Joined');
  const first = await join(room.id, bo);
  expect(first.status).toBe(200);
  expect(first.body).toEqual({
    ...room,
    memberCount: 2,
    role: 'member',
    lastSeq: 3,
    lastReadSeq: 3,
  });
  expect((await join(room.id, bo)).body).toEqual(first.body);
  expect((await join(room.id, ana)).body.role).toBe('owner');
  await Promise.all([leave(room.id, bo), leave(room.id, bo)]);
  await Promise.all([join(room.id, bo), join(room.id, bo)]);
  const socket = await openLiveSocket(server, ana.token, room.id, { after: 0 });
  const about = (frame: Frame) => frame['user']?.id === bo.user.id;
  expect(socket.frames.filter(about).map(({ type }) => String(type))).toEqual([
    'member.joined',
    'member.left',
    'member.joined',
  ]);
});

it('leaves once, and changes nothing for non-members', async () => {
  const room = await createRoom(server, ana.token, 'Left');
  expect((await leave(room.id, bo)).status).toBe(204);
  await join(room.id, bo);
  const answer = await leave(room.id, bo);
  expect([answer.status, answer.body]).toEqual([204, null]);
  expect((await leave(room.id, bo)).status).toBe(204);
  const { body } = await get(room.id, bo);
  expect(body).toMatchObject({ role: null, memberCount: 1, lastSeq: 4 });
});

it('does not let the last owner leave', async () => {
  const room = await createRoom(server, ana.token, 'Owned');
  expectRefusal(await leave(room.id, ana), 'last_owner');
  await join(room.id, bo);
  expectRefusal(await leave(room.id, ana), 'last_owner');
  expect((await get(room.id, ana)).body).toMatchObject({ role: 'owner', memberCount: 2 });
});

it('counts messages of others since the join as unread', async () => {
  const room = await createRoom(server, ana.token, 'Read');
  await say(room.id, ana, 'before');
  const { body } = await join(room.id, bo);
  expect(body).toMatchObject({ lastReadSeq: body.lastSeq, unreadCount: 0 });
  await say(room.id, ana, 'one');
  await say(room.id, bo, 'mine');
  await say(room.id, ana, 'two');
  expect((await get(room.id, bo)).body).toMatchObject({ unreadCount: 2, mentionCount: 0 });
});

it('lists members by name, with role and presence', async () => {
  const room = await createRoom(server, ana.token, 'Members');
  await join(room.id, bo);
  await openLiveSocket(server, bo.token, room.id);
  const { email: _, hasPassword: _p, mailSummaries: _m, ...asUser } = ana.user;
  const { email: __, hasPassword: __p, mailSummaries: __m, ...boAsUser } = bo.user;
  expect((await members(room.id)).body).toEqual({
    users: [
      { ...asUser, role: 'owner', online: false },
      { ...boAsUser, role: 'member', online: true },
    ],
    nextCursor: null,
  });
  expect((await get(room.id, ana)).body).toMatchObject({ memberCount: 2, onlineCount: 1 });
});

it('returns all members page by page, each once', async () => {
  const room = await createRoom(server, ana.token, 'Crowd');
  const names = ['ada', 'Bea', 'césar', 'Dora', 'eva', 'Zoe'];
  for (const name of names) await join(room.id, await signUp(server, name));
  const seen: string[] = [];
  let query = '?limit=2';
  for (let page = 1; page <= 4; page += 1) {
    const { body } = await members(room.id, query);
    seen.push(...body.users.map(({ name }) => name));
    if (page === 4) expect(body).toMatchObject({ nextCursor: null, users: [{ name: 'Zoe' }] });
    else query = `?limit=2&cursor=${encodeURIComponent(body.nextCursor!)}`;
  }
  expect(seen).toEqual(['ada', 'Ana', 'Bea', 'césar', 'Dora', 'eva', 'Zoe']);
  for (const cursor of ['', 'garbage', 'WzFd', 'W10']) {
    const { status } = await members(room.id, `?cursor=${cursor}`);
    expect(status, cursor).toBe(400);
  }
});

it('lists members by their current names', async () => {
  const kim = await signUp(server, 'Kim');
  const lea = await signUp(server, 'Lea');
  const max = await signUp(server, 'Max');
  const room = await createRoom(server, ana.token, 'Renamed');
  const listed = async () => (await members(room.id)).body.users.map(({ name }) => name);
  for (const one of [kim, lea, max]) await join(room.id, one);
  expect(await listed()).toEqual(['Ana', 'Kim', 'Lea', 'Max']);
  const rename = async ({ token }: Account, name: string) =>
    call(server, 'PATCH', '/users/me', { token, body: { name } });
  await rename(kim, 'Zita');
  await rename(max, 'Aaron');
  expect(await listed()).toEqual(['Aaron', 'Ana', 'Lea', 'Zita']);
  const path = `/rooms/${room.id}/users?limit=2`;
  const { nextCursor } = (await call<{ nextCursor: string }>(server, 'GET', path, ana)).body;
  const rest = await members(room.id, `?cursor=${encodeURIComponent(nextCursor)}`);
  expect(rest.body.users.map(({ name }) => name)).toEqual(['Lea', 'Zita']);
});

it.each([
  ['GET', ''],
  ['POST', '/join'],
  ['POST', '/leave'],
  ['GET', '/users'],
  ['GET', '/messages'],
  ['POST', '/messages'],
  ['GET', '/messages/1'],
])('returns room_not_found for an unknown id at %s /rooms/{roomId}%s', async (method, path) => {
  for (const id of ['nothing', '%00', '..%2f..', '%F0%9F%92%A9', "'%20or%201=1"]) {
    const body = path === '/messages' && method === 'POST' ? { text: 'x' } : undefined;
    const answer = await call(server, method, `/rooms/${id}${path}`, { token: ana.token, body });
    expectRefusal(answer, 'room_not_found');
  }
});
