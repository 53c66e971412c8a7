import { isKnownHostToken } from '../store/queries/identities.ts';
import { findSessionUser } from '../store/queries/sessions.ts';
import { ChatError } from '../protocol/errors.ts';
import { newId } from './ids.ts';
import { HOST_TOKEN_GRACE_MS, type HostToken } from './services/host-tokens.ts';
import type { Services } from './services.ts';
import { closeSessions, viewerOfSession } from './sessions.ts';
import type { Viewer } from './viewer.ts';

/**
 * The viewer of a host's token. Each token stands for a session of its own, which opens when the token is first used,
 * and makes the account where there is none. Throws `session_revoked` where the session has ended.
 */
export async function viewerOfHostToken(services: Services, token: HostToken): Promise<Viewer> {
  const { sessionId, issuedAt, expiresAt, authenticatedAt } = token;
  const session = await findSessionUser(services.store.db, sessionId);
  const userId = session?.user.id ?? (await openSession(services, token));
  const viewer = await viewerOfSession(services, { userId, sessionId, issuedAt, expiresAt });
  return { ...viewer, authenticatedAt };
}

/** Returns the id of the user. */
async function openSession(services: Services, token: HostToken): Promise<string> {
  const { store, manager } = services;
  const { sessionId, person, expiresAt } = token;
  // Known, and without a session: it has ended. Read first, so that such a token keeps no mutation busy.
  if (manager.hasEnded(sessionId) || (await isKnownHostToken(store.db, sessionId))) {
    throw new ChatError('session_revoked');
  }
  const now = Date.now();
  const { me, endedSessions } = await store.mutate('openHostSession', {
    person,
    newUserId: newId(),
    session: {
      id: sessionId,
      userAgent: person.issuer.slice(0, 256),
      createdAt: now,
      lastUsedAt: now,
      expiresAt,
    },
    forgetAt: expiresAt + HOST_TOKEN_GRACE_MS,
  });
  closeSessions(services, me.id, endedSessions);
  return me.id;
}
