import { beforeAll, describe, expect, it } from 'vitest';
import type { ResetLink } from '../../src/protocol/administration.ts';
import type { Session } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  login,
  openLiveSocket,
  signIn,
  signUp,
  signUpAdmin,
  type Account,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { publicOrigin } from '../../src/transports/public-origin.ts';
import { shareServer } from '../support/server.ts';
import { sortedStatuses, times } from '../support/times.ts';

const PUBLIC_URL = 'https://chat.example.org';
const server = shareServer({ RATE_LIMIT_AUTH: '15', TRUST_PROXY: '1', PUBLIC_URL });
let admin: Account;
beforeAll(async () => {
  admin = await signUpAdmin(server, 'Admin');
});

const makeLink = (by: Pick<Account, 'token'>, userId: string) =>
  call<ResetLink>(server, 'POST', `/admin/users/${userId}/reset-link`, by);

const tokenIn = ({ url }: ResetLink) => new URL(url).searchParams.get('reset')!;

/** Makes a link for an account, and returns its token. */
const tokenFor = async ({ user }: Account) => tokenIn((await makeLink(admin, user.id)).body);

let addresses = 0;
/** Sets a password by a token, from an address of its own. */
const reset = (
  token: string,
  password = 'a new password',
  address = `10.0.0.${(addresses += 1)}`,
) =>
  call<Session>(server, 'POST', '/auth/reset', {
    body: { token, password },
    headers: { 'x-forwarded-for': address },
  });

describe('a reset link', () => {
  it('sets a new password, signs in, and ends every other session within a second', async () => {
    const ana = await signUp(server, 'Ana');
    const other = await signIn(server, 'Ana');
    const { id } = await createRoom(server, ana.token, 'kitchen');
    const socket = await openLiveSocket(server, ana.token, id);
    const { status, body, headers } = await makeLink(admin, ana.user.id);
    expect(status).toBe(201);
    expect(body.url).toMatch(`${PUBLIC_URL}/?reset=`);
    expect(tokenIn(body)).toMatch(/^[\w-]{43}$/);
    expect(headers.get('cache-control')).toBe('no-store');
    const left = Date.parse(body.expiresAt) - Date.now();
    expect(left).toBeGreaterThan(3_590_000);
    expect(left).toBeLessThanOrEqual(3_600_000);

    const done = await reset(tokenIn(body));
    const doneAt = performance.now();
    expect(done.status).toBe(200);
    expect(done.body.user).toEqual(ana.user);
    expect(await socket.closed).toEqual({ code: 4002, reason: 'session_revoked' });
    expect(performance.now() - doneAt).toBeLessThan(1000 + 2000);
    for (const { token } of [ana, other]) {
      expectRefusal(await call(server, 'GET', '/users/me', { token }), 'session_revoked');
    }
    expect((await call(server, 'GET', '/users/me', done.body)).status).toBe(200);
    const { email } = ana;
    expect((await login(server, { email, password: ana.password })).status).toBe(401);
    expect((await login(server, { email, password: 'a new password' })).status).toBe(200);
  });

  it('works once, and for the newest three of an account, of which the first use ends all', async () => {
    const bo = await signUp(server, 'Bo');
    const tokens: string[] = [];
    for (let i = 0; i < 4; i += 1) tokens.push(await tokenFor(bo));
    const oldest = expectRefusal(await reset(tokens[0]!), 'token_invalid');
    const answers = await times(3, () => reset(tokens[2]!));
    expect(sortedStatuses(answers)).toEqual([200, 401, 401]);
    for (const token of [...tokens, 'x'.repeat(43), `${tokens[1]}x`]) {
      expect(expectRefusal(await reset(token), 'token_invalid')).toEqual(oldest);
    }
  });

  it('of a password that does not fit stays valid', async () => {
    const cy = await signUp(server, 'Cy');
    const token = await tokenFor(cy);
    expectRefusal(await reset(token, 'short'), 'validation_failed', ['/password']);
    expectRefusal(await reset(token, 'é'.repeat(40)), 'validation_failed', ['/password']);
    expect((await reset(token)).status).toBe(200);
  });

  it('does not open an account that is disabled meanwhile', async () => {
    const dee = await signUp(server, 'Dee');
    const token = await tokenFor(dee);
    const body = { isDisabled: true };
    await call(server, 'PATCH', `/admin/users/${dee.user.id}`, { token: admin.token, body });
    expectRefusal(await reset(token), 'forbidden');
    const { message } = expectRefusal(await makeLink(admin, dee.user.id), 'forbidden');
    expect(message).toMatch(/enable it first/);
  });

  it('is made by admins alone, for accounts that exist', async () => {
    const eva = await signUp(server, 'Eva');
    for (const userId of [eva.user.id, admin.user.id, 'nobody']) {
      expectRefusal(await makeLink(eva, userId), 'forbidden');
    }
    expectRefusal(await makeLink({ token: '' }, eva.user.id), 'token_missing');
    expectRefusal(await makeLink(admin, 'nobody'), 'user_not_found');
  });

  it('is guessed at as rarely as a password, by address', async () => {
    const gil = await signUp(server, 'Gil');
    const token = await tokenFor(gil);
    const guesses = await times(18, (i) => reset(`guess ${i}`, undefined, '10.1.1.1'));
    expect(sortedStatuses(guesses)).toEqual([...Array(15).fill(401), 429, 429, 429]);
    expectRefusal(await reset(token, undefined, '10.1.1.1'), 'rate_limited');
    expect((await reset(token, undefined, '10.1.1.2')).status).toBe(200);
  });
});

it('is below PUBLIC_URL, or below the origin of the request', () => {
  const request = { protocol: 'https', host: 'chat.example.org:8443' } as const;
  expect(publicOrigin(request, { publicUrl: null })).toBe('https://chat.example.org:8443');
  const publicUrl = 'https://other.example.org';
  expect(publicOrigin(request, { publicUrl })).toBe(publicUrl);
  // HTTP/1.0 has no Host.
  expect(publicOrigin({ ...request, host: '' }, { publicUrl: null })).toBe('');
});
