import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { weaknessOf } from './secret-strength.ts';

/**
 * The key that signs tokens: made once and kept in DATA_DIR for its owner only, so that tokens
 * outlive a restart. It is on disk before the first token is signed with it.
 */
export function loadJwtSecret(dataDir: string): string {
  const file = join(dataDir, 'jwt-secret');
  try {
    const handle = openSync(file, 'wx', 0o600);
    const secret = randomBytes(48).toString('base64url');
    writeSync(handle, secret);
    fsyncSync(handle);
    closeSync(handle);
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = readFileSync(file, 'utf8').trim();
  const weakness = weaknessOf(secret);
  if (weakness === null) return secret;
  throw new Error(`${file} does not fit: ${weakness}, or remove it to have a new one made`);
}
