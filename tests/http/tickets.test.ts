import { expect, it, vi } from 'vitest';
import type { SessionInfo, Ticket } from '../../src/protocol/resources.ts';
import {
  call,
  generalRoom,
  login,
  openSocket,
  openStream,
  Refused,
  signUp,
  type Account,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer, type TestServer } from '../support/server.ts';

const server = shareServer();
let people = 0;
const newUser = async () => signUp(server, `Person ${(people += 1)}`);

const ticketOf = async ({ token }: Account, at: TestServer = server) =>
  (await call<Ticket>(at, 'POST', '/auth/ticket', { token })).body;

const codeOf = async (opening: Promise<unknown>) =>
  opening.then(
    () => 'open',
    (error: unknown) => (error as Refused).body['code'] as string,
  );

it('opens one socket or stream, as the user who requested it', async () => {
  const ana = await newUser();
  const room = await generalRoom(server, ana.token);
  const { ticket, expiresAt } = await ticketOf(ana);
  expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(30_000);
  // 256 bits.
  expect(ticket).toMatch(/^ticket-[\w-]{43}$/);
  const socket = await openSocket(server, ticket, room.id);
  expect((await socket.next('welcome'))['me']).toMatchObject({ name: ana.user.name });
  expect(await codeOf(openSocket(server, ticket, room.id))).toBe('token_invalid');
  const another = await ticketOf(ana);
  await openStream(server, another.ticket).next('live');
  // A ticket replaces a token only in a URL.
  const third = await ticketOf(ana);
  const answer = await call(server, 'GET', '/users/me', { token: third.ticket });
  expectRefusal(answer, 'token_invalid');
  expect(await codeOf(openSocket(server, 'ticket-of-nobody', room.id))).toBe('token_invalid');
});

it('is valid for 30 seconds, and not beyond its session', async () => {
  const ana = await newUser();
  const room = await generalRoom(server, ana.token);
  const [late, orphan] = [await ticketOf(ana), await ticketOf(ana)];
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
  try {
    expect(await codeOf(openSocket(server, late.ticket, room.id))).toBe('token_invalid');
  } finally {
    vi.useRealTimers();
  }
  await call(server, 'POST', '/auth/logout', ana);
  expect(await codeOf(openSocket(server, orphan.ticket, room.id))).toMatch(
    /session_revoked|token_invalid/,
  );
});

it('opens a socket that ends with the token that requested the ticket', async () => {
  const brief = await startServer({ TOKEN_TTL: '10m' });
  const ana = await signUp(brief, 'Ana');
  const room = await generalRoom(brief, ana.token);
  const { ticket } = await ticketOf(ana, brief);
  const socket = await openSocket(brief, ticket, room.id);
  const expiresAt = Date.parse(ana.expiresAt);
  vi.useFakeTimers({ toFake: ['Date'], now: expiresAt - 5000 });
  try {
    expect(await socket.next('token_expiring')).toMatchObject({ expiresAt: ana.expiresAt });
    vi.setSystemTime(expiresAt);
    expect(await socket.closed).toMatchObject({ code: 4001 });
  } finally {
    vi.useRealTimers();
  }
});

it('lists the sessions of a user, and ends any of them with its sockets', async () => {
  const ana = await newUser();
  const bo = await newUser();
  const room = await generalRoom(server, ana.token);
  const { email, password } = ana;
  const phoneAgent = { 'user-agent': 'a phone' };
  const { body: other } = await login(server, { email, password }, phoneAgent);
  const list = async () =>
    (await call<{ sessions: SessionInfo[] }>(server, 'GET', '/auth/sessions', ana)).body.sessions;
  const sessions = await list();
  expect(sessions).toHaveLength(2);
  const phone = sessions.find(({ userAgent }) => userAgent === 'a phone')!;
  expect(phone).toEqual({
    id: expect.any(String),
    createdAt: expect.stringMatching(/Z$/),
    lastUsedAt: expect.stringMatching(/Z$/),
    userAgent: 'a phone',
    current: false,
  });
  expect(sessions.find(({ current }) => current)!.id).not.toBe(phone.id);

  const socket = await openSocket(server, other.token, room.id);
  const end = async (by: Account) => call(server, 'DELETE', `/auth/sessions/${phone.id}`, by);
  expectRefusal(await end(bo), 'not_found');
  expect((await end(ana)).status).toBe(204);
  expect(await socket.closed).toMatchObject({ code: 4002 });
  expectRefusal(await call(server, 'GET', '/users/me', other), 'session_revoked');
  expectRefusal(await end(ana), 'not_found');
  expect((await list()).map(({ current }) => current)).toEqual([true]);
});

it('updates the last use of a session at most once a minute', async () => {
  const ana = await newUser();
  const lastUsed = async () => {
    const { body } = await call<{ sessions: SessionInfo[] }>(server, 'GET', '/auth/sessions', ana);
    return body.sessions[0]!.lastUsedAt;
  };
  const before = await lastUsed();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  try {
    await lastUsed();
    await expect.poll(async () => (await lastUsed()) > before).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

it('keeps the last hundred tickets of a user, and those of other users', async () => {
  const [ana, bo] = [await newUser(), await newUser()];
  const room = await generalRoom(server, ana.token);
  const { ticket: others } = await ticketOf(bo);
  const tickets: string[] = [];
  for (let i = 0; i < 101; i += 1) tickets.push((await ticketOf(ana)).ticket);
  expect(await codeOf(openSocket(server, tickets[0], room.id))).toBe('token_invalid');
  expect(await codeOf(openSocket(server, tickets[1], room.id))).toBe('open');
  expect(await codeOf(openSocket(server, tickets[100], room.id))).toBe('open');
  expect(await codeOf(openSocket(server, others, room.id))).toBe('open');
});
