import { hash, randomBytes } from 'node:crypto';
import type { ResetPassword } from '../protocol/commands.ts';
import { isoTime } from '../store/mapping/time.ts';
import { findResetUserId } from '../store/queries/reset-tokens.ts';
import { hashOfAddress, isRefusal, newSession, type Grant, type Origin } from './accounts.ts';
import { noSuchLink } from './mutations/reset.ts';
import type { Services } from './services.ts';
import { logModeration } from './services/audit.ts';
import { closeSessions } from './sessions.ts';
import { requireSignIn, type Viewer } from './viewer.ts';

/** How long a link works, in milliseconds. */
const LINK_MS = 3_600_000;
/** Random bytes of a token: it is worth a password. */
const TOKEN_BYTES = 32;

/** A token for a link, and what the database keeps of it. Times are milliseconds since 1970. */
export function newResetToken() {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const createdAt = Date.now();
  const expiresAt = createdAt + LINK_MS;
  return { token, kept: { tokenHash: hashOf(token), createdAt, expiresAt } };
}

const hashOf = (token: string) => hash('sha256', token, 'base64url');

/** The path of a link, below the address of the server: the page that asks for the new password. */
export const resetPath = (token: string): string => `/?reset=${token}`;

/** Makes a link that sets a new password of an account. For admins; `base` is the address of the server. */
export async function makeResetLink(
  services: Services,
  viewer: Viewer,
  userId: string,
  base: string,
): Promise<{ url: string; expiresAt: string }> {
  requireSignIn(viewer);
  const { token, kept } = newResetToken();
  await services.store.mutate('makeResetLink', { ...kept, userId, actorId: viewer.user.id });
  logModeration(services, viewer, 'reset link made', { userId });
  return { url: base + resetPath(token), expiresAt: isoTime(kept.expiresAt) };
}

/** Sets a new password by a link's token, and signs in. Ends all other sessions. */
export async function resetPassword(
  services: Services,
  input: ResetPassword,
  from: Origin,
): Promise<Grant> {
  const { store, passwords, loginThrottle } = services;
  const tokenHash = hashOf(input.token);
  // Before the password is hashed, which is work that a guess must not cost the server.
  const userId = await loginThrottle.guard(
    [`reset from ${from.address}`],
    async () => {
      const found = await findResetUserId(store.db, tokenHash, Date.now());
      if (found === undefined) throw noSuchLink();
      return found;
    },
    isRefusal('token_invalid'),
  );
  const share = { address: from.address, account: userId };
  const passwordHash = await passwords.hashNew(input.password, share);
  const session = newSession(services, userId, from, Date.now());
  const addressHash = hashOfAddress(userId, from.address);
  const reset = { tokenHash, passwordHash, session, addressHash };
  const { me, endedSessions } = await store.mutate('resetPassword', reset);
  closeSessions(services, userId, endedSessions);
  logModeration(services, { user: me }, 'password reset', { userId });
  return { me, sessionId: session.id, expiresAt: session.expiresAt };
}
