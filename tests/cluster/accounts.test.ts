import pg from 'pg';
import { beforeAll, expect, it } from 'vitest';
import type { AdminSession, ResetLink, ServerStats } from '../../src/protocol/administration.ts';
import type { NewApiToken } from '../../src/protocol/bots.ts';
import type { Session, User } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  openLiveSocket,
  openSocket,
  Refused,
  signUp,
  signUpAdmin,
  type Account,
  type TestSocket,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareNodes } from './support/nodes.ts';

const nodes = shareNodes(2, { MAX_CONNECTIONS_PER_USER: '2' });
let admin: Account;
let roomId: string;
beforeAll(async () => {
  admin = await signUpAdmin(nodes.at(0), 'Admin');
  roomId = (await createRoom(nodes.at(0), admin.token, 'Hall')).id;
});

/** Signs somebody up, with a socket on each node. */
async function arrive(name: string): Promise<{ account: Account; sockets: TestSocket[] }> {
  const account = await signUp(nodes.at(0), name);
  await joinRoom(nodes.at(0), account.token, roomId);
  const sockets = [0, 1].map((n) => openLiveSocket(nodes.at(n), account.token, roomId));
  return { account, sockets: await Promise.all(sockets) };
}

/** Does what ends sockets (4002, or 1000 where their user leaves the room), and expects that they close by the news of it: without, a node looks every ten seconds. */
async function expectEnd(sockets: readonly TestSocket[], work: () => Promise<unknown>) {
  await work();
  const endedAt = performance.now();
  for (const { closed } of sockets) expect([4002, 1000]).toContain((await closed).code);
  expect(performance.now() - endedAt).toBeLessThan(5000);
}

const expectGone = async (n: number, token: string, code: 'session_revoked' | 'token_invalid') =>
  expectRefusal(await call(nodes.at(n), 'GET', '/users/me', { token }), code);

it('a reset link that one node made and the other takes ends the sessions on both', async () => {
  const { account, sockets } = await arrive('Ana');
  const path = `/admin/users/${account.user.id}/reset-link`;
  const { url } = (await call<ResetLink>(nodes.at(0), 'POST', path, admin)).body;
  const body = { token: new URL(url).searchParams.get('reset'), password: 'a new password' };
  let session: Session | undefined;
  await expectEnd(sockets, async () => {
    session = (await call<Session>(nodes.at(1), 'POST', '/auth/reset', { body })).body;
  });
  for (const n of [0, 1]) {
    await expectGone(n, account.token, 'session_revoked');
    expect((await call(nodes.at(n), 'GET', '/users/me', session)).status).toBe(200);
  }
  expectRefusal(await call(nodes.at(0), 'POST', '/auth/reset', { body }), 'token_invalid');
});

it('an account that is deleted on one node is gone on the other', async () => {
  const { account, sockets } = await arrive('Bo');
  const witness = await openLiveSocket(nodes.at(1), admin.token, roomId);
  await expectEnd(sockets, async () => {
    const body = { currentPassword: account.password };
    const { token } = account;
    expect((await call(nodes.at(0), 'DELETE', '/users/me', { token, body })).status).toBe(204);
  });
  expect(await witness.next('member.left')).toMatchObject({ user: { id: account.user.id } });
  await expectGone(1, account.token, 'session_revoked');
  const { body } = await call<User>(nodes.at(1), 'GET', `/users/${account.user.id}`, admin);
  expect(body.name).toBe('Deleted user');
  const { email, password } = account;
  const login = await call(nodes.at(1), 'POST', '/auth/login', { body: { email, password } });
  expectRefusal(login, 'invalid_credentials');
});

it('an API token that is revoked on one node dies on the other', async () => {
  const { token: owner } = await signUp(nodes.at(0), 'Cy');
  const made = { token: owner, body: { name: 'build' } };
  const { id, token } = (await call<NewApiToken>(nodes.at(0), 'POST', '/users/me/tokens', made))
    .body;
  const socket = await openLiveSocket(nodes.at(1), token, roomId);
  await expectEnd([socket], () =>
    call(nodes.at(0), 'DELETE', `/users/me/tokens/${id}`, { token: owner }),
  );
  await expectGone(1, token, 'token_invalid');
});

it('a session that an admin ends on one node dies on the other', async () => {
  const { account, sockets } = await arrive('Di');
  const path = `/admin/users/${account.user.id}/sessions`;
  const { sessions } = (
    await call<{ sessions: AdminSession[] }>(nodes.at(1), 'GET', path, { token: admin.token })
  ).body;
  await expectEnd(sockets, () =>
    call(nodes.at(1), 'DELETE', `${path}/${sessions[0]!.id}`, { token: admin.token }),
  );
  await expectGone(0, account.token, 'session_revoked');
});

it('the numbers on one node have what limits refused on the other', async () => {
  const { account } = await arrive('Eve');
  const third = openSocket(nodes.at(0), account.token, roomId);
  await expect(third).rejects.toBeInstanceOf(Refused);
  const client = new pg.Client(nodes.env.DATABASE_URL);
  await client.connect();
  // It tells with its next heartbeat.
  await expect
    .poll(async () => {
      const { rows } = await client.query<{ hits: object[] }>(
        'select limits_hit as hits from nodes',
      );
      return rows.flatMap(({ hits }) => hits);
    })
    .not.toEqual([]);
  await client.end();
  const { body } = await call<ServerStats>(nodes.at(1), 'GET', '/admin/stats', admin);
  expect(body.limitsHit).toMatchObject([
    { limit: 'connections', setting: 'MAX_CONNECTIONS_PER_USER', lastUser: { name: 'Eve' } },
  ]);
});
