import { beforeAll, describe, expect, it } from 'vitest';
import type {
  AdminSession,
  AdminUserPage,
  AuditPage,
  ServerStats,
} from '../../src/protocol/administration.ts';
import type { NewApiToken } from '../../src/protocol/bots.ts';
import type { NewIncomingHook } from '../../src/protocol/incoming-hooks.ts';
import type { Invite } from '../../src/protocol/invites.ts';
import type { AdminHookPage, AdminInvitePage } from '../../src/protocol/server-lists.ts';
import {
  call,
  createRoom,
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
import { addHook, hooksOf, startReceiver } from '../support/receiver.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer({
  WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true',
  MAX_CONNECTIONS_PER_USER: '2',
});
let admin: Account;
let ana: Account;
beforeAll(async () => {
  admin = await signUpAdmin(server, 'Admin');
  ana = await signUp(server, 'Ana');
});

const get = async <T>(path: string) => (await call<T>(server, 'GET', `/admin/${path}`, admin)).body;
const newest = async () => (await get<AuditPage>('audit?limit=1')).entries[0];
const remove = (path: string, by: { token: string } = admin) =>
  call(server, 'DELETE', `/admin/${path}`, { token: by.token });

it.each([
  ['GET', 'users/1/sessions'],
  ['DELETE', 'users/1/sessions'],
  ['DELETE', 'users/1/sessions/1'],
  ['GET', 'hooks'],
  ['DELETE', 'hooks/1'],
  ['POST', 'hooks/1/resume'],
  ['GET', 'invites'],
  ['DELETE', 'invites/1'],
])('%s /admin/%s is for admins alone', async (method, path) => {
  expectRefusal(await call(server, method, `/admin/${path}`, ana), 'forbidden');
  expectRefusal(await call(server, method, `/admin/${path}`), 'token_missing');
});

describe('the sessions of an account', () => {
  const sessionsOf = async ({ user }: Account) =>
    (await get<{ sessions: AdminSession[] }>(`users/${user.id}/sessions`)).sessions;
  const makeToken = async ({ token }: Account, body: object) =>
    (await call<NewApiToken>(server, 'POST', '/users/me/tokens', { token, body })).body;

  it('are its sign-ins and its API tokens, as many as the list of accounts says', async () => {
    const bo = await signUp(server, 'Bo');
    const token = await makeToken(bo, { name: 'nightly' });
    const shown = await sessionsOf(bo);
    expect(shown).toEqual([
      {
        id: expect.any(String),
        kind: 'signIn',
        name: null,
        userAgent: 'node',
        createdAt: expect.any(String),
        lastUsedAt: expect.any(String),
        expiresAt: expect.any(String),
        current: false,
      },
      {
        id: token.id,
        kind: 'token',
        name: 'nightly',
        userAgent: '',
        createdAt: token.createdAt,
        lastUsedAt: null,
        expiresAt: null,
        current: false,
      },
    ]);
    const { users } = await get<AdminUserPage>('users?query=Bo');
    expect(users[0]!.sessionCount).toBe(shown.length);
    expect((await sessionsOf(admin)).filter(({ current }) => current)).toHaveLength(1);
  });

  it('end one by one, with their sockets and streams, and the audit log says who did it', async () => {
    const cy = await signUp(server, 'Cy');
    const other = await signIn(server, 'Cy');
    const token = await makeToken(cy, { name: 'reader' });
    const { id: roomId } = await createRoom(server, cy.token, 'Cy’s');
    const socket = await openLiveSocket(server, cy.token, roomId);
    const stream = openStream(server, token.token);
    await stream.next('live');
    const [, first] = await sessionsOf(cy);
    const path = `users/${cy.user.id}/sessions`;

    expect((await remove(`${path}/${first!.id}`)).status).toBe(204);
    expect(await socket.closed).toMatchObject({ code: 4002, reason: 'session_revoked' });
    expectRefusal(await call(server, 'GET', '/users/me', cy), 'session_revoked');
    expect(await newest()).toMatchObject({
      action: 'session ended',
      actor: { name: 'Admin' },
      user: { name: 'Cy' },
      details: { sessionId: first!.id },
    });
    expectRefusal(await remove(`${path}/${first!.id}`), 'not_found');

    expect((await remove(`${path}/${token.id}`)).status).toBe(204);
    await expect.poll(() => stream.source.readyState).not.toBe(stream.source.OPEN);
    expectRefusal(await call(server, 'GET', '/users/me', { token: token.token }), 'token_invalid');
    expect((await call(server, 'GET', '/users/me', other)).status).toBe(200);
  });

  it('end all at once, and the account goes on', async () => {
    const di = await signUp(server, 'Di');
    const token = await makeToken(di, { name: 'bot' });
    expect((await remove(`users/${di.user.id}/sessions`)).status).toBe(204);
    expectRefusal(await call(server, 'GET', '/users/me', di), 'session_revoked');
    expectRefusal(await call(server, 'GET', '/users/me', { token: token.token }), 'token_invalid');
    expect(await sessionsOf(di)).toEqual([]);
    expect(await newest()).toMatchObject({ action: 'sessions ended', details: { count: 2 } });
    expect((await call(server, 'GET', '/users/me', await signIn(server, 'Di'))).status).toBe(200);
  });

  it('are of accounts that exist, and end by a sign-in of an admin alone', async () => {
    expectRefusal(await call(server, 'GET', '/admin/users/1/sessions', admin), 'user_not_found');
    expectRefusal(await remove('users/1/sessions'), 'user_not_found');
    const sessionOfAdmin = (await sessionsOf(admin))[0]!.id;
    expectRefusal(await remove(`users/${ana.user.id}/sessions/${sessionOfAdmin}`), 'not_found');
    const token = await makeToken(admin, { name: 'leaked' });
    const path = `users/${ana.user.id}/sessions`;
    expectRefusal(await call(server, 'GET', `/admin/${path}`, token), 'forbidden');
    expectRefusal(await remove(path, token), 'forbidden');
  });
});

