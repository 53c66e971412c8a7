import { beforeAll, expect, it } from 'vitest';
import type { ResetLink } from '../../src/protocol/administration.ts';
import type { NewApiToken, NewBot } from '../../src/protocol/bots.ts';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import type { FileLink } from '../../src/protocol/files.ts';
import type { Invite } from '../../src/protocol/invites.ts';
import type { Me, Ticket } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  emailOf,
  joinRoom,
  login,
  openSocket,
  Refused,
  signUpAdmin,
  type Account,
} from '../support/client.ts';
import { download, sentFile } from '../support/files.ts';
import { AUDIENCE, ISSUER, shareHostApp } from '../support/host-app.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

/*
 * Every way into an account, made while it was in use. An OpenID provider is one more: open-id.test.ts has it.
 */

const host = shareHostApp();
const server = shareServer({
  AUTH_ISSUER: ISSUER,
  AUTH_AUDIENCE: AUDIENCE,
  get AUTH_JWKS_URL() {
    return host.url;
  },
});
let admin: Account;
beforeAll(async () => {
  admin = await signUpAdmin(server, 'Admin');
});

const getMe = (token: string) => call<Me>(server, 'GET', '/users/me', { token });
const post = <T = never>(path: string, token?: string, body?: object) =>
  call<T>(server, 'POST', path, { ...(token !== undefined && { token }), body });
/** What a socket is refused with. */
const socketBy = async (token: string, roomId: string): Promise<{ body: unknown }> =>
  openSocket(server, token, roomId).then(
    () => ({ body: 'opened' }),
    (error: unknown) => {
      if (error instanceof Refused) return error;
      throw error;
    },
  );

it('nothing opens a disabled account, whatever was made before', async () => {
  const room = await createRoom(server, admin.token, 'Door');
  const invite = (await post<Invite>(`/rooms/${room.id}/invites`, admin.token)).body.code;
  const token = async () => host.token('ana', { name: 'Ana', email: emailOf('Ana') });
  const { id } = (await getMe(await token())).body;
  const link = async () => {
    const { url } = (await post<ResetLink>(`/admin/users/${id}/reset-link`, admin.token)).body;
    return new URL(url).searchParams.get('reset')!;
  };
  const password = 'password of Ana';
  const reset = (resetToken: string) =>
    post<Account>('/auth/reset', undefined, { token: resetToken, password });
  const ana = (await reset(await link())).body;
  const resetToken = await link();
  const apiToken = (await post<NewApiToken>('/users/me/tokens', ana.token, { name: 'x' })).body;
  const { ticket } = (await post<Ticket>('/auth/ticket', ana.token)).body;
  await joinRoom(server, ana.token, room.id);
  const { file } = await sentFile(server, ana.token, room.id);
  const { url } = (await post<FileLink>(`/files/${file.id}/link`, ana.token)).body;
  const ofHost = await host.token('ana', { jti: 'used' });
  for (const one of [ana.token, apiToken.token, ofHost])
    expect((await getMe(one)).status).toBe(200);
  expect((await download(server, url)).status).toBe(200);

  const body = { isDisabled: true };
  const path = `/admin/users/${id}`;
  expect((await call(server, 'PATCH', path, { token: admin.token, body })).status).toBe(200);

  const account = { email: emailOf('Ana'), password };
  const ways: Record<string, [ErrorCode, () => Promise<{ body: unknown }>]> = {
    'its password': ['forbidden', () => login(server, account)],
    'a session': ['session_revoked', () => getMe(ana.token)],
    'a newer token of it': ['session_revoked', () => post('/auth/refresh', ana.token)],
    'another ticket': ['session_revoked', () => post('/auth/ticket', ana.token)],
    'a ticket': ['session_revoked', () => socketBy(ticket, room.id)],
    'an API token': ['token_invalid', () => getMe(apiToken.token)],
    'a used token of the host': ['session_revoked', () => getMe(ofHost)],
    'a new token of the host': ['session_revoked', async () => getMe(await token())],
    'another subject of the host, with its email': [
      'session_revoked',
      async () => getMe(await host.token('other', { email: account.email, email_verified: true })),
    ],
    'a link to a file': [
      'session_revoked',
      async () => ({ body: JSON.parse((await download(server, url)).body.toString()) }),
    ],
    'a link for a new password': ['forbidden', () => reset(resetToken)],
    'another of these': ['forbidden', () => post(`${path}/reset-link`, admin.token)],
    'an invite': ['session_revoked', () => post(`/invites/${invite}/accept`, ana.token)],
    'an invite for a new account with its email': [
      'email_taken',
      () => post('/auth/register', undefined, { ...account, name: 'Ana again', invite }),
    ],
  };
  for (const [way, [code, go]] of Object.entries(ways)) {
    expect([way, (await go()).body]).toMatchObject([way, { code }]);
  }
  expect((await getMe(admin.token)).status).toBe(200);
});

it('nothing brings a deleted bot back', async () => {
  const room = await createRoom(server, admin.token, 'Workshop', 'private');
  const { user, token } = (await post<NewBot>('/bots', admin.token, { name: 'Drill' })).body;
  const { ticket } = (await post<Ticket>('/auth/ticket', token)).body;
  expect((await getMe(token)).status).toBe(200);
  const bot = `/bots/${user.id}`;
  expect((await call(server, 'DELETE', bot, { token: admin.token })).status).toBe(204);
  const { token: by } = admin;
  const add = { token: by };
  expectRefusal(await getMe(token), 'token_invalid');
  expect(await socketBy(ticket, room.id)).toMatchObject({ body: { code: 'session_revoked' } });
  expectRefusal(await post(`${bot}/token`, by), 'user_not_found');
  const enable = { token: by, body: { isDisabled: false } };
  expectRefusal(await call(server, 'PATCH', `/admin/users/${user.id}`, enable), 'forbidden');
  expectRefusal(await post(`/admin/users/${user.id}/reset-link`, by), 'forbidden');
  const member = `/rooms/${room.id}/users/${user.id}`;
  expectRefusal(await call(server, 'PUT', member, add), 'user_not_found');
});
