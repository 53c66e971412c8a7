import { beforeAll, expect, it } from 'vitest';
import type { BotPage } from '../../src/protocol/bots.ts';
import type { IncomingHook, NewIncomingHook } from '../../src/protocol/incoming-hooks.ts';
import type { Message, Room, User } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  postMessage,
  signUp,
  signUpAdmin,
  type Account,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer } from '../support/server.ts';

const lines: string[] = [];
const server = shareServer({ LOG_LEVEL: 'trace' }, undefined, (line) => lines.push(line));
let ana: Account;
beforeAll(async () => {
  ana = await signUpAdmin(server, 'Ana');
});
let rooms = 0;
const newRoom = (visibility?: 'private') =>
  createRoom(server, ana.token, `Room ${(rooms += 1)}`, visibility);

const makeHook = (room: Room, name: string, at = server) =>
  call<NewIncomingHook>(at, 'POST', `/rooms/${room.id}/hooks/incoming`, {
    token: ana.token,
    body: { name },
  });
const newHook = async (room: Room, name: string) => (await makeHook(room, name)).body;
const listHooks = async (room: Room) =>
  (await call<{ hooks: IncomingHook[] }>(server, 'GET', `/rooms/${room.id}/hooks`, ana)).body.hooks;

/** Posts to a webhook as a program does, with nothing but its URL. */
async function post(url: string, body: unknown, type = 'application/json') {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': type, connection: 'close' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  const parsed = isJson ? (JSON.parse(text) as unknown) : text;
  return { status: response.status, headers: response.headers, body: parsed };
}

const messagesOf = async (room: Room) =>
  (await call<{ messages: Message[] }>(server, 'GET', `/rooms/${room.id}/messages`, ana)).body
    .messages;

const asForm = (payload: unknown) =>
  new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
const FORM = 'application/x-www-form-urlencoded';

it('makes a URL that posts as a bot of that name, and shows it once', async () => {
  const room = await newRoom('private');
  const { status, headers, body } = await makeHook(room, 'Grafana');
  expect([status, headers.get('cache-control')]).toEqual([201, 'no-store']);
  const { url, ...hook } = body;
  expect(url).toMatch(new RegExp(`^${server.url}/hooks/[\\w-]{43}$`));
  expect(hook).toEqual({
    kind: 'incoming',
    id: expect.any(String),
    name: 'Grafana',
    botId: expect.any(String),
    createdBy: ana.user.id,
    createdAt: expect.any(String),
    lastUsedAt: null,
  });
  const answer = await post(url, { text: 'It rains', clientMsgId: 'one' });
  expect([answer.status, answer.headers.get('content-type'), answer.body]).toEqual([
    200,
    'text/plain; charset=utf-8',
    'ok',
  ]);
  expect(await post(url, asForm({ text: 'It rains', clientMsgId: 'one' }), FORM)).toMatchObject({
    status: 200,
    body: 'ok',
  });
  const [message, ...others] = await messagesOf(room);
  expect(message).toMatchObject({ text: 'It rains', author: { id: hook.botId, name: 'Grafana' } });
  expect(others).toEqual([]);
  await expect
    .poll(() => listHooks(room))
    .toEqual([{ ...hook, lastUsedAt: expect.stringMatching(/^20/) }]);
  const bot = (await call<User>(server, 'GET', `/users/${hook.botId}`, ana)).body;
  expect(bot).toMatchObject({ isBot: true, isAdmin: false });
  const { bots } = (await call<BotPage>(server, 'GET', '/bots', ana)).body;
  expect(bots.find(({ id }) => id === hook.botId)).toMatchObject({ roomId: room.id });
  expectRefusal(await call(server, 'POST', `/bots/${hook.botId}/token`, ana), 'forbidden');
});

it('chooses a name that is free, and never one that is too long', async () => {
  const room = await newRoom();
  const names = ['Kuma', 'KUMA', 'Kuma', 'K'.repeat(50), 'K'.repeat(50)];
  const given = [];
  for (const name of names) given.push((await newHook(room, name)).name);
  expect(given).toEqual(['Kuma', 'KUMA 2', 'Kuma 3', 'K'.repeat(50), `${'K'.repeat(48)} 2`]);
});

it.each([
  ['another type', 'hello', 'text/plain', 'unsupported_media_type', undefined],
  ['no JSON', '{"text":', 'application/json', 'validation_failed', undefined],
  ['no object', '[]', 'application/json', 'validation_failed', undefined],
  ['a form without a payload', 'text=hello', FORM, 'validation_failed', ['/payload']],
  ['a form with another payload', 'payload=hello', FORM, 'validation_failed', ['/payload']],
  ['a form that is not UTF-8', 'payload=\u00FF', FORM, 'validation_failed', undefined],
  ['no text', { channel: '#ops' }, 'application/json', 'validation_failed', ['/text']],
  ['nothing visible', { text: ' \u200B\n' }, 'application/json', 'validation_failed', ['/text']],
  ['a text that is none', { text: 5 }, 'application/json', 'validation_failed', ['/text']],
  ['too much', { text: 'x'.repeat(70_000) }, 'application/json', 'payload_too_large', undefined],
] as const)('rejects %s', async (_, body, type, code, paths) => {
  hookForRefusals ??= newHook(await newRoom(), 'Refused');
  const { url } = await hookForRefusals;
  const sent = type === FORM ? Buffer.from(body as string, 'latin1') : body;
  const answer = Buffer.isBuffer(sent)
    ? await postBytes(url, sent, type)
    : await post(url, sent, type);
  expectRefusal(answer, code, paths);
});
let hookForRefusals: Promise<NewIncomingHook> | undefined;

