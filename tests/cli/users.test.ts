import { expect, it } from 'vitest';
import { charla, refused, settingsOf, type Run } from '../support/charla.ts';
import {
  call,
  createRoom,
  login,
  openLiveSocket,
  openStream,
  signUp,
  SETUP_CODE,
} from '../support/client.ts';
import { shareServer } from '../support/server.ts';

/* The operator changes accounts beside a running server, which takes the changes in. */

const server = shareServer();

const user = async (args: readonly string[], input = ''): Promise<Run> =>
  charla(['user', ...args], { env: await settingsOf(server.dataDir), input });

const done = (line: string) => ({ code: 0, signal: null, stdout: `${line}\n`, stderr: '' });

it('creates accounts that can sign in at once, and refuses an email or a name that is taken', async () => {
  const credentials = { email: 'ana@example.org', password: 'correct horse' };
  expect(await user(['create', ' Ana@example.org ', '--name', 'Ana'], 'correct horse\n')).toEqual(
    done('Ana (Ana@example.org) is created.'),
  );
  const { status, body } = await login(server, credentials);
  expect({ status, name: body.user.name, isAdmin: body.user.isAdmin }).toEqual({
    status: 200,
    name: 'Ana',
    isAdmin: false,
  });
  const failure = 'Charla cannot create the account';
  for (const [email, name, why] of [
    ['ANA@example.org', 'Other', 'An account with this email exists.*'],
    ['other@example.org', ' ana', '.*name.*'],
  ] as const) {
    expect(await user(['create', email, '--name', name], 'correct horse')).toEqual(
      refused(1, new RegExp(`${failure}: ${why}`)),
    );
  }
  const short = await user(['create', 'bo@example.org', '--name', 'Bo'], 'short');
  expect(short).toEqual(refused(1, new RegExp(`${failure}: password must .*`)));
  const none = await user(['create', 'bo@example.org', '--name', 'Bo']);
  expect(none).toEqual(refused(1, new RegExp(`${failure}: standard input is empty; .*`)));
});

it('sets a password that ends all sessions: sockets and streams close within a second', async () => {
  const cy = await signUp(server, 'Cy');
  const { id } = await createRoom(server, cy.token, 'kitchen');
  const socket = await openLiveSocket(server, cy.token, id);
  const stream = openStream(server, cy.token);
  await stream.next('live');
  const changed = await user(['password', cy.email, '--json'], 'another password');
  const endedAt = performance.now();
  expect(JSON.parse(changed.stdout)).toMatchObject({ user: { email: cy.email }, endedSessions: 1 });
  expect(await socket.closed).toMatchObject({ code: 4002 });
  expect(performance.now() - endedAt).toBeLessThan(SECOND);
  const refusal = await call<{ code: string }>(server, 'GET', '/users/me', { token: cy.token });
  expect(refusal.body.code).toBe('session_revoked');
  expect((await login(server, { email: cy.email, password: cy.password })).status).toBe(401);
  const { email } = cy;
  expect((await login(server, { email, password: 'another password' })).status).toBe(200);
});

/** What the server has, and what a busy machine may add. */
const SECOND = 1000 + 2000;

it('makes the first admin without the setup code, which is void from then on', async () => {
  const args = ['create', 'root@example.org', '--name', 'Root', '--admin'];
  const made = await user(args, 'correct horse');
  expect(made).toEqual(done('Root (root@example.org) is created, as an admin.'));
  const body = {
    email: 'x@example.org',
    name: 'X',
    password: 'correct horse',
    setupCode: SETUP_CODE,
  };
  expect((await call(server, 'POST', '/auth/register', { body })).status).toBe(403);
});

it('makes admins, which those who see them learn, and does not unmake the last one', async () => {
  const dora = await signUp(server, 'Dora');
  const { id } = await createRoom(server, dora.token, 'garden');
  const socket = await openLiveSocket(server, dora.token, id);
  expect(await user(['admin', dora.email])).toEqual(done(`Dora (${dora.email}) is an admin.`));
  expect(await socket.next('user.updated')).toMatchObject({ user: { isAdmin: true } });
  expect(await user(['no-admin', 'root@example.org'])).toMatchObject({ code: 0 });
  expect(await user(['no-admin', dora.email])).toEqual(
    refused(1, /Charla cannot change the account: This is the last admin of the server; .*/),
  );
});

it('disables accounts, whose sockets close, and enables them again', async () => {
  const eva = await signUp(server, 'Eva');
  const { id } = await createRoom(server, eva.token, 'attic');
  const socket = await openLiveSocket(server, eva.token, id);
  expect(await user(['disable', eva.email])).toMatchObject({ code: 0 });
  expect(await socket.closed).toMatchObject({ code: 4002 });
  const { email, password } = eva;
  expect((await login(server, { email, password })).status).toBe(403);
  expect(await user(['enable', eva.email])).toMatchObject({ code: 0 });
  expect((await login(server, { email, password })).status).toBe(200);
});

it('makes a link that sets a password, beside a running server', async () => {
  const flo = await signUp(server, 'Flo');
  const made = await user(['reset-link', flo.email]);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const [first, url, last] = made.stdout.split('\n');
  expect(first).toMatch(/^Flo \(.*\) can set a new password here, once, until 20.*Z:$/);
  expect(url).toMatch(/^\/\?reset=[\w-]{43}$/);
  expect(last).toMatch(/^PUBLIC_URL is not set/);
  const body = { token: url!.slice('/?reset='.length), password: 'a new password' };
  expect((await call(server, 'POST', '/auth/reset', { body })).status).toBe(200);
  expect((await call(server, 'GET', '/users/me', { token: flo.token })).status).toBe(401);
  const PUBLIC_URL = 'https://chat.example.org';
  const env = { ...(await settingsOf(server.dataDir)), PUBLIC_URL };
  const { stdout } = await charla(['user', 'reset-link', flo.email, '--json'], { env });
  const url2 = expect.stringMatching(`^${PUBLIC_URL}/\\?reset=`) as unknown;
  expect(JSON.parse(stdout)).toMatchObject({ user: { email: flo.email }, url: url2 });
  expect(await user(['reset-link', 'nobody@example.org'])).toEqual(
    refused(1, /Charla cannot make the link: No account has this email/),
  );
});