describe('the hooks of all rooms', () => {
  it('are listed page by page, the newest first, without secrets and names of private rooms', async () => {
    const open = await createRoom(server, ana.token, 'Open');
    const secret = await createRoom(server, ana.token, 'Layoffs', 'private');
    const path = `/rooms/${secret.id}/hooks/incoming`;
    const { token } = ana;
    const incoming = await call<NewIncomingHook>(server, 'POST', path, {
      token,
      body: { name: 'Grafana' },
    });
    const receiver = await startReceiver();
    receiver.answer = (response) => response.writeHead(500).end();
    await addHook(server, token, open.id, { url: `${receiver.url}?key=hidden` });
    await addHook(server, token, secret.id, { url: receiver.url, events: ['room.created'] });
    await postMessage(server, token, open.id, 'fails');
    await receiver.next();
    await expect
      .poll(async () => (await hooksOf(server, token, open.id))[0]!.lastAnswer)
      .not.toBeNull();

    const hooks: AdminHookPage['hooks'][number][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: AdminHookPage = await get(`hooks?limit=1${cursor && `&cursor=${cursor}`}`);
      expect(page.hooks.length).toBeLessThanOrEqual(1);
      hooks.push(...page.hooks);
      cursor = page.nextCursor;
    }
    const createdBy = { id: ana.user.id, name: 'Ana', color: ana.user.color };
    const host = `127.0.0.1:${receiver.port}`;
    const hidden = { id: secret.id, kind: 'private', name: null };
    expect(hooks).toMatchObject([
      { kind: 'outgoing', room: hidden, createdBy, host, events: ['room.created'] },
      {
        kind: 'outgoing',
        room: { id: open.id, kind: 'public', name: 'Open' },
        createdBy,
        host,
        state: 'retrying',
        lastAnswer: { status: 500 },
      },
      { kind: 'incoming', room: hidden, createdBy, name: 'Grafana', lastUsedAt: null },
    ]);
    expect(JSON.stringify(hooks)).not.toMatch(/hidden|Layoffs|whsec/);
    expect(hooks[1]).toMatchObject({ behind: { events: expect.any(Number) } });

    receiver.answer = null;
    const { id } = hooks[1]!;
    expect((await call(server, 'POST', `/admin/hooks/${id}/resume`, admin)).status).toBe(204);
    expect(await receiver.next()).toMatchObject({ event: { type: 'message.created' } });
    expect(await newest()).toMatchObject({ action: 'hook resumed', roomId: open.id });

    for (const hook of hooks) expect((await remove(`hooks/${hook.id}`)).status).toBe(204);
    expect(await newest()).toMatchObject({ action: 'hook deleted', roomId: secret.id });
    expect(await get('hooks')).toEqual({ hooks: [], nextCursor: null });
    const post = { body: { text: 'late' } };
    const { pathname } = new URL(incoming.body.url);
    expectRefusal(await call(server, 'POST', pathname, post), 'not_found');
    expectRefusal(await remove(`hooks/${id}`), 'not_found');
    expectRefusal(await call(server, 'POST', `/admin/hooks/${id}/resume`, admin), 'not_found');
  });
});

