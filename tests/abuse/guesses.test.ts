import { expect, it } from 'vitest';
import { call, emailOf, passwordOf, signIn, signUp, type Account } from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { PATIENCE, print, scaled } from '../faults/support/scale.ts';

const LIMIT = 10;
const limited = { RATE_LIMIT_AUTH: String(LIMIT), TRUST_PROXY: '1' };
const HOME = '198.51.100.7';

const login = (server: TestServer, name: string, address: string, password = passwordOf(name)) =>
  call<{ code?: string }>(server, 'POST', '/auth/login', {
    body: { email: emailOf(name), password },
    headers: { 'x-forwarded-for': address },
  });

it(
  'keeps nobody out where they have signed in before, however many guess at their password',
  { timeout: PATIENCE },
  async () => {
    const server = await startServer(limited);
    await signUp(server, 'Ana');
    expect((await login(server, 'Ana', HOME)).status).toBe(200);
    const guesses = scaled(300, 10_000);
    const outcomes = { wrong: 0, refused: 0 };
    for (let i = 0; i < guesses; i += 1) {
      const address = `2001:db8:${(i % 5000).toString(16)}::1`;
      const { status } = await login(server, 'Ana', address, `guess ${i}`);
      outcomes[status === 401 ? 'wrong' : 'refused'] += 1;
      if (i % 100 === 50) expect((await login(server, 'Ana', HOME)).status).toBe(200);
    }
    // Whoever is new is told to wait, with the right password, too.
    expectRefusal(await login(server, 'Ana', '203.0.113.1'), 'rate_limited');
    expect((await login(server, 'Ana', HOME)).status).toBe(200);
    const minutes = Math.ceil(guesses / LIMIT);
    expect(outcomes.wrong).toBeLessThanOrEqual(scaled(2 * LIMIT, minutes));
    print(`${guesses} guesses from as many networks: ${outcomes.wrong} were compared`);
  },
);

it('counts guesses from a known place against that place alone', async () => {
  const server = await startServer(limited);
  await signUp(server, 'Ana');
  await signUp(server, 'Bo');
  for (const name of ['Ana', 'Bo']) expect((await login(server, name, HOME)).status).toBe(200);
  for (let i = 0; i < LIMIT; i += 1) {
    expect((await login(server, 'Ana', HOME, `guess ${i}`)).status).toBe(401);
  }
  expectRefusal(await login(server, 'Ana', HOME), 'rate_limited');
  // Neither others there nor Ana elsewhere pay for it.
  expect((await login(server, 'Bo', HOME)).status).toBe(200);
  expect((await login(server, 'Ana', '203.0.113.1')).status).toBe(200);
});

it('remembers where somebody signed in over a restart, twenty places at most', async () => {
  const first = await startServer(limited);
  await signUp(first, 'Ana');
  for (let i = 0; i < 21; i += 1) {
    expect((await login(first, 'Ana', `198.51.100.${i}`)).status).toBe(200);
  }
  await first.stop();
  const server = await startServer({ ...limited, DATA_DIR: first.dataDir });
  for (let i = 0; i < LIMIT; i += 1) await login(server, 'Ana', `203.0.113.${i}`, 'guess');
  expect((await login(server, 'Ana', '198.51.100.20')).status).toBe(200);
  expect((await login(server, 'Ana', '198.51.100.1')).status).toBe(200);
  expectRefusal(await login(server, 'Ana', '198.51.100.0'), 'rate_limited');
});

it.each([
  ['of other addresses', (i: number) => `192.0.2.${i}`],
  ['of the same address', () => HOME],
])('serves an honest login among a hundred and twenty %s', async (_, addressOf) => {
  const server = await startServer({ ...limited, BCRYPT_COST: '8', RATE_LIMIT_AUTH: '100' });
  const crowd = 12;
  const people: Account[] = [];
  for (let i = 0; i < crowd; i += 1) people.push(await signUp(server, `Person ${i}`));
  await signUp(server, 'Honest');
  const finished: string[] = [];
  const flood = people.flatMap((_person, i) =>
    Array.from({ length: 10 }, async () => {
      const { status } = await login(server, `Person ${i}`, addressOf(i));
      finished.push('flood');
      return status;
    }),
  );
  await expect.poll(() => finished.length, { timeout: 20_000 }).toBeGreaterThan(3);
  const honest = await login(server, 'Honest', HOME);
  const before = finished.length;
  expect(honest.status).toBe(200);
  // One turn of each of the others, and what was on its way already.
  expect(before).toBeLessThan(4 * crowd);
  expect(await Promise.all(flood)).toEqual(Array(10 * crowd).fill(200));
  print(`an honest login was answered after ${before} of ${10 * crowd} others`);
});

it('refuses the newest of whoever asks for the most where too many logins wait', async () => {
  const server = await startServer({ ...limited, BCRYPT_COST: '8', RATE_LIMIT_AUTH: '0' });
  await signUp(server, 'Ana');
  const flood = Array.from({ length: 260 }, () => login(server, 'Ana', '192.0.2.1', 'guess'));
  const honest = await login(server, 'Ana', HOME);
  expect(honest.status).toBe(200);
  const answers = await Promise.all(flood);
  const refused = answers.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(0);
  for (const { body } of refused) expect(body.code).toBe('overloaded');
  await signIn(server, 'Ana');
});
