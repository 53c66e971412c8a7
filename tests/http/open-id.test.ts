import { afterEach, expect, it, vi } from 'vitest';
import type { NewApiToken } from '../../src/protocol/bots.ts';
import type { Me, Session } from '../../src/protocol/resources.ts';
import { call, openLiveSocket, generalRoom, signUp, signUpAdmin } from '../support/client.ts';
import { CookieJar } from '../support/cookie-jar.ts';
import { CLIENT, shareOpenIdProvider } from '../support/openid-provider.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer } from '../support/server.ts';

const provider = shareOpenIdProvider();
const lines: string[] = [];
const env = {
  ...CLIENT,
  REGISTRATION: 'open',
  get OIDC_ISSUER() {
    return provider.issuer;
  },
  get PUBLIC_URL() {
    return provider.publicUrl;
  },
  get PORT() {
    return new URL(provider.publicUrl).port;
  },
};
const server = shareServer(env, undefined, (line) => void lines.push(line));

afterEach(() => {
  vi.useRealTimers();
  provider.isThere = true;
  provider.respond = null;
  provider.clockOffset = 0;
  lines.length = 0;
});

/** How long the ID tokens of the provider are good, in milliseconds. */
const HOUR = 3_600_000;

/** Where the server sends a browser to sign in. */
const depart = (jar: CookieJar) => jar.follow(`${server.url}/auth/oidc`, provider.issuer);

/** Signs in at the provider, from the address that the server sent the browser to. Returns the way back. */
async function signInAt(jar: CookieJar, address: URL, login: string): Promise<URL> {
  let url = await jar.follow(address, `${provider.issuer}/interaction`);
  for (const form of [{ prompt: 'login', login, password: 'any' }, { prompt: 'consent' }]) {
    const done = await jar.fetch(url, form);
    const next = new URL(done.headers.get('location')!, url);
    const last = form.prompt === 'consent';
    url = await jar.follow(next, last ? server.url : `${provider.issuer}/interaction`);
  }
  return url;
}

/** What the page hears of a sign-in that came back to this address. */
async function resultOf(jar: CookieJar, callback: URL): Promise<string | null> {
  const page = await jar.follow(callback, `${server.url}/?`);
  return page.searchParams.get('signIn');
}

/** Gets the session that the callback has left for the page. */
async function sessionOf(jar: CookieJar): Promise<Session> {
  const { body } = await exchange(jar);
  return body;
}
const exchange = (jar: CookieJar) => {
  const cookie = [...jar.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');
  return call<Session>(server, 'POST', '/auth/oidc/session', { headers: { cookie } });
};

/** The whole way. */
async function signIn(login: string): Promise<Session> {
  const jar = new CookieJar();
  const callback = await signInAt(jar, await depart(jar), login);
  expect(await resultOf(jar, callback)).toBe('done');
  return sessionOf(jar);
}

it('signs in with PKCE, state and nonce, and keeps what it needs in a cookie of the browser', async () => {
  provider.claims.set('ana', { name: 'Ana', email: 'ana@example.org', email_verified: true });
  const jar = new CookieJar();
  const address = await depart(jar);
  expect(Object.fromEntries(address.searchParams)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    redirect_uri: `${server.url}/auth/oidc/callback`,
  });
  const departure = jar.cookies.get('charla-departure');
  expect(departure?.attributes).toBe('; Path=/auth/oidc; Max-Age=600; HttpOnly; SameSite=Lax');
  const callback = await signInAt(jar, address, 'ana');
  expect(await resultOf(jar, callback)).toBe('done');
  expect(jar.cookies.has('charla-departure')).toBe(false);
  const code = jar.cookies.get('charla-sign-in');
  expect(code?.attributes).toBe('; Path=/auth/oidc; Max-Age=30; HttpOnly; SameSite=Strict');
  const answer = await exchange(jar);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const { token, user } = answer.body;
  expect(user).toMatchObject({ name: 'Ana', email: 'ana@example.org', isAdmin: false });
  // The code is good once, and no ticket.
  expectRefusal(await exchange(jar), 'token_invalid');
  expectRefusal(await call(server, 'POST', '/auth/oidc/session'), 'token_invalid');
  // The session is like any other: its token is renewed, and it ends with its sockets.
  expect((await call<Session>(server, 'POST', '/auth/refresh', { token })).status).toBe(200);
  const socket = await openLiveSocket(server, token, (await generalRoom(server, token)).id);
  await call(server, 'POST', '/auth/logout', { token });
  expect((await socket.closed).code).toBe(4002);
  // The same person gets the same account, whatever the provider calls them now.
  provider.claims.set('ana', { name: 'Ana Lucia' });
  expect((await signIn('ana')).user).toEqual(user);
});

