import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/protocol/resources.ts';
import { call, login, type At } from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer } from '../support/server.ts';
import { sortedStatuses, times } from '../support/times.ts';

const LIMIT = 3;
const limited = { RATE_LIMIT_AUTH: String(LIMIT) };
const server = shareServer({ ...limited, TRUST_PROXY: '1' });

let addresses = 0;
/** An address in a new network, for the proxy's header. */
const newAddress = () => `2001:db8:0:${(addresses += 1).toString(16)}::1`;

const from = (address: string) => ({ 'x-forwarded-for': address });

let people = 0;
/** Registers a new user, by default from a new address. */
async function register(address = newAddress(), at: At = server) {
  people += 1;
  const account = {
    email: `person-${people}@example.org`,
    password: 'correct horse',
    name: `Person ${people}`,
  };
  const answer = await call<Session>(at, 'POST', '/auth/register', {
    body: account,
    headers: from(address),
  });
  return { ...account, ...answer };
}

const loginFrom = (email: string, password: string, address: string, at: At = server) =>
  login(at, { email, password }, from(address));

describe('failed logins', () => {
  it('are limited per account, from all addresses and in parallel', async () => {
    const { email, password } = await register();
    const guesses = await times(12, (i) => loginFrom(email, `guess ${i}`, newAddress()));
    expect(sortedStatuses(guesses)).toEqual([401, 401, 401, ...Array(9).fill(429)]);
    // Now even the right password and another spelling of the email are refused.
    const address = newAddress();
    const refused = await loginFrom(` ${email.toUpperCase()}`, password, address);
    expectRefusal(refused, 'rate_limited');
    const seconds = refused.headers.get('retry-after');
    expect(seconds).toMatch(/^\d+$/);
    expect(Number(seconds)).toBeLessThanOrEqual(60);
    // Other accounts are not affected.
    const bo = await register();
    expect((await loginFrom(bo.email, bo.password, address)).status).toBe(200);
  });

  it('are limited per address, for known and unknown accounts', async () => {
    const { email, password } = await register();
    const address = newAddress();
    const guesses = await times(8, (i) => loginFrom(`nobody-${i}@example.org`, password, address));
    expect(sortedStatuses(guesses)).toEqual([401, 401, 401, ...Array(5).fill(429)]);
    expectRefusal(await loginFrom(email, password, address), 'rate_limited');
    // An address that the client adds itself does not count: the proxy's is the last one.
    const forged = `${newAddress()}, ${address}`;
    expectRefusal(await loginFrom(email, password, forged), 'rate_limited');
    expect((await loginFrom(email, password, newAddress())).status).toBe(200);
  });

  it('count for the real address if no proxy is trusted', async () => {
    const open = await startServer(limited);
    for (let i = 0; i < LIMIT; i += 1) {
      const guess = await loginFrom(`nobody-${i}@example.org`, 'x', newAddress(), open);
      expectRefusal(guess, 'invalid_credentials');
    }
    expectRefusal(await loginFrom('late@example.org', 'x', newAddress(), open), 'rate_limited');
  });

  it('count without the successful logins between them', async () => {
    const { email, password } = await register();
    const address = newAddress();
    expectRefusal(await loginFrom(email, 'wrong', address), 'invalid_credentials');
    for (let i = 0; i < 2 * LIMIT; i += 1) {
      expect((await loginFrom(email, password, address)).status).toBe(200);
    }
    // Successful logins do not reset the count either.
    for (let i = 1; i < LIMIT; i += 1) {
      expectRefusal(await loginFrom(email, 'wrong', address), 'invalid_credentials');
    }
    expectRefusal(await loginFrom(email, 'wrong', address), 'rate_limited');
  });

  it('do not include parallel logins from one address that succeed', async () => {
    const { email, password } = await register();
    const address = newAddress();
    const answers = await times(4 * LIMIT, () => loginFrom(email, password, address));
    expect(sortedStatuses(answers)).toEqual(Array(4 * LIMIT).fill(200));
  });
});

it('limits registrations per address', async () => {
  const address = newAddress();
  const answers = await times(6, () => register(address));
  expect(sortedStatuses(answers)).toEqual([201, 201, 201, 429, 429, 429]);
  expectRefusal(await register(address), 'rate_limited');
  expect((await register()).status).toBe(201);
});

it('limits guesses of the current password when a new one is set', async () => {
  const { body, password } = await register();
  const change = (currentPassword: string) =>
    call(server, 'PATCH', '/users/me', {
      token: body.token,
      body: { password: 'new password', currentPassword },
    });
  const guesses = await times(8, (i) => change(`guess ${i}`));
  expect(sortedStatuses(guesses)).toEqual([403, 403, 403, ...Array(5).fill(429)]);
  expectRefusal(await change(password), 'rate_limited');
});
