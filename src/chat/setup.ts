import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ChatError } from '../protocol/errors.ts';
import { findSetupCode } from '../store/queries/accounts.ts';
import type { Services } from './services.ts';

/*
 * The admin of a new server is whoever has the setup code: who runs it reads the code in its log, and
 * no stranger who happens to come first does. Once there is an admin, there is no code.
 */

/** Random bytes of a code that the server makes up. In hex it cannot look like a token, which no line shows. */
const CODE_BYTES = 16;

/** The code that makes the admin; null where the server has one. A code made up lasts over restarts. */
export async function openSetup(services: Services): Promise<string | null> {
  const made = randomBytes(CODE_BYTES).toString('hex');
  const kept = await services.store.mutate('keepSetupCode', made);
  return kept === null ? null : (services.config.setupCode ?? kept);
}

/** Refuses a code that is wrong, or that was used. Guesses are counted by whoever calls it. */
export async function requireSetupCode(
  { config, store }: Pick<Services, 'config' | 'store'>,
  code: string,
): Promise<void> {
  const right = config.setupCode ?? (await findSetupCode(store.db));
  // The first admin takes the code with them.
  if (right === undefined) throw setupIsOver();
  if (isSame(code, right)) return;
  throw new ChatError('forbidden', {
    message: 'This setup code is wrong; the server logs the right one when it starts',
  });
}

export const setupIsOver = () =>
  new ChatError('forbidden', {
    message: 'The setup code was used: this server has an admin, who can make others admins, too',
  });

/** Takes as long for any two texts: how much of a guess is right shows nowhere. */
function isSame(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(left!, right!);
}
