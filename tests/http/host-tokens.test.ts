import { createHmac } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import type { Me, Room, SessionInfo } from '../../src/protocol/resources.ts';
import {
  call,
  generalRoom,
  openLiveSocket,
  openStream,
  signUp,
  signUpAdmin,
} from '../support/client.ts';
import { AUDIENCE, ISSUER, shareHostApp } from '../support/host-app.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer, temporaryFolder } from '../support/server.ts';

const host = shareHostApp();
const lines: string[] = [];
const env = {
  AUTH_ISSUER: ISSUER,
  AUTH_AUDIENCE: AUDIENCE,
  get AUTH_JWKS_URL() {
    return host.url;
  },
};
const server = shareServer(env, undefined, (line) => void lines.push(line));

const getMe = async (token: string, at: { url: string } = server) =>
  call<Me>(at, 'GET', '/users/me', { token });
const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
afterEach(() => {
  vi.useRealTimers();
  host.respond = null;
});

it('accepts the tokens of the host as bearer and in the query, and makes one account for a subject', async () => {
  const claims = { name: 'Ana', email: 'Ana@Example.org' };
  const ids = new Set<string>();
  for (const alg of ['RS256', 'ES256', 'EdDSA']) {
    const { status, body } = await getMe(await host.token('ana', claims, alg));
    expect([alg, status]).toEqual([alg, 200]);
    expect(body).toMatchObject({ name: 'Ana', email: 'Ana@Example.org', isAdmin: false });
    ids.add(body.id);
  }
  expect(ids.size).toBe(1);
  const token = await host.token('ana');
  const room = await generalRoom(server, token);
  const socket = await openLiveSocket(server, token, room.id);
  await openStream(server, token).next('live');
  expect(await socket.ask({ type: 'send', text: 'Embedded' })).toMatchObject({ type: 'ack' });
  // The same subject of another issuer is another person: here nobody.
  expectRefusal(
    await getMe(await host.token('ana', { iss: 'https://other.example.org' })),
    'token_invalid',
  );
});

it('makes one account where a new person comes with two requests at once', async () => {
  const token = await host.token('twice', { name: 'Twice' });
  const [one, two] = await Promise.all([getMe(token), getMe(token)]);
  expect([one.status, two.status]).toEqual([200, 200]);
  expect(two.body.id).toBe(one.body.id);
});

it('refuses tokens that the host did not issue to this server, or that are not of this time', async () => {
  const now = Math.floor(Date.now() / 1000);
  const good = await host.token('mallory');
  const [header, payload, signature] = good.split('.') as [string, string, string];
  const other = Buffer.from(JSON.stringify({ ...JSON.parse(atob(payload)), sub: 'ana' })).toString(
    'base64url',
  );
  const hmacHeader = Buffer.from('{"alg":"HS256","kid":"ES256"}').toString('base64url');
  const hmac = createHmac('sha256', 'public key')
    .update(`${hmacHeader}.${payload}`)
    .digest('base64url');
  const bad = {
    'another issuer': await host.token('m', { iss: 'https://evil.example.org' }),
    'another audience': await host.token('m', { aud: 'another application' }),
    'no audience': await host.token('m', { aud: undefined }),
    'no expiry': await host.token('m', { exp: undefined }),
    'no subject': await host.token('m', { sub: undefined }),
    'not valid yet': await host.token('m', { nbf: now + 300 }),
    'another payload': [header, other, signature].join('.'),
    'a shared key': [hmacHeader, payload, hmac].join('.'),
    'no signature': [Buffer.from('{"alg":"none"}').toString('base64url'), payload, ''].join('.'),
    'no token': 'eyJhbGciOiJFUzI1NiJ9',
  };
  for (const [what, token] of Object.entries(bad)) {
    expect([what, (await getMe(token)).body]).toMatchObject([what, { code: 'token_invalid' }]);
  }
  expectRefusal(await getMe(await host.token('m', { exp: now - 300 })), 'token_expired');
  // Clocks differ a little.
  const skewed = await host.token('skewed', { iat: now + 20, nbf: now + 20, exp: now + 3600 });
  expect((await getMe(skewed)).status).toBe(200);
  expect((await getMe(await host.token('skewed', { exp: now - 20 }))).status).toBe(200);
});