it('finds the account of a verified email, whose password, sessions and API tokens end then', async () => {
  const bo = await signUp(server, 'Bo');
  const made = { token: bo.token, body: { name: 'of whoever made the account' } };
  const apiToken = (await call<NewApiToken>(server, 'POST', '/users/me/tokens', made)).body;
  const room = await generalRoom(server, bo.token);
  const socket = await openLiveSocket(server, apiToken.token, room.id);
  provider.claims.set('bo', { name: 'Bo', email: bo.email, email_verified: true });
  const { user, token } = await signIn('bo');
  expect(user).toMatchObject({ id: bo.user.id, hasPassword: false });
  expectRefusal(await call(server, 'GET', '/users/me', bo), 'session_revoked');
  expectRefusal(await call(server, 'GET', '/users/me', apiToken), 'token_invalid');
  expect((await socket.closed).code).toBe(4002);
  const { email, password } = bo;
  const login = () => call(server, 'POST', '/auth/login', { body: { email, password } });
  expectRefusal(await login(), 'invalid_credentials');
  // A new sign-in stands for the password that there is no more, for ten minutes.
  const change = () => call<Me>(server, 'PATCH', '/users/me', { token, body: { password } });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 });
  expect(expectRefusal(await change(), 'forbidden').message).toContain('sign in again');
  vi.useRealTimers();
  expect((await change()).body).toMatchObject({ hasPassword: true });
  expect((await login()).status).toBe(200);
});

it('makes an account with a name that is free, where the email is not verified or another has it', async () => {
  const carla = await signUp(server, 'Carla');
  provider.claims.set('carla', { name: 'Carla', email: carla.email, email_verified: false });
  const { user, token } = await signIn('carla');
  expect(user).toMatchObject({ name: 'Carla 2', email: null });
  // Nobody could sign in with it.
  const password = { token, body: { password: 'a new password' } };
  const refused = await call(server, 'PATCH', '/users/me', password);
  expect(expectRefusal(refused, 'forbidden').message).toContain('no email');
  expect(user.id).not.toBe(carla.user.id);
  expect((await call(server, 'GET', '/users/me', carla)).status).toBe(200);
});

it('makes a new account for whoever comes back after they deleted theirs', async () => {
  provider.claims.set('igor', { name: 'Igor', email: 'igor@example.org', email_verified: true });
  const { token, user } = await signIn('igor');
  const remove = () => call(server, 'DELETE', '/users/me', { token, body: {} });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 });
  expect(expectRefusal(await remove(), 'forbidden').message).toContain('sign in again');
  vi.useRealTimers();
  expect((await remove()).status).toBe(204);
  const back = await signIn('igor');
  expect(back.user).toMatchObject({ name: 'Igor', email: 'igor@example.org' });
  expect(back.user.id).not.toBe(user.id);
});

it('says that a disabled account is disabled', async () => {
  const { token } = await signUpAdmin(server, 'Admin');
  const { user } = await signIn('dora');
  const early = new CookieJar();
  expect(await resultOf(early, await signInAt(early, await depart(early), 'dora'))).toBe('done');
  const body = { isDisabled: true };
  await call(server, 'PATCH', `/admin/users/${user.id}`, { token, body });
  const jar = new CookieJar();
  const callback = await signInAt(jar, await depart(jar), 'dora');
  expect(await resultOf(jar, callback)).toBe('disabled');
  expectRefusal(await exchange(jar), 'token_invalid');
  // Nor does a sign-in that the page had not fetched yet.
  expectRefusal(await exchange(early), 'session_revoked');
});

it('refuses what did not begin in this browser, or has come back before', async () => {
  const jar = new CookieJar();
  const address = await depart(jar);
  const tampered = new URL(address);
  tampered.searchParams.set('state', 'of somebody else');
  expect(await resultOf(jar, await signInAt(jar, tampered, 'eva'))).toBe('expired');
  // Without the cookie, with one that is not signed here, and after ten minutes.
  const other = new CookieJar();
  const callback = await signInAt(other, await depart(other), 'eva');
  expect(await resultOf(new CookieJar(), callback)).toBe('expired');
  const departure = other.cookies.get('charla-departure')!;
  const forger = new CookieJar();
  const [text, signature] = departure.value.split('.') as [string, string];
  for (const value of [`${text}x.${signature}`, `${text}.${'A'.repeat(43)}`, text, 'x.y']) {
    forger.cookies.set('charla-departure', { ...departure, value });
    expect(await resultOf(forger, callback)).toBe('expired');
  }
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 });
  forger.cookies.set('charla-departure', departure);
  expect(await resultOf(forger, callback)).toBe('expired');
  vi.useRealTimers();
  // The code is good once: the provider refuses a second use.
  expect(await resultOf(other, callback)).toBe('done');
  other.cookies.set('charla-departure', departure);
  expect(await resultOf(other, callback)).toBe('failed');
  expect(lines.join()).toContain('a sign-in by the OpenID provider failed');
});

