import { describe, expect, it } from 'vitest';
import type { UpdatedMe } from '../../src/protocol/resources.ts';
import { call, login } from '../support/client.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer } from '../support/server.ts';

const server = shareServer();

let people = 0;
const register = (password: string) => {
  people += 1;
  const email = `person-${people}@example.org`;
  const name = `Person ${people}`;
  const sent = call<{ token: string }>(server, 'POST', '/auth/register', {
    body: { email, password, name },
  });
  return sent.then((answer) => ({ email, answer }));
};
const loginAs = (email: string, password: string) => login(server, { email, password });

const PASSWORDS = [
  'contraseñá',
  'пароль й и ё',
  '비밀번호 열두 자',
  'mật khẩu dài',
  'Ångström Å K',
  'हिन्दी \u0958िस्सा é',
];
const forms = (password: string) => [
  ...new Set([
    password,
    password.normalize('NFC'),
    password.normalize('NFD'),
    password.slice(0, 5).normalize('NFD') + password.slice(5).normalize('NFC'),
  ]),
];

describe('a password', () => {
  it.each(PASSWORDS)('signs in in every Unicode form: %s', async (password) => {
    expect(forms(password).length).toBeGreaterThan(1);
    for (const set of forms(password)) {
      const { email, answer } = await register(set);
      expect(answer.status).toBe(201);
      for (const typed of forms(password)) {
        expect([typed, (await loginAs(email, typed)).status]).toEqual([typed, 200]);
      }
      expectRefusal(await loginAs(email, `${password}x`), 'invalid_credentials');
      expectRefusal(await loginAs(email, ` ${password}`), 'invalid_credentials');
    }
  });

  it('is counted in NFC: 8 characters at least, 72 bytes at most', async () => {
    const accepted = ['é'.repeat(8), 'é'.repeat(36), '한'.repeat(24), '\u0390'.repeat(36)];
    for (const password of accepted) {
      for (const form of forms(password)) {
        const { email, answer } = await register(form);
        expect([form, answer.status]).toEqual([form, 201]);
        expect((await loginAs(email, password)).status).toBe(200);
      }
    }
    for (const password of ['é'.repeat(7), 'é'.repeat(37), '한'.repeat(25)]) {
      for (const form of forms(password)) {
        const { answer } = await register(form);
        expectRefusal(answer, 'validation_failed', ['/password']);
      }
    }
  });

  it('can be changed with the current one in any form', async () => {
    const [before, after] = ['contraseñá', 'otra señal más'];
    const { email, answer } = await register(before.normalize('NFD'));
    const change = (currentPassword: string) =>
      call<UpdatedMe>(server, 'PATCH', '/users/me', {
        token: answer.body.token,
        body: { password: after.normalize('NFD'), currentPassword },
      });
    expectRefusal(await change('contrasena'), 'forbidden');
    expect((await change(before.normalize('NFC'))).status).toBe(200);
    for (const form of forms(after)) expect((await loginAs(email, form)).status).toBe(200);
    for (const form of forms(before)) {
      expectRefusal(await loginAs(email, form), 'invalid_credentials');
    }
  });
});
