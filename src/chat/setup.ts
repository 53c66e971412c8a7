import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ChatError } from '../protocol/errors.ts';
import { getMeta } from '../store/queries/meta.ts';
import { setupIsOver } from './mutations/accounts.ts';
import type { Services } from './services.ts';

/*
 * The admin of a new server is made by the setup code: the operator reads it in the server's log, and a stranger
 * who happens to come first does not have it. Once there is an admin, there is no code.
 */

/** Random bytes of a generated code. It is in hex: as base64url it could look like a token, which logs hide. */
const CODE_BYTES = 16;

/** The code that makes the admin; null where the server has one. A generated code survives restarts. */
export async function openSetup(services: Services): Promise<string | null> {
  const generated = randomBytes(CODE_BYTES).toString('hex');
  const kept = await services.store.mutate('keepSetupCode', generated);
  return kept === null ? null : (services.config.setupCode ?? kept);
}

/** Throws `forbidden` for a wrong or used code. The caller counts guesses. */
export async function requireSetupCode(
  { config, store }: Pick<Services, 'config' | 'store'>,
  code: string,
): Promise<void> {
  const right = config.setupCode ?? (await getMeta(store.db, 'setup_code'));
  // The first admin has deleted the code.
  if (right === undefined) throw setupIsOver();
  if (isSame(code, right)) return;
  throw new ChatError('forbidden', {
    message: 'This setup code is wrong; the server logs the right one when it starts',
  });
}

/** Takes as long for any two texts, so that its time does not tell how much of a guess is right. */
function isSame(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(left!, right!);
}
