import { expect, it } from 'vitest';
import { emailOf, login, passwordOf, signIn, signUp } from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer, type TestServer } from '../support/server.ts';
import { times } from '../support/times.ts';
import { PATIENCE, print, scaled } from '../faults/support/scale.ts';

const LIMIT = 10;
const limited = { RATE_LIMIT_AUTH: String(LIMIT), TRUST_PROXY: '1' };
const HOME = '198.51.100.7';

const shared = shareServer(limited);

const loginFrom = (
  server: TestServer,
  name: string,
  address: string,
  password = passwordOf(name),
) => login(server, { email: emailOf(name), password }, { 'x-forwarded-for': address });

it(
  'accepts a login from a known address, however many others guess the password',
  { timeout: PATIENCE },
  async () => {
    await signUp(shared, 'Ana');
    expect((await loginFrom(shared, 'Ana', HOME)).status).toBe(200);
    const guesses = scaled(60, 10_000);
    const outcomes = { wrong: 0, refused: 0 };
    for (let i = 0; i < guesses; i += 1) {
      const address = `2001:db8:${(i % 5000).toString(16)}::1`;
      const { status } = await loginFrom(shared, 'Ana', address, `guess ${i}`);
      outcomes[status === 401 ? 'wrong' : 'refused'] += 1;
      if (i % 20 === 10) expect((await loginFrom(shared, 'Ana', HOME)).status).toBe(200);
    }
    // A new address has to wait, even with the right password.
    expectRefusal(await loginFrom(shared, 'Ana', '203.0.113.1'), 'rate_limited');
    expect((await loginFrom(shared, 'Ana', HOME)).status).toBe(200);
    const minutes = Math.ceil(guesses / LIMIT);
    expect(outcomes.wrong).toBeLessThanOrEqual(scaled(2 * LIMIT, minutes));
    print(`${guesses} guesses from many networks: ${outcomes.wrong} were compared with the hash`);
  },
);

it('counts guesses from a known address against that address alone', async () => {
  await signUp(shared, 'Cy');
  await signUp(shared, 'Dora');
  for (const name of ['Cy', 'Dora']) expect((await loginFrom(shared, name, HOME)).status).toBe(200);
  for (let i = 0; i < LIMIT; i += 1) {
    expect((await loginFrom(shared, 'Cy', HOME, `guess ${i}`)).status).toBe(401);
  }
  expectRefusal(await loginFrom(shared, 'Cy', HOME), 'rate_limited');
  // It limits neither other accounts at this address nor Cy at others.
  expect((await loginFrom(shared, 'Dora', HOME)).status).toBe(200);
  expect((await loginFrom(shared, 'Cy', '203.0.113.1')).status).toBe(200);
});

it('remembers the last twenty known addresses of an account over a restart', async () => {
  const first = await startServer(limited);
  await signUp(first, 'Ana');
  for (let i = 0; i < 21; i += 1) {
    expect((await loginFrom(first, 'Ana', `198.51.100.${i}`)).status).toBe(200);
  }
  await first.stop();
  const second = await startServer({ ...limited, DATA_DIR: first.dataDir });
  for (let i = 0; i < LIMIT; i += 1) await loginFrom(second, 'Ana', `203.0.113.${i}`, 'guess');
  expect((await loginFrom(second, 'Ana', '198.51.100.20')).status).toBe(200);
  expect((await loginFrom(second, 'Ana', '198.51.100.1')).status).toBe(200);
  expectRefusal(await loginFrom(second, 'Ana', '198.51.100.0'), 'rate_limited');
});

const slow = shareServer({ ...limited, BCRYPT_COST: '6', RATE_LIMIT_AUTH: '0' });

it.each([
  ['other addresses', (i: number) => `192.0.2.${i}`],
  ['the same address', () => HOME],
])('serves one login early among 120 logins from %s', async (what, addressOf) => {
  const crowd = 12;
  for (let i = 0; i < crowd; i += 1) await signUp(slow, `Person ${i} of ${what}`);
  await signUp(slow, `Honest of ${what}`);
  let finished = 0;
  const flood = times(10 * crowd, async (i) => {
    const person = Math.floor(i / 10);
    const { status } = await loginFrom(slow, `Person ${person} of ${what}`, addressOf(person));
    finished += 1;
    return status;
  });
  await expect.poll(() => finished, { timeout: 20_000 }).toBeGreaterThan(3);
  const honest = await loginFrom(slow, `Honest of ${what}`, HOME);
  const before = finished;
  expect(honest.status).toBe(200);
  // One turn of each of the others, and the logins that were under way.
  expect(before).toBeLessThan(4 * crowd);
  expect(await flood).toEqual(Array(10 * crowd).fill(200));
  print(`an honest login was answered after ${before} of ${10 * crowd} others`);
});

it('rejects the newest login of the busiest address when too many wait', async () => {
  await signUp(slow, 'Ana');
  const flood = times(260, () => loginFrom(slow, 'Ana', '192.0.2.1', 'guess'));
  const honest = await loginFrom(slow, 'Ana', HOME);
  expect(honest.status).toBe(200);
  const refused = (await flood).filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(0);
  for (const answer of refused) expectRefusal(answer, 'overloaded');
  await signIn(slow, 'Ana');
});