it('chooses a name that is free, and one that can be shown', async () => {
  const names: string[] = [];
  const claims = [
    { name: 'Bo' },
    { name: 'bo' },
    { name: ' ', preferred_username: 'Bo' },
    { name: 'x'.repeat(60) },
    { name: 'x'.repeat(60) },
    { name: 'a\u202Eb\u0000c' },
    { name: '\u200B' },
  ];
  for (const [i, one] of claims.entries()) {
    names.push((await getMe(await host.token(`name ${i}`, one))).body.name);
  }
  expect(names).toEqual([
    'Bo',
    'bo 2',
    'Bo 3',
    'x'.repeat(50),
    `${'x'.repeat(41)} 2`,
    'a b c',
    expect.stringMatching(/^Guest( \d+)?$/),
  ]);
});

it('does not give an account to whoever names its email, unless the host has verified it', async () => {
  const carla = await signUp(server, 'Carla');
  const claims = { name: 'Carla', email: carla.email.toUpperCase() };
  const stranger = await getMe(await host.token('stranger', claims));
  expect(stranger.body).toMatchObject({ name: 'Carla 2', email: null });
  expect(stranger.body.id).not.toBe(carla.user.id);
  const room = await generalRoom(server, carla.token);
  const socket = await openLiveSocket(server, carla.token, room.id);
  const owner = await getMe(await host.token('owner', { ...claims, email_verified: true }));
  expect(owner.body.id).toBe(carla.user.id);
  // Whoever made the account had not proved that the email is theirs: their sessions and password are over.
  expect((await socket.closed).code).toBe(4002);
  expectRefusal(await getMe(carla.token), 'session_revoked');
  const { email, password } = carla;
  expectRefusal(
    await call(server, 'POST', '/auth/login', { body: { email, password } }),
    'invalid_credentials',
  );
  // No email at all, and no text that is one.
  for (const [i, claim] of [undefined, 'nobody', 42].entries()) {
    expect(
      (await getMe(await host.token(`mailless ${i}`, { email: claim }))).body.email,
    ).toBeNull();
  }
});

it('takes an account from a subject whose email was not verified, once another proves that it is theirs', async () => {
  const email = 'dora@example.org';
  const squatter = await getMe(await host.token('squatter', { email }));
  expect(squatter.body.email).toBe(email);
  const owner = await getMe(await host.token('dora', { email, email_verified: true }));
  expect(owner.body.id).toBe(squatter.body.id);
  const again = await getMe(await host.token('squatter', { email, name: 'again' }));
  expect(again.body.id).not.toBe(owner.body.id);
  expect(again.body.email).toBeNull();
});

it('keeps disabled accounts out, with new tokens too', async () => {
  const { token: admin } = await signUpAdmin(server, 'Admin');
  const token = await host.token('fred');
  const { id } = (await getMe(token)).body;
  const disable = (isDisabled: boolean) =>
    call(server, 'PATCH', `/admin/users/${id}`, { token: admin, body: { isDisabled } });
  expect((await disable(true)).status).toBe(200);
  expectRefusal(await getMe(token), 'session_revoked');
  const next = await host.token('fred', { jti: 'next' });
  expectRefusal(await getMe(next), 'session_revoked');
  await disable(false);
  expect((await getMe(next)).status).toBe(200);
  expectRefusal(await getMe(token), 'session_revoked');
});

it('leaves it to the host how long its users are signed in', async () => {
  const token = await host.token('gina');
  expectRefusal(await call(server, 'POST', '/auth/refresh', { token }), 'forbidden');
  const body = { password: 'a new password', currentPassword: '' };
  expectRefusal(await call(server, 'PATCH', '/users/me', { token, body }), 'forbidden');
  expectRefusal(await call(server, 'DELETE', '/users/me', { token, body: {} }), 'forbidden');
  const now = Math.floor(Date.now() / 1000);
  const short = await host.token('gina', { iat: now - 9, exp: now + 2 });
  const socket = await openLiveSocket(server, short, (await generalRoom(server, token)).id);
  expect((await socket.closed).code).toBe(4001);
  // A socket that is open goes on with a newer token.
  const lasting = await openLiveSocket(server, token, (await generalRoom(server, token)).id);
  expect(
    await lasting.ask({ type: 'auth', token: await host.token('gina', { jti: '2' }) }),
  ).toMatchObject({ type: 'ack' });
});

