import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/protocol/resources.ts';
import { call, type At } from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer } from '../support/server.ts';

const LIMIT = 3;
const limited = { RATE_LIMIT_AUTH: String(LIMIT) };
const server = shareServer({ ...limited, TRUST_PROXY: '1' });

let addresses = 0;
/** An address in a network that nothing has come from yet, by the word of the proxy. */
const newAddress = () => `2001:db8:0:${(addresses += 1).toString(16)}::1`;

const from = (address: string) => ({ 'x-forwarded-for': address });

let people = 0;
/** Somebody who signs up, by default from an address of their own. */
async function join(address = newAddress(), at: At = server) {
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

const login = (email: string, password: string, address: string, at: At = server) =>
  call(at, 'POST', '/auth/login', { body: { email, password }, headers: from(address) });

const statuses = (answers: readonly { status: number }[]) =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

const times = <T>(count: number, make: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => make(i)));

describe('failed logins', () => {
  it('are limited per account, wherever they come from, and so are parallel ones', async () => {
    const { email, password } = await join();
    const guesses = await times(12, (i) => login(email, `guess ${i}`, newAddress()));
    expect(statuses(guesses)).toEqual([401, 401, 401, ...Array(9).fill(429)]);
    // Neither the right password nor another spelling of the email gets past it now.
    const address = newAddress();
    const refused = await login(` ${email.toUpperCase()}`, password, address);
    expectRefusal(refused, 'rate_limited');
    const seconds = refused.headers.get('retry-after');
    expect(seconds).toMatch(/^\d+$/);
    expect(Number(seconds)).toBeLessThanOrEqual(60);
    // Others are not in its way.
    const bo = await join();
    expect((await login(bo.email, bo.password, address)).status).toBe(200);
  });

  it('are limited per address, whichever accounts they try, known or not', async () => {
    const { email, password } = await join();
    const address = newAddress();
    const guesses = await times(8, (i) => login(`nobody-${i}@example.org`, password, address));
    expect(statuses(guesses)).toEqual([401, 401, 401, ...Array(5).fill(429)]);
    expectRefusal(await login(email, password, address), 'rate_limited');
    // A client’s own word about where it comes from does not help: the proxy’s is the last one.
    const pretended = `${newAddress()}, ${address}`;
    expectRefusal(await login(email, password, pretended), 'rate_limited');
    expect((await login(email, password, newAddress())).status).toBe(200);
  });

  it('count for the real address where no proxy is to be believed', async () => {
    const open = await startServer(limited);
    for (let i = 0; i < LIMIT; i += 1) {
      const guess = await login(`nobody-${i}@example.org`, 'x', newAddress(), open);
      expectRefusal(guess, 'invalid_credentials');
    }
    expectRefusal(await login('late@example.org', 'x', newAddress(), open), 'rate_limited');
  });

  it('are counted alone: good logins use nothing up', async () => {
    const { email, password } = await join();
    const address = newAddress();
    expectRefusal(await login(email, 'wrong', address), 'invalid_credentials');
    for (let i = 0; i < 2 * LIMIT; i += 1) {
      expect((await login(email, password, address)).status).toBe(200);
    }
    // The one failure is not forgotten over them.
    for (let i = 1; i < LIMIT; i += 1) {
      expectRefusal(await login(email, 'wrong', address), 'invalid_credentials');
    }
    expectRefusal(await login(email, 'wrong', address), 'rate_limited');
  });

  it('keep nobody out who comes at once with many others of one address', async () => {
    const { email, password } = await join();
    const address = newAddress();
    const answers = await times(4 * LIMIT, () => login(email, password, address));
    expect(statuses(answers)).toEqual(Array(4 * LIMIT).fill(200));
  });
});

it('limits registrations per address', async () => {
  const address = newAddress();
  const answers = await times(6, () => join(address));
  expect(statuses(answers)).toEqual([201, 201, 201, 429, 429, 429]);
  expectRefusal(await join(address), 'rate_limited');
  expect((await join()).status).toBe(201);
});

it('limits guesses of the current password where a new one is set', async () => {
  const { body, password } = await join();
  const change = (currentPassword: string) =>
    call(server, 'PATCH', '/users/me', {
      token: body.token,
      body: { password: 'new password', currentPassword },
    });
  const guesses = await times(8, (i) => change(`guess ${i}`));
  expect(statuses(guesses)).toEqual([403, 403, 403, ...Array(5).fill(429)]);
  expectRefusal(await change(password), 'rate_limited');
});