async function postBytes(url: string, body: Buffer<ArrayBuffer>, type: string) {
  const headers = { 'content-type': type, connection: 'close' };
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

it('knows no webhook by a wrong secret, nor after it was deleted', async () => {
  const room = await newRoom();
  const { url, id, botId } = await newHook(room, 'Brief');
  expectRefusal(await post(`${url.slice(0, -1)}~`, { text: 'x' }), 'not_found');
  expectRefusal(await post(`${server.url}/hooks/${'x'.repeat(43)}`, { text: 'x' }), 'not_found');
  await post(url, { text: 'stays' });
  const other = await newRoom();
  expectRefusal(await call(server, 'DELETE', `/rooms/${other.id}/hooks/${id}`, ana), 'not_found');
  expect((await call(server, 'DELETE', `/rooms/${room.id}/hooks/${id}`, ana)).status).toBe(204);
  expectRefusal(await post(url, { text: 'late' }), 'not_found');
  expect(await listHooks(room)).toEqual([]);
  expect((await messagesOf(room)).map(({ text }) => text)).toEqual(['stays']);
  const members = await call<{ users: User[] }>(server, 'GET', `/rooms/${room.id}/users`, ana);
  expect(members.body.users.map(({ name }) => name)).toEqual(['Ana']);
  expect((await newHook(room, 'Brief')).name).toBe('Brief');
  expect((await call<User>(server, 'GET', `/users/${botId}`, ana)).body.name).toBe('Brief');
});

it('ends with its bot, and with its room', async () => {
  const room = await newRoom();
  const [first, second] = [await newHook(room, 'Of bots'), await newHook(room, 'Of rooms')];
  expect((await call(server, 'DELETE', `/bots/${first.botId}`, ana)).status).toBe(204);
  expect((await listHooks(room)).map(({ id }) => id)).toEqual([second.id]);
  expectRefusal(await post(first.url, { text: 'late' }), 'not_found');
  // As the last owner of another room, a bot stays when its own room goes.
  const third = await newHook(room, 'Of two rooms');
  const bo = await signUp(server, 'Bo');
  const other = await createRoom(server, bo.token, 'Of a bot');
  const role = { token: bo.token, body: { role: 'owner' } };
  await call(server, 'PUT', `/rooms/${other.id}/users/${third.botId}`, role);
  await call(server, 'POST', `/rooms/${other.id}/leave`, bo);
  expectRefusal(
    await call(server, 'DELETE', `/rooms/${room.id}/hooks/${third.id}`, ana),
    'last_owner',
  );
  expect((await call(server, 'DELETE', `/rooms/${room.id}`, ana)).status).toBe(204);
  for (const { url } of [second, third]) {
    expectRefusal(await post(url, { text: 'late' }), 'not_found');
  }
  expect((await newHook(await newRoom(), 'Of rooms')).name).toBe('Of rooms');
});

it('stays out where its bot was banned', async () => {
  const room = await newRoom('private');
  const { url, botId } = await newHook(room, 'Banned');
  const path = `/rooms/${room.id}/users/${botId}`;
  await call(server, 'DELETE', path, ana);
  expectRefusal(await post(url, { text: 'removed' }), 'room_not_found');
  await call(server, 'DELETE', `${path}?ban=true`, ana);
  expectRefusal(await post(url, { text: 'banned' }), 'forbidden');
});

it('bounds the webhooks of a room', async () => {
  const room = await newRoom();
  for (let i = 0; i < 20; i += 1) await newHook(room, 'Many');
  const { message } = expectRefusal(await makeHook(room, 'Many'), 'quota_exceeded');
  expect(message).toContain('20');
});

it('has the limit of messages for itself, says when to come back, and bounds new webhooks', async () => {
  const limited = await startServer({ RATE_LIMIT_MESSAGES: '1' });
  const bo = await signUp(limited, 'Bo');
  const room = await createRoom(limited, bo.token, 'Limited');
  await joinRoom(limited, bo.token, room.id);
  const make = (name: string) =>
    call<NewIncomingHook>(limited, 'POST', `/rooms/${room.id}/hooks/incoming`, {
      token: bo.token,
      body: { name },
    });
  const [one, other] = [(await make('One')).body, (await make('Other')).body];
  const answers = [];
  for (let i = 0; i < 4; i += 1) answers.push(await post(one.url, { text: `${i}` }));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expectRefusal(answers.at(-1)!, 'rate_limited');
  expect((await post(other.url, { text: 'hello' })).status).toBe(200);
  expect((await postMessage(limited, bo.token, room.id, 'hello')).status).toBe(201);
  const statuses = [];
  for (let i = 0; i < 4; i += 1) statuses.push((await make(`More ${i}`)).status);
  expect(statuses).toEqual([201, 201, 201, 429]);
});

it('has its secret in no line of the log', async () => {
  const { url } = await newHook(await newRoom(), 'Logged');
  const secret = url.split('/').at(-1)!;
  await post(url, { text: 'hello' });
  await post(`${url}?a=${secret}`, { text: 5 });
  await fetch(`${server.url}/hooks/${secret}/more`);
  await fetch(`${server.url}/nothing/${secret}`);
  server.app.log.error({ err: new Error(`POST ${url} failed`) }, 'failed');
  const log = lines.join('');
  expect(log).toContain('/hooks/…');
  expect(log).not.toContain(secret.slice(0, 20));
});
