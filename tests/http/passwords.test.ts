import { hashSync } from 'bcryptjs';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { UpdatedMe } from '../../src/protocol/resources.ts';
import { call, login, signUp } from '../support/client.ts';
import { openDatabaseOf } from '../support/database.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer, temporaryFolder } from '../support/server.ts';

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

/** A server with an account from before passwords were hashed in NFC. */
async function withOldHash(password: string) {
  const dataDir = temporaryFolder();
  const first = await startServer({ DATA_DIR: dataDir });
  const account = await signUp(first, 'Ana');
  await first.stop();
  const db = new SqliteDatabase(`${dataDir}/charla.db`);
  const set = (hash: string) => db.prepare('update users set password_hash = ?').run(hash);
  set(hashSync(password, 4));
  db.close();
  const again = await startServer({ DATA_DIR: dataDir, RATE_LIMIT_AUTH: '5' });
  const reader = openDatabaseOf(dataDir);
  return {
    account,
    server: again,
    hash: () => reader.prepare('select password_hash from users').pluck().get() as string,
    login: (typed: string, email = account.email) => login(again, { email, password: typed }),
  };
}

describe('a password with an old hash', () => {
  it.each(PASSWORDS.slice(0, 3))('signs in, and is hashed anew: %s', async (password) => {
    const old = await withOldHash(password.normalize('NFD'));
    const before = old.hash();
    expectRefusal(await old.login(`${password}x`), 'invalid_credentials');
    expect(old.hash()).toBe(before);
    expect((await old.login(password.normalize('NFC'))).status).toBe(200);
    const after = old.hash();
    expect(after).not.toBe(before);
    for (const typed of forms(password)) expect((await old.login(typed)).status).toBe(200);
    expect(old.hash()).toBe(after);
  });

  it('signs in at first only in the form that was hashed, and then in all forms', async () => {
    const mixed = `${'contraseñá'.normalize('NFD')}é`;
    const old = await withOldHash(mixed);
    expectRefusal(await old.login(mixed.normalize('NFC')), 'invalid_credentials');
    expect((await old.login(mixed)).status).toBe(200);
    for (const typed of forms(mixed)) expect((await old.login(typed)).status).toBe(200);
  });

  it('can be changed with the current one in any form', async () => {
    const old = await withOldHash('contraseñá'.normalize('NFD'));
    const { body } = await old.login('contraseñá'.normalize('NFD'));
    const answer = await call(old.server, 'PATCH', '/users/me', {
      token: body.token,
      body: { password: 'a new password', currentPassword: 'contraseñá' },
    });
    expect(answer.status).toBe(200);
    expect((await old.login('a new password')).status).toBe(200);
    expectRefusal(await old.login('contraseñá'), 'invalid_credentials');
  });

  it('signs in many clients at once while it is hashed anew', async () => {
    const password = 'contraseñá';
    const old = await withOldHash(password.normalize('NFD'));
    const typed = Array.from({ length: 20 }, (_, i) => forms(password)[i % 2]!);
    const answers = await Promise.all(typed.map(async (form) => old.login(form)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  });
});

it('counts a wrong guess once, however many forms it has', async () => {
  const old = await withOldHash('contraseñá'.normalize('NFD'));
  const guess = async () => old.login(`ñandú ${'ñ'.normalize('NFD')}ñ`);
  const statuses: number[] = [];
  for (let i = 0; i < 7; i += 1) statuses.push((await guess()).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
});
