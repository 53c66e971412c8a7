import { hashSync } from 'bcryptjs';
import { Piscina } from 'piscina';
import { afterEach, expect, it, vi } from 'vitest';
import { Passwords } from '../../src/chat/services/passwords.ts';

const share = { address: 'address', account: 'account' };

afterEach(() => vi.restoreAllMocks());

const made = async () => {
  const passwords = new Passwords(4);
  // The decoy is there before anything is counted.
  await passwords.verify('', undefined, share);
  return passwords;
};

it.each([
  ['plain', 'correct horse', 1],
  ['in NFC', 'contraseñá', 2],
  ['in NFD', 'contraseñá'.normalize('NFD'), 2],
  ['in neither', `${'ñ'.normalize('NFD')}ñandúes`, 3],
])('a wrong guess %s costs the same, whoever it is of', async (_, guess, forms) => {
  const passwords = await made();
  const run = vi.spyOn(Piscina.prototype, 'run');
  const hashes = {
    nobody: undefined,
    'somebody new': await passwords.hash('another one', share),
    'somebody of before': hashSync('otra señal'.normalize('NFD'), 4),
  };
  run.mockClear();
  for (const hash of Object.values(hashes)) {
    expect(await passwords.verify(guess, hash, share)).toBeNull();
  }
  // One place in the queue each, and as many comparisons.
  expect(run).toHaveBeenCalledTimes(3);
  for (const [{ passwords: compared }] of run.mock.calls as [{ passwords: string[] }][]) {
    expect(compared).toHaveLength(forms);
  }
  await passwords.close();
});

it('tells how a password fits, and takes none that is cut', async () => {
  const passwords = await made();
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
