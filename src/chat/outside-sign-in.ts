import { hash, randomBytes } from 'node:crypto';
import { ChatError } from '../protocol/errors.ts';
import { getMe, newSession, type Grant, type Origin } from './accounts.ts';
import { newId } from './ids.ts';
import type { OutsidePerson } from './outside-person.ts';
import type { Services } from './services.ts';
import { closeSessions, viewerOfSession } from './sessions.ts';

/** Signs in somebody whom an OpenID provider vouches for. Throws `forbidden` where the account is disabled. */
export async function signInFromOutside(
  services: Services,
  person: OutsidePerson,
  from: Origin,
): Promise<Grant> {
  const newUserId = newId();
  // Whose session it is, the mutation finds out.
  const session = newSession(services, newUserId, from, Date.now());
  const arrival = { person, newUserId, session };
  const { me, endedSessions } = await services.store.mutate('openOutsideSession', arrival);
  closeSessions(services, me.id, endedSessions);
  return { me, sessionId: session.id, expiresAt: session.expiresAt };
}

/** How long a code is good, in milliseconds: as long as a ticket, beside which it is kept. */
export const CODE_MS = 30_000;
/** Random bytes of a code: it is worth a token. */
const CODE_BYTES = 32;
/** Codes kept of one user. */
const MAX_PER_USER = 100;

/** Returns a code that the page gets the session for, once. */
export async function codeFor({ store }: Services, grant: Grant): Promise<string> {
  const { me, sessionId, expiresAt } = grant;
  const code = randomBytes(CODE_BYTES).toString('base64url');
  const value = JSON.stringify({ userId: me.id, sessionId, expiresAt });
  const ticket = { hash: hashOf(code), userId: me.id, value, expiresAt: Date.now() + CODE_MS };
  await store.cluster.keepTicket(ticket, MAX_PER_USER);
  return code;
}

/** Returns the session of a code. Throws `token_invalid` where it was used, has expired, or never existed. */
export async function redeemCode(services: Services, code: string): Promise<Grant> {
  const value = await services.store.cluster.takeTicket(hashOf(code));
  if (value === null) {
    throw new ChatError('token_invalid', { message: 'This sign-in is over; start it again' });
  }
  const kept = JSON.parse(value) as { userId: string; sessionId: string; expiresAt: number };
  const viewer = await viewerOfSession(services, { ...kept, issuedAt: Date.now() });
  const { sessionId, expiresAt } = kept;
  return { me: await getMe(services, viewer), sessionId, expiresAt };
}

/** No code is a ticket, and no ticket a code. */
const hashOf = (code: string) => hash('sha256', `sign-in ${code}`, 'base64url');