it('deletes the account of who has just signed in at the host, as its token says', async () => {
  const signedIn = (minutesAgo: number) => Math.floor(Date.now() / 1000) - minutesAgo * 60;
  const [old, fresh] = [
    await host.token('ines', { auth_time: signedIn(11) }),
    await host.token('ines', { auth_time: signedIn(9) }),
  ];
  const { body: me } = await getMe(fresh);
  expect(me).toMatchObject({ hasPassword: false, email: null });
  const remove = (token: string) => call(server, 'DELETE', '/users/me', { token, body: {} });
  expect(expectRefusal(await remove(old), 'forbidden').message).toContain('sign in again');
  expect((await remove(fresh)).status).toBe(204);
  const back = await getMe(await host.token('ines', { jti: 'later' }));
  expect(back.body.id).not.toBe(me.id);
});

it('finds new keys of the host, and forgets those that it has withdrawn', async () => {
  expect((await getMe(await host.token('hans'))).status).toBe(200);
  await host.addKey('new', 'ES256');
  const token = await host.token('hans', {}, 'new');
  const { fetches } = host;
  expectRefusal(await getMe(token), 'token_invalid');
  // Strangers could name a key at random with each request.
  expect(host.fetches).toBe(fetches);
  later(31_000);
  expect((await getMe(token)).status).toBe(200);
  expect(host.fetches).toBe(fetches + 1);
  const withdrawn = await host.token('hans', { jti: 'late' }, 'new');
  host.removeKey('new');
  later(11 * 60_000);
  expectRefusal(await getMe(withdrawn), 'token_invalid');
});

it('goes on with the keys that it has while the host is away, and says so in the log', async () => {
  expect((await getMe(await host.token('ivan'))).status).toBe(200);
  await host.addKey('unseen', 'ES256');
  const unseen = await host.token('ivan', {}, 'unseen');
  host.respond = (response) => response.writeHead(500).end();
  lines.length = 0;
  later(25 * 60_000);
  expect((await getMe(await host.token('ivan'))).status).toBe(200);
  const answer = await getMe(unseen);
  expectRefusal(answer, 'unavailable');
  expect(answer.headers.get('retry-after')).toBe('5');
  const told = lines.filter((line) => line.includes('AUTH_JWKS_URL could not be fetched'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('status 500');
});

it('ends a token with its session, for good', async () => {
  const [token, other] = [await host.token('eva'), await host.token('eva', { jti: 'other' })];
  const room: Room = await generalRoom(server, token);
  const socket = await openLiveSocket(server, token, room.id);
  const { sessions } = (
    await call<{ sessions: SessionInfo[] }>(server, 'GET', '/auth/sessions', { token })
  ).body;
  expect(sessions).toMatchObject([{ userAgent: ISSUER, current: true }]);
  expect((await call(server, 'POST', '/auth/logout', { token })).status).toBe(204);
  expect((await socket.closed).code).toBe(4002);
  expectRefusal(await getMe(token), 'session_revoked');
  // Also long after the server has forgotten that it ended it.
  later(10 * 60_000);
  expectRefusal(await getMe(token), 'session_revoked');
  expect((await getMe(other)).status).toBe(200);
});

it('starts without the host, and holds nobody else up while it waits for its keys', async () => {
  const waiting: (() => void)[] = [];
  host.respond = (response) => void waiting.push(() => response.destroy());
  const { fetches } = host;
  const fresh = await startServer({ ...env, DATA_DIR: temporaryFolder() });
  expect(host.fetches).toBe(fetches);
  const tokens = await Promise.all(['a', 'b'].map((jti) => host.token('jo', { jti })));
  const answers = Promise.all(tokens.map((token) => getMe(token, fresh)));
  await expect.poll(() => waiting.length).toBe(1);
  expect((await signUp(fresh, 'Kim')).user.name).toBe('Kim');
  waiting[0]!();
  for (const answer of await answers) expectRefusal(answer, 'unavailable');
  host.respond = (response) => response.end('no keys');
  later(6000);
  expectRefusal(await getMe(tokens[0]!, fresh), 'unavailable');
  host.respond = (response) => response.end('{"keys":1}');
  later(6000);
  expectRefusal(await getMe(tokens[0]!, fresh), 'unavailable');
  // The right keys, and more than the server reads.
  host.respond = null;
  const long = (await (await fetch(host.url)).text()) + ' '.repeat(1024 * 1024);
  host.respond = (response) => response.end(long);
  later(6000);
  expectRefusal(await getMe(tokens[0]!, fresh), 'unavailable');
  host.respond = null;
  later(6000);
  expect((await getMe(tokens[0]!, fresh)).status).toBe(200);
});
