import { createHmac, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Me, Session } from '../../src/protocol/resources.ts';
import {
  call,
  generalRoom,
  login as loginAt,
  openSocket,
  signUp,
  type Account,
} from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';
import { times } from '../support/times.ts';

const SECRET = randomBytes(32).toString('base64url');
const server = shareServer({ JWT_SECRET: SECRET });
let ana: Account;
beforeAll(async () => {
  ana = await signUp(server, 'Ana');
});

const login = (credentials: object) => loginAt(server, credentials);
const me = (token: string | undefined) => call<Me>(server, 'GET', '/users/me', { token });
const sidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sid: string }).sid;

const headerNames = (headers: Headers) => [...headers.keys()].toSorted();
const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
const forge = (header: object, payload: object, secret: string, hash = 'sha256') => {
  const signed = `${part(header)}.${part(payload)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
};

describe('login', () => {
  it('accepts the email in any case and with spaces around it', async () => {
    const { status, body } = await login({ email: ' ANA@Example.Org ', password: ana.password });
    expect(status).toBe(200);
    expect(body.user).toEqual(ana.user);
    expect((await me(body.token)).body).toEqual(ana.user);
  });

  it('opens a new session each time', async () => {
    const credentials = { email: ana.email, password: ana.password };
    const [one, other] = await Promise.all([login(credentials), login(credentials)]);
    const sessions = [ana, one.body, other.body].map(({ token }) => sidOf(token));
    expect(new Set(sessions).size).toBe(3);
  });

  it('returns the same for a wrong password and for an unknown email', async () => {
    const wrong = await login({ email: ana.email, password: 'not the password' });
    const unknown = await login({ email: 'nobody@example.org', password: ana.password });
    expectRefusal(
      await login({ email: 'nul\0@example.org', password: 'x' }),
      'invalid_credentials',
    );
    expectRefusal(wrong, 'invalid_credentials');
    expect(unknown.body).toEqual(wrong.body);
    expect(unknown.status).toBe(wrong.status);
    expect(headerNames(unknown.headers)).toEqual(headerNames(wrong.headers));
  });

  it('returns invalid_credentials also for passwords that no account can have', async () => {
    for (const password of ['', 'short', 'p'.repeat(100), 'nul\0nul\0nul', 'lone \ud800']) {
      expectRefusal(await login({ email: ana.email, password }), 'invalid_credentials');
    }
  });

  it.each([
    ['ASCII', 'p'.repeat(72)],
    ['multi-byte', 'é'.repeat(36)],
  ])('rejects a longer password with the same first 72 bytes (%s)', async (name, password) => {
    const email = `${name.toLowerCase()}@example.org`;
    const body = { email, password, name };
    expect((await call(server, 'POST', '/auth/register', { body })).status).toBe(201);
    expect((await login({ email, password })).status).toBe(200);
    expectRefusal(await login({ email, password: `${password}p` }), 'invalid_credentials');
  });

  it('rejects a password with other spaces or case', async () => {
    const { email, password } = ana;
    for (const other of [` ${password}`, `${password} `, password.toUpperCase()]) {
      expectRefusal(await login({ email, password: other }), 'invalid_credentials');
    }
  });

  it('may fail without limit if RATE_LIMIT_AUTH is 0', async () => {
    const guesses = await times(30, () =>
      login({ email: ana.email, password: 'not the password' }),
    );
    expect(guesses.map(({ status }) => status)).toEqual(Array(30).fill(401));
  });

  it.each([
    ['a missing password', { email: 'ana@example.org' }],
    ['a password that is a number', { email: 'ana@example.org', password: 12_345_678 }],
    ['an email that is a list', { email: ['ana@example.org'], password: 'password of Ana' }],
    ['an unknown field', { email: 'ana@example.org', password: 'password of Ana', otp: '1' }],
    ['a list', [{ email: 'ana@example.org', password: 'password of Ana' }]],
  ])('rejects %s', async (_, body) => {
    expectRefusal(await login(body), 'validation_failed');
  });
});

it('ends the least recently used session of a user with more than a hundred', async () => {
  const cy = await signUp(server, 'Cy');
  const credentials = { email: cy.email, password: cy.password };
  const room = await generalRoom(server, cy.token);
  const socket = await openSocket(server, cy.token, room.id);
  for (let i = 0; i < 99; i += 1) expect((await login(credentials)).status).toBe(200);
  expect((await me(cy.token)).status).toBe(200);
  const { body: last } = await login(credentials);
  expect((await socket.closed).code).toBe(4002);
  expectRefusal(await me(cy.token), 'session_revoked');
  expect((await me(last.token)).status).toBe(200);
});

describe('refresh', () => {
  it('returns a new token for the same session, and keeps the old one valid', async () => {
    const { body: first } = await login({ email: ana.email, password: ana.password });
    const { status, body } = await call<Session>(server, 'POST', '/auth/refresh', first);
    expect(status).toBe(200);
    expect(body.user).toEqual(ana.user);
    expect(sidOf(body.token)).toBe(sidOf(first.token));
    expect(Date.parse(body.expiresAt)).toBeGreaterThanOrEqual(Date.parse(first.expiresAt));
    expect((await me(first.token)).status).toBe(200);
    expect((await me(body.token)).status).toBe(200);
  });

  it('requires a token', async () => {
    expectRefusal(await call(server, 'POST', '/auth/refresh'), 'token_missing');
  });
});

describe('logout', () => {
  it('ends all tokens, sockets and streams of the session, and no other session', async () => {
    const bo = await signUp(server, 'Bo');
    const { body: other } = await login({ email: bo.email, password: bo.password });
    const { body: newer } = await call<Session>(server, 'POST', '/auth/refresh', bo);
    const room = await generalRoom(server, bo.token);
    const socket = await openSocket(server, bo.token, room.id);
    const byNewer = await openSocket(server, newer.token, room.id);
    const elsewhere = await openSocket(server, other.token, room.id);
    const stream = await fetch(`${server.url}/notifications?token=${bo.token}`);

    const answer = await call(server, 'POST', '/auth/logout', bo);
    expect([answer.status, answer.body]).toEqual([204, null]);
    expect((await socket.closed).code).toBe(4002);
    expect((await byNewer.closed).code).toBe(4002);
    await stream.text(); // resolves at the end of the stream
    for (const token of [bo.token, newer.token]) {
      expectRefusal(await me(token), 'session_revoked');
      expectRefusal(await call(server, 'POST', '/auth/refresh', { token }), 'session_revoked');
      expectRefusal(await call(server, 'POST', '/auth/logout', { token }), 'session_revoked');
      const refused = openSocket(server, token, room.id);
      await expect(refused).rejects.toMatchObject({ body: { code: 'session_revoked' } });
    }
    expect((await me(other.token)).status).toBe(200);
    expect(await elsewhere.ask({ type: 'ping' })).toMatchObject({ type: 'pong' });
  });
});

it('forbids caching of every response that concerns credentials', async () => {
  const { token, email, password } = await signUp(server, 'Nocache');
  const answers = await Promise.all([
    login({ email, password }),
    login({ email, password: 'wrong' }),
    call(server, 'POST', '/auth/refresh', { token }),
    call(server, 'POST', '/auth/ticket', { token }),
    call(server, 'POST', '/auth/register', {
      body: { email: 'nostore@example.org', password: 'correct horse', name: 'Nostore' },
    }),
  ]);
  for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store');
});

describe('a token', () => {
  const HS256 = { alg: 'HS256', typ: 'JWT' };
  const now = Math.floor(Date.now() / 1000);
  const claims = () => ({
    sub: ana.user.id,
    sid: sidOf(ana.token),
    iat: now,
    exp: now + 3600,
    iss: 'charla',
  });
  const without = (name: string) => ({ ...claims(), [name]: undefined });

  it('is accepted by its signature and claims alone', async () => {
    expect((await me(forge(HS256, claims(), SECRET))).status).toBe(200);
  });

  it.each<[string, () => string]>([
    ['garbage', () => 'garbage'],
    ['three parts of garbage', () => 'a.b.c'],
    ['only dots', () => '..'],
    ['without a signature', () => `${part({ alg: 'none' })}.${part(claims())}.`],
    ['without a signature, yet with HS256', () => `${part(HS256)}.${part(claims())}.`],
    ['signed with another secret', () => forge(HS256, claims(), 'x'.repeat(48))],
    ['signed with an empty secret', () => forge(HS256, claims(), '')],
    ['of a longer hash', () => forge({ alg: 'HS512' }, claims(), SECRET, 'sha512')],
    ['of another issuer', () => forge(HS256, { ...claims(), iss: 'other' }, SECRET)],
    ['of no issuer', () => forge(HS256, without('iss'), SECRET)],
    ['without an end', () => forge(HS256, without('exp'), SECRET)],
    ['without a user', () => forge(HS256, without('sub'), SECRET)],
    ['without a session', () => forge(HS256, without('sid'), SECRET)],
    ['without a beginning', () => forge(HS256, without('iat'), SECRET)],
    ['of no type', () => forge({ alg: 'HS256' }, claims(), SECRET)],
    ['of another type', () => forge({ ...HS256, typ: 'at+jwt' }, claims(), SECRET)],
    ['of a type that is not a text', () => forge({ ...HS256, typ: 1 }, claims(), SECRET)],
    ['of a user that is not a text', () => forge(HS256, { ...claims(), sub: 1 }, SECRET)],
    ['of a session that is a number', () => forge(HS256, { ...claims(), sid: 1 }, SECRET)],
    ['of a session that is an object', () => forge(HS256, { ...claims(), sid: {} }, SECRET)],
    ['of a session that is a list', () => forge(HS256, { ...claims(), sid: ['x'] }, SECRET)],
    ['of a session that is null', () => forge(HS256, { ...claims(), sid: null }, SECRET)],
    ['issued in the future', () => forge(HS256, { ...claims(), iat: now + 3600 }, SECRET)],
    ['issued at an invalid time', () => forge(HS256, { ...claims(), iat: 'today' }, SECRET)],
    ['with an invalid end', () => forge(HS256, { ...claims(), exp: 'never' }, SECRET)],
    ['not valid yet', () => forge(HS256, { ...claims(), nbf: now + 600 }, SECRET)],
    [
      'with other claims than signed',
      () => {
        const [header, , signature] = ana.token.split('.');
        return `${header}.${part({ ...claims(), exp: now + 99_999_999 })}.${signature}`;
      },
    ],
  ])('is rejected: %s', async (_, token) => {
    expectRefusal(await me(token()), 'token_invalid');
  });

  it('is rejected as token_expired after its end', async () => {
    const token = server.app.jwt.sign({
      sub: ana.user.id,
      sid: sidOf(ana.token),
      exp: now - 1,
    });
    expectRefusal(await me(token), 'token_expired');
    const room = await generalRoom(server, ana.token);
    await expect(openSocket(server, token, room.id)).rejects.toMatchObject({
      body: { code: 'token_expired' },
    });
  });

  it.each([
    ['of another user’s session', { sub: 'somebody' }],
    ['of a session that never was', { sid: 'no-session' }],
  ])('is rejected as session_revoked: %s', async (_, changed) => {
    expectRefusal(await me(forge(HS256, { ...claims(), ...changed }, SECRET)), 'session_revoked');
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['a scheme without a token', 'Bearer'],
    ['another scheme', `Basic ${Buffer.from('ana:password of Ana').toString('base64')}`],
  ])('is missing with %s', async (_, authorization) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    expectRefusal(await call(server, 'GET', '/users/me', { headers }), 'token_missing');
  });

  it('may follow the scheme in any case', async () => {
    const headers = { authorization: `bearer ${ana.token}` };
    expect((await call(server, 'GET', '/users/me', { headers })).status).toBe(200);
  });

  it('is ignored in a query, except for sockets and streams', async () => {
    const path = `/users/me?token=${ana.token}`;
    expectRefusal(await call(server, 'GET', path), 'token_missing');
  });

  it.each([
    ['GET', '/users/me'],
    ['PATCH', '/users/me'],
    ['POST', '/auth/refresh'],
    ['POST', '/auth/logout'],
    ['POST', '/rooms'],
    ['GET', '/rooms'],
    ['GET', '/rooms/x'],
    ['POST', '/rooms/x/join'],
    ['POST', '/rooms/x/leave'],
    ['GET', '/rooms/x/users'],
    ['GET', '/rooms/x/messages'],
    ['POST', '/rooms/x/messages'],
    ['GET', '/rooms/x/messages/1'],
    ['GET', '/notifications'],
  ])('is checked before the request at %s %s', async (method, path) => {
    const body = method === 'POST' || method === 'PATCH' ? { unknown: 'field' } : undefined;
    expectRefusal(await call(server, method, path, { body }), 'token_missing');
    const { status } = await call(server, method, path, { body, token: 'garbage' });
    expect(status).toBe(401);
  });
});
