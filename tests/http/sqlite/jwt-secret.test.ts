import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, signUp } from '../../support/client.ts';
import { expectRefusal } from '../../support/refusals.ts';
import { startServer, temporaryFolder } from '../../support/server.ts';

const secretOf = (folder: string) => join(folder, 'jwt-secret');

describe('the key that signs tokens', () => {
  it('is readable only by the user that runs the server', async () => {
    const server = await startServer();
    const file = secretOf(server.dataDir);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').trim().length).toBeGreaterThanOrEqual(43);
    expect(statSync(server.dataDir).mode & 0o077).toBe(0);
  });

  it.each([
    ['empty', ''],
    ['31 bytes long', 'x'.repeat(31)],
    ['white space', ' '.repeat(64)],
    ['one letter', 'x'.repeat(64)],
    ['a sentence', 'this is the secret of our chat server'],
  ])('prevents the start if its file is %s', async (_, content) => {
    const folder = temporaryFolder();
    writeFileSync(secretOf(folder), content);
    chmodSync(secretOf(folder), 0o600);
    await expect(startServer({ DATA_DIR: folder })).rejects.toThrow(/jwt-secret/);
    expect(readFileSync(secretOf(folder), 'utf8')).toBe(content);
  });

  it('comes from JWT_SECRET if set: no file is written, and another secret invalidates tokens', async () => {
    const folder = temporaryFolder();
    const JWT_SECRET = randomBytes(32).toString('base64');
    const first = await startServer({ DATA_DIR: folder, JWT_SECRET });
    const { token } = await signUp(first, 'Ana');
    expect(() => statSync(secretOf(folder))).toThrow('ENOENT');
    await first.stop();
    const other = await startServer({ DATA_DIR: folder, JWT_SECRET: `${JWT_SECRET}!` });
    expectRefusal(await call(other, 'GET', '/users/me', { token }), 'token_invalid');
  });
});