it('refuses an ID token of another sign-in, or one that is over, but for a small difference of the clocks', async () => {
  const jar = new CookieJar();
  const address = await depart(jar);
  address.searchParams.set('nonce', 'of another sign-in');
  expect(await resultOf(jar, await signInAt(jar, address, 'fred'))).toBe('failed');
  provider.clockOffset = -HOUR - 30_000;
  expect((await signIn('fred')).user.name).toMatch(/^Guest/);
  provider.clockOffset = -HOUR - 120_000;
  const late = new CookieJar();
  expect(await resultOf(late, await signInAt(late, await depart(late), 'fred'))).toBe('failed');
});

it('goes on with the new keys of the provider', async () => {
  await signIn('gina');
  await provider.renew();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  expect((await signIn('gina')).token).toMatch(/./);
});

it('says that somebody has cancelled, and that the provider is out of reach', async () => {
  const jar = new CookieJar();
  const address = await depart(jar);
  const back = new URL(`${server.url}/auth/oidc/callback?error=access_denied`);
  back.searchParams.set('state', address.searchParams.get('state')!);
  back.searchParams.set('iss', provider.issuer);
  expect(await resultOf(jar, back)).toBe('cancelled');
  const other = new CookieJar();
  const callback = await signInAt(other, await depart(other), 'hans');
  provider.isThere = false;
  expect(await resultOf(other, callback)).toBe('unavailable');
  const unreachable = await new CookieJar().follow(`${server.url}/auth/oidc`, `${server.url}/?`);
  expect(unreachable.searchParams.get('signIn')).toBe('unavailable');
  expect(lines.join()).toContain('the OpenID provider could not be reached');
  // Everything else works meanwhile.
  expect((await signUp(server, 'Hans')).user.name).toBe('Hans');
  provider.isThere = true;
  // What it says of itself is true, and longer than the server reads.
  const metadata = await fetch(`${provider.issuer}/.well-known/openid-configuration`);
  const long = (await metadata.text()) + ' '.repeat(1024 * 1024);
  provider.respond = (response) => response.setHeader('content-type', 'application/json').end(long);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6000 });
  const tooLong = await new CookieJar().follow(`${server.url}/auth/oidc`, `${server.url}/?`);
  expect(tooLong.searchParams.get('signIn')).toBe('unavailable');
  expect(lines.join()).toContain('more than 1048576 bytes');
  provider.respond = null;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 12_000 });
  await signIn('hans');
});

/** The address and the fields of the only form of a page. */
function formOf(page: string) {
  const attribute = (tag: string, name: string) => new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1];
  const inputs = page.match(/<input[^>]*>/g) ?? [];
  return {
    action: attribute(/<form[^>]*>/.exec(page)![0], 'action')!,
    fields: Object.fromEntries(
      inputs.map((tag) => [attribute(tag, 'name')!, attribute(tag, 'value')!]),
    ),
  };
}

it('brings who has signed out here to the sign-out of the provider, and back to the page', async () => {
  const jar = new CookieJar();
  const callback = await signInAt(jar, await depart(jar), 'jana');
  expect(await resultOf(jar, callback)).toBe('done');
  const { token } = await sessionOf(jar);
  expect((await call(server, 'POST', '/auth/logout', { token })).status).toBe(204);
  const away = await jar.follow(`${server.url}/auth/oidc/logout`, provider.issuer);
  const asked = formOf(await (await jar.fetch(away)).text());
  const done = await jar.fetch(asked.action, { ...asked.fields, logout: 'yes' });
  expect(done.headers.get('location')).toBe(`${server.url}/`);
  // The provider asks for the login again, where it knew the browser before.
  const next = await jar.follow(`${server.url}/auth/oidc`, `${provider.issuer}/interaction`);
  expect(await (await jar.fetch(next)).text()).toContain('name="login"');
});

it('brings who has signed out to the page where the provider has no sign-out, or is gone', async () => {
  provider.isThere = false;
  const gone = await startServer({ ...env, PORT: '0' });
  const reply = await fetch(`${gone.url}/auth/oidc/logout`, { redirect: 'manual' });
  expect(reply.headers.get('location')).toBe(`${server.url}/`);
  provider.isThere = true;
  const metadata = await fetch(`${provider.issuer}/.well-known/openid-configuration`);
  const { end_session_endpoint: _, ...rest } = (await metadata.json()) as Record<string, unknown>;
  provider.respond = (response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(rest));
  const without = await startServer({ ...env, PORT: '0' });
  const back = await fetch(`${without.url}/auth/oidc/logout`, { redirect: 'manual' });
  expect(back.headers.get('location')).toBe(`${server.url}/`);
});

it('has no such routes without a provider', async () => {
  const plain = await startServer();
  for (const [method, path] of [
    ['GET', '/auth/oidc'],
    ['GET', '/auth/oidc/callback'],
    ['GET', '/auth/oidc/logout'],
    ['POST', '/auth/oidc/session'],
  ] as const) {
    expectRefusal(await call(plain, method, path), 'not_found');
  }
});
