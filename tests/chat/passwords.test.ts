import { Piscina } from 'piscina';
import { afterEach, expect, it, vi } from 'vitest';
import { Passwords } from '../../src/chat/services/passwords.ts';

const share = { address: 'address', account: 'account' };

afterEach(() => vi.restoreAllMocks());

async function openPasswords() {
  const passwords = new Passwords(4);
  // Makes the decoy hash before anything is counted.
  await passwords.verify('', undefined, share);
  return passwords;
}

it('compares as much for a wrong password with an account as without one', async () => {
  const passwords = await openPasswords();
  const run = vi.spyOn(Piscina.prototype, 'run');
  const hash = await passwords.hashNew('another one', share);
  run.mockClear();
  expect(await passwords.verify('correct horse', hash, share)).toBe(false);
  expect(await passwords.verify('correct horse', undefined, share)).toBe(false);
  expect(run.mock.calls.map(([, options]) => options?.name)).toEqual(['verify', 'verify']);
  await passwords.close();
});

it('compares passwords in NFC, and rejects one that bcrypt would cut', async () => {
  const passwords = await openPasswords();
  const [nfc, nfd] = ['contraseñá', 'contraseñá'.normalize('NFD')];
  const hash = await passwords.hashNew(nfd, share);
  expect(await passwords.verify(nfc, hash, share)).toBe(true);
  expect(await passwords.verify(nfd, hash, share)).toBe(true);
  const longest = 'p'.repeat(72);
  const hashOfLongest = await passwords.hashNew(longest, share);
  expect(await passwords.verify(longest, hashOfLongest, share)).toBe(true);
  expect(await passwords.verify(`${longest}q`, hashOfLongest, share)).toBe(false);
  await expect(passwords.hashNew(`${longest}q`, share)).rejects.toMatchObject({
    code: 'validation_failed',
  });
  await passwords.close();
});
