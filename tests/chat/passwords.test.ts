import { hashSync } from 'bcryptjs';
import { Piscina } from 'piscina';
import { afterEach, expect, it, vi } from 'vitest';
import { Passwords } from '../../src/chat/services/passwords.ts';

const share = { address: 'address', account: 'account' };

afterEach(() => vi.restoreAllMocks());

const createPasswords = async () => {
  const passwords = new Passwords(4);
  // Makes the decoy hash before anything is counted.
  await passwords.verify('', undefined, share);
  return passwords;
};

it.each([
  ['plain', 'correct horse', 1],
  ['in NFC', 'contraseñá', 2],
  ['in NFD', 'contraseñá'.normalize('NFD'), 2],
  ['in neither', `${'ñ'.normalize('NFD')}ñandúes`, 3],
])(
  'spends the same on a wrong guess %s for every account, known or not',
  async (_, guess, forms) => {
    const passwords = await createPasswords();
    const run = vi.spyOn(Piscina.prototype, 'run');
    const hashes = {
      'no account': undefined,
      'a new hash': await passwords.hash('another one', share),
      'an old hash': hashSync('otra señal'.normalize('NFD'), 4),
    };
    run.mockClear();
    for (const hash of Object.values(hashes)) {
      expect(await passwords.verify(guess, hash, share)).toBeNull();
    }
    // Each takes one place in the queue, and makes as many comparisons.
    expect(run).toHaveBeenCalledTimes(3);
    for (const [{ passwords: compared }] of run.mock.calls as [{ passwords: string[] }][]) {
      expect(compared).toHaveLength(forms);
    }
    await passwords.close();
  },
);

it('returns in which form a password matches, and rejects one that matches only when cut', async () => {
  const passwords = await createPasswords();
  const [nfc, nfd] = ['contraseñá', 'contraseñá'.normalize('NFD')];
  const today = await passwords.hash(nfd, share);
  expect(await passwords.verify(nfc, today, share)).toBe('nfc');
  expect(await passwords.verify(nfd, today, share)).toBe('nfc');
  const before = hashSync(nfd, 4);
  expect(await passwords.verify(nfc, before, share)).toBe('as sent before');
  expect(await passwords.verify(nfd, before, share)).toBe('as sent before');
  const long = 'p'.repeat(72);
  const whole = await passwords.hash(long, share);
  expect(await passwords.verify(`${long}q`, whole, share)).toBeNull();
  expect(await passwords.verify(long, whole, share)).toBe('nfc');
  await passwords.close();
});
