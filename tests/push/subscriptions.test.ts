import { beforeAll, describe, expect, it } from 'vitest';
import { call, signIn, signUp, signUpAdmin, type Account } from '../support/client.ts';
import { openDatabaseOf } from '../support/database.ts';
import { Browser } from '../support/push-service.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer, temporaryFolder } from '../support/server.ts';

const server = shareServer();
let admin: Account;
let ana: Account;
let bo: Account;
beforeAll(async () => {
  admin = await signUpAdmin(server, 'Admin');
  [ana, bo] = await Promise.all([signUp(server, 'Ana'), signUp(server, 'Bo')]);
});

let browsers = 0;
const newBrowser = () => new Browser(`https://push.example.org/send/${(browsers += 1)}`);
const put = (by: Account, body: unknown) =>
  call<null>(server, 'PUT', '/push/subscription', { token: by.token, body });
const remove = (by: Account, body: unknown) =>
  call<null>(server, 'DELETE', '/push/subscription', { token: by.token, body });

/** The subscriptions that the server keeps of a user. */
async function keptOf({ user }: Account): Promise<{ endpoint: string; auth: string }[]> {
  const db = await openDatabaseOf(server.dataDir);
  return db
    .selectFrom('push_subscriptions')
    .select(['endpoint', 'auth'])
    .where('user_id', '=', user.id)
    .orderBy('endpoint')
    .execute();
}
const endpointsOf = async (who: Account) => (await keptOf(who)).map(({ endpoint }) => endpoint);