describe('the invites into all rooms', () => {
  it('are listed without their codes, and revoked by what names them', async () => {
    const room = await createRoom(server, ana.token, 'Secret club', 'private');
    const path = `/rooms/${room.id}/invites`;
    const make = async (body: object = {}) =>
      (await call<Invite>(server, 'POST', path, { token: ana.token, body })).body;
    await call(server, 'POST', '/invites', admin);
    const [first, second] = [await make({ maxUses: 5 }), await make()];

    const page = await get<AdminInvitePage>('invites?limit=1');
    const rest = await get<AdminInvitePage>(`invites?limit=2&cursor=${page.nextCursor}`);
    const { url: _, code, roomId, ...shown } = first;
    const createdBy = { id: ana.user.id, name: 'Ana', color: ana.user.color };
    expect(rest).toEqual({
      invites: [
        {
          ...shown,
          createdBy,
          id: code.slice(0, 8),
          room: { id: roomId, kind: 'private', name: null },
        },
      ],
      nextCursor: null,
    });
    expect(page.invites[0]).toMatchObject({ id: second.code.slice(0, 8) });
    const all = JSON.stringify([page, rest, Buffer.from(page.nextCursor!, 'base64url').toString()]);
    expect(all).not.toContain(second.code);
    expect(all).not.toContain(code);
    expect(all).not.toContain('Secret club');

    expect((await remove(`invites/${rest.invites[0]!.id}`)).status).toBe(204);
    expect(await newest()).toMatchObject({ action: 'invite revoked', roomId: room.id });
    expectRefusal(await call(server, 'GET', `/invites/${code}`), 'invite_not_found');
    expect((await call(server, 'GET', `/invites/${second.code}`)).status).toBe(200);
    expect((await get<AdminInvitePage>('invites')).invites).toHaveLength(1);
    for (const id of [code.slice(0, 8), second.code, 'x']) {
      expectRefusal(await remove(`invites/${id}`), 'invite_not_found');
    }
  });

  it('are left out where their maker no longer may invite', async () => {
    const room = await createRoom(server, ana.token, 'Left');
    const boss = await signIn(server, 'Ana');
    await call(server, 'POST', `/rooms/${room.id}/invites`, boss);
    const before = (await get<AdminInvitePage>('invites')).invites;
    expect(before[0]).toMatchObject({ room: { id: room.id, name: 'Left' } });
    const body = { isDisabled: true };
    const path = `/admin/users/${ana.user.id}`;
    await call(server, 'PATCH', path, { token: admin.token, body });
    expect((await get<AdminInvitePage>('invites')).invites).toEqual([]);
  });
});

it('says which limits have refused something, when, and whom the last time', async () => {
  const room = await createRoom(server, admin.token, 'Full');
  for (let i = 0; i < 2; i += 1) await openLiveSocket(server, admin.token, room.id);
  await expect(openSocket(server, admin.token, room.id)).rejects.toBeInstanceOf(Refused);
  const { limitsHit } = await get<ServerStats>('stats');
  const lastUser = { id: admin.user.id, name: 'Admin', color: admin.user.color };
  const setting = 'MAX_CONNECTIONS_PER_USER';
  const hit = { limit: 'connections', setting, count: 1, lastAt: expect.any(String), lastUser };
  expect(limitsHit).toEqual([hit]);
});

it.each([[1.5, 'a'], ['a', 1], [1, 'a\0'], [1]].map((place) => JSON.stringify(place)))(
  'rejects a cursor that no list gives: %s',
  async (place) => {
    const cursor = Buffer.from(place).toString('base64url');
    for (const list of ['hooks', 'invites']) {
      const answer = await call(server, 'GET', `/admin/${list}?cursor=${cursor}`, admin);
      expectRefusal(answer, 'validation_failed', ['/cursor']);
    }
  },
);
