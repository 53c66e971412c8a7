import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/protocol/resources.ts';
import { call, SETUP_CODE, signUp, signUpAdmin, type At } from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer, temporaryFolder, type Env } from '../support/server.ts';

let people = 0;
/** Registers a new user with a setup code. */
function register(server: At, setupCode: string) {
  people += 1;
  const [email, name] = [`person-${people}@example.org`, `Person ${people}`];
  const body = { email, name, password: 'correct horse', setupCode };
  return call<Session>(server, 'POST', '/auth/register', { body });
}

/** Starts a server; `urls` returns the setup URLs in its log. */
async function startLogged(env: Env) {
  const lines: string[] = [];
  const server = await startServer(env, (line) => lines.push(line));
  const urls = () =>
    lines
      .map((line) => JSON.parse(line) as { msg: string; url?: string })
      .flatMap(({ msg, url }) => (msg.includes('no admin') ? [url!] : []));
  return { server, lines, urls };
}

const codeIn = (url: string) => new URL(url).searchParams.get('setup')!;

describe('the admin of a new server', () => {
  // One after the other, until there is an admin.
  const server = shareServer();

  it('is not simply the first user', async () => {
    for (const name of ['Ana', 'Bo']) {
      expect((await signUp(server, name)).user.isAdmin).toBe(false);
    }
  });

  it('needs the exact setup code, without which no account is created', async () => {
    const wrong = [`${SETUP_CODE}!`, SETUP_CODE.slice(0, -1), SETUP_CODE.toUpperCase(), ''];
    for (const code of wrong) {
      const { message } = expectRefusal(await register(server, code), 'forbidden');
      expect([code, message]).toEqual([code, expect.stringMatching(/wrong/)]);
    }
    expectRefusal(await register(server, 'x'.repeat(201)), 'validation_failed', ['/setupCode']);
    const cy = await signUp(server, 'Cy');
    const { body } = await call<{ users: { name: string }[] }>(server, 'GET', '/users', cy);
    expect(body.users.map(({ name }) => name)).toEqual(['Ana', 'Bo', 'Cy']);
  });

  it('is the one user who registers with the code, even if several try at once, also after one has failed for another reason', async () => {
    const taken = {
      email: 'x@example.org',
      name: 'ANA',
      password: 'correct horse',
      setupCode: SETUP_CODE,
    };
    expectRefusal(await call(server, 'POST', '/auth/register', { body: taken }), 'name_taken');
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => register(server, SETUP_CODE)),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made.map(({ body }) => body.user.isAdmin)).toEqual([true]);
    for (const refused of answers.filter(({ status }) => status !== 201)) {
      expectRefusal(refused, 'forbidden');
    }
    const { message } = expectRefusal(await register(server, SETUP_CODE), 'forbidden');
    expect(message).toMatch(/was used/);
    expect((await signUp(server, 'Late')).user.isAdmin).toBe(false);
  });

  it('can register while registration is closed, and nobody else can', async () => {
    const closed = await startServer({ REGISTRATION: 'closed' });
    expectRefusal(await register(closed, 'x'.repeat(20)), 'forbidden');
    await expect(signUp(closed, 'Ana')).rejects.toThrow('forbidden');
    expect((await signUpAdmin(closed, 'Bo')).user.isAdmin).toBe(true);
    expectRefusal(await register(closed, SETUP_CODE), 'forbidden');
    await expect(signUp(closed, 'Ana')).rejects.toThrow('forbidden');
  });
});

it('limits guesses of the setup code like failed logins', async () => {
  const server = await startServer({ RATE_LIMIT_AUTH: '3' });
  for (let i = 0; i < 3; i += 1) expectRefusal(await register(server, `guess ${i}`), 'forbidden');
  expectRefusal(await register(server, 'guess 4'), 'rate_limited');
  // Now the right code has to wait, too.
  expectRefusal(await register(server, SETUP_CODE), 'rate_limited');
});

describe('the log at the start', () => {
  it('contains the setup URL while there is no admin, and the code nowhere else', async () => {
    const { server, lines, urls } = await startLogged({ LOG_LEVEL: 'trace' });
    expect(urls()).toEqual([`${server.url}/?setup=${encodeURIComponent(SETUP_CODE)}`]);
    expect((await fetch(urls()[0]!)).status).toBe(200);
    await register(server, `${SETUP_CODE}?`);
    await register(server, SETUP_CODE);
    await server.stop();
    const written = encodeURIComponent(SETUP_CODE);
    const naming = lines.filter((line) => line.includes(SETUP_CODE) || line.includes(written));
    expect(naming).toHaveLength(1);
    expect(lines.join('')).toContain('"/?…"');
    const again = await startLogged({ LOG_LEVEL: 'trace', DATA_DIR: server.dataDir });
    expect(again.urls()).toEqual([]);
    expectRefusal(await register(again.server, SETUP_CODE), 'forbidden');
  });

  it('contains a random code of 128 bits, the same at each start, if none is set, in a URL that a browser can open if the server listens on all addresses', async () => {
    const folder = temporaryFolder();
    const env = { SETUP_CODE: '', DATA_DIR: folder };
    const first = await startLogged({ ...env, HOST: '0.0.0.0' });
    expect(first.urls()[0]).toMatch(/^http:\/\/localhost:\d+\/\?setup=/);
    const code = codeIn(first.urls()[0]!);
    // 32 digits of 4 bits.
    expect(code).toMatch(/^[\da-f]{32}$/);
    await signUp(first.server, 'Ana');
    await first.server.stop();
    const second = await startLogged(env);
    expect(second.urls().map(codeIn)).toEqual([code]);
    const other = await startLogged({ SETUP_CODE: '', HOST: '::1' });
    expect(other.urls()[0]).toMatch(/^http:\/\/\[::1\]:\d+\/\?setup=/);
    expect(codeIn(other.urls()[0]!)).not.toBe(code);
    expectRefusal(await register(second.server, codeIn(other.urls()[0]!)), 'forbidden');
    expect((await register(second.server, code)).body.user.isAdmin).toBe(true);
    for (const any of [code, 'x'.repeat(32)]) {
      const { message } = expectRefusal(await register(second.server, any), 'forbidden');
      expect(message).toMatch(/was used/);
    }
  });
});