it('has a key of its own, which a restart keeps, and any http address where the operator then allows it', async () => {
  const DATA_DIR = temporaryFolder();
  const keyOf = async (at: { url: string }, token: string) => {
    const { status, body } = await call<{ publicKey: string }>(at, 'GET', '/push/key', { token });
    expect(status).toBe(200);
    return body;
  };
  const first = await startServer({ DATA_DIR });
  const { token } = await signUp(first, 'Ana');
  const key = await keyOf(first, token);
  expect(key).toEqual({ publicKey: expect.stringMatching(/^B[\w-]{86}$/) });
  await first.stop();
  const open = await startServer({ DATA_DIR, WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' });
  expect(await keyOf(open, token)).toEqual(key);
  expect(await keyOf(server, ana.token)).not.toEqual(key);
  for (const endpoint of ['http://127.0.0.1:8080/x', 'http://push/x', 'https://[::1]/x']) {
    const body = new Browser(endpoint);
    const { status } = await call(open, 'PUT', '/push/subscription', { token, body });
    expect([endpoint, status]).toEqual([endpoint, 204]);
  }
  const body = new Browser('ftp://127.0.0.1/x');
  const answer = await call(open, 'PUT', '/push/subscription', { token, body });
  expectRefusal(answer, 'validation_failed', ['/endpoint']);
});

it('keeps a subscription once, with its newest keys, until it is deleted', async () => {
  const browser = newBrowser();
  const other = new Browser(browser.endpoint);
  for (const one of [browser, browser, other]) {
    const { status, body } = await put(ana, one);
    expect([status, body]).toEqual([204, null]);
  }
  expect(await keptOf(ana)).toEqual([
    { endpoint: browser.endpoint, auth: other.toJSON().keys.auth },
  ]);
  const { endpoint } = browser;
  // Another's is not deleted, and nothing tells whether there is one.
  for (const by of [bo, ana, ana]) {
    const { status, body } = await remove(by, { endpoint });
    expect([status, body]).toEqual([204, null]);
    expect(await endpointsOf(ana)).toEqual(by === bo ? [endpoint] : []);
  }
});

it('belongs to the account that put it last, as at a shared browser', async () => {
  const browser = newBrowser();
  await put(ana, browser);
  await put(bo, browser);
  expect([await endpointsOf(ana), await endpointsOf(bo)]).toEqual([[], [browser.endpoint]]);
  await remove(ana, { endpoint: browser.endpoint });
  expect(await endpointsOf(bo)).toEqual([browser.endpoint]);
});

it('accepts when it expires', async () => {
  const zoe = await signUp(server, 'Zoe');
  const browser = newBrowser();
  expect((await put(zoe, { ...browser.toJSON(), expirationTime: 1.8e12 + 0.5 })).status).toBe(204);
  expect(await endpointsOf(zoe)).toEqual([browser.endpoint]);
});

describe('ends with its session', () => {
  const password = 'another good password';
  it.each<[string, (session: Account, other: Account) => Promise<{ status: number }>]>([
    ['by a logout', (session) => call(server, 'POST', '/auth/logout', session)],
    [
      'ended from another session',
      async (session, other) => {
        const { sid } = JSON.parse(
          Buffer.from(session.token.split('.')[1]!, 'base64url').toString(),
        ) as { sid: string };
        return call(server, 'DELETE', `/auth/sessions/${sid}`, other);
      },
    ],
    [
      'by a new password',
      (_, { token, password: currentPassword }) =>
        call(server, 'PATCH', '/users/me', { token, body: { password, currentPassword } }),
    ],
    [
      'by the end of the account',
      ({ user }) =>
        call(server, 'PATCH', `/admin/users/${user.id}`, {
          token: admin.token,
          body: { isDisabled: true },
        }),
    ],
  ])('%s', async (how, end) => {
    const name = `Who is ended ${how}`;
    const other = await signUp(server, name);
    const session = await signIn(server, name);
    const [browser, staying] = [newBrowser(), newBrowser()];
    await put(session, browser);
    await put(other, staying);
    expect((await end(session, other)).status).toBeLessThan(300);
    const endsAll = /password|account/.test(how);
    expect(await endpointsOf(other)).toEqual(endsAll ? [] : [staying.endpoint]);
  });
});

it('keeps the newest three of a session, and thirty of a user', async () => {
  const name = 'Who has many';
  const first = await signUp(server, name);
  const endpoints: string[] = [];
  for (let i = 0; i < 12; i += 1) {
    const session = i === 0 ? first : await signIn(server, name);
    for (let n = 0; n < 4; n += 1) {
      const browser = newBrowser();
      await put(session, browser);
      if (n > 0) endpoints.push(browser.endpoint);
    }
  }
  expect(await endpointsOf(first)).toEqual(endpoints.slice(-30).toSorted());
});

describe('a subscription is rejected', () => {
  const whole = newBrowser().toJSON();
  const { keys } = whole;
  const compressed = Buffer.from(keys.p256dh, 'base64url');
  compressed[0] = 6 + (compressed.at(-1)! & 1);
  const offCurve = Buffer.from(keys.p256dh, 'base64url');
  offCurve[40]! ^= 1;
  it.each<[string, unknown, string]>([
    ['without an endpoint', { keys }, ''],
    ['without keys', { endpoint: whole.endpoint }, ''],
    ['with an unknown field', { ...whole, options: {} }, '/options'],
    ['with an unknown key', { ...whole, keys: { ...keys, ecdsa: 'x' } }, '/keys/ecdsa'],
    [
      'with an endpoint that is too long',
      { ...whole, endpoint: `https://push.example.org/${'x'.repeat(1024)}` },
      '/endpoint',
    ],
    [
      'with a point that is too short',
      { ...whole, keys: { ...keys, p256dh: keys.p256dh.slice(1) } },
      '/keys/p256dh',
    ],
    [
      'with a point of another form',
      { ...whole, keys: { ...keys, p256dh: compressed.toString('base64url') } },
      '/keys/p256dh',
    ],
    [
      'with a point that is not on the curve',
      { ...whole, keys: { ...keys, p256dh: offCurve.toString('base64url') } },
      '/keys/p256dh',
    ],
    [
      'with a secret that is too long',
      { ...whole, keys: { ...keys, auth: `${keys.auth}AA` } },
      '/keys/auth',
    ],
    ['with an end that is no time', { ...whole, expirationTime: 'never' }, '/expirationTime'],
    ['with an end before 1970', { ...whole, expirationTime: -1 }, '/expirationTime'],
  ])('%s', async (_, body, path) => {
    expectRefusal(await put(ana, body), 'validation_failed', [path]);
    expect(await endpointsOf(ana)).toEqual([]);
  });

  it.each([
    'no URL',
    'http://push.example.org/',
    'ftp://push.example.org/',
    'file:///etc/passwd',
    'https://ana:secret@push.example.org/',
    'https://localhost/',
    'https://push.localhost./',
    'https://printer.local/',
    'https://metadata.google.internal/',
    'https://router/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://0/',
    'https://１２７.0.0.1/',
    'https://10.1.2.3/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
  ])('with the endpoint %s', async (endpoint) => {
    expectRefusal(await put(ana, { ...whole, endpoint }), 'validation_failed', ['/endpoint']);
    expect(await endpointsOf(ana)).toEqual([]);
  });
});
