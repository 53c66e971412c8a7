import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { weaknessOf } from './secret-strength.ts';

/**
 * Loads the key that signs tokens, or creates it at the first start. It is stored in DATA_DIR, readable by its owner
 * only, so tokens remain valid after a restart. It is on disk before the first token is signed. Throws if the
 * stored key is too weak.
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
  throw new Error(`${file} is not valid: ${weakness}, or delete the file to create a new one`);
}
