import { expect, it } from 'vitest';
import { call, emailOf, login, passwordOf, signUp } from '../support/client.ts';
import { sortedStatuses, times } from '../support/times.ts';
import { shareNodes } from './support/nodes.ts';

const nodes = shareNodes(2, { RATE_LIMIT_AUTH: '6' });
const node = (i: number) => nodes.at(i % 2);

it('counts registrations of an address, and guesses of a password, over all nodes', async () => {
  await signUp(node(0), 'Ada');
  const register = (i: number) => {
    const [email, password, name] = [emailOf(`u ${i}`), passwordOf(`u ${i}`), `u ${i}`];
    return call(node(i), 'POST', '/auth/register', { body: { email, password, name } });
  };
  expect(sortedStatuses(await times(8, register))).toEqual([
    ...Array.from({ length: 5 }, () => 201),
    ...Array.from({ length: 3 }, () => 429),
  ]);

  const guess = (i: number) =>
    login(node(i), { email: emailOf('Ada'), password: `a wrong guess ${i}` });
  expect(sortedStatuses(await times(14, guess))).toEqual([
    ...Array.from({ length: 6 }, () => 401),
    ...Array.from({ length: 8 }, () => 429),
  ]);
});
