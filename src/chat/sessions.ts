import { setTimeout as sleep } from 'node:timers/promises';
import { ChatError } from '../protocol/errors.ts';
import type { SessionInfo } from '../protocol/resources.ts';
import { isoTime } from '../store/mapping/time.ts';
import * as sessions from '../store/queries/sessions.ts';
import type { Services } from './services.ts';
import { requireSignIn, type Viewer } from './viewer.ts';

/** How exactly the last use of a session is recorded, in milliseconds: not every request writes. */
const TOUCH_MS = 60_000;
/** How long after a failure the end of a session is written again, in milliseconds. */
const RETRY_MS = 1000;

/** The viewer of a token; throws `session_revoked` where its session has ended. */
export async function viewerOfSession(
  services: Services,
  token: Pick<Viewer, 'sessionId' | 'issuedAt' | 'expiresAt'> & { readonly userId: string },
): Promise<Viewer> {
  const { sessionId, issuedAt, expiresAt } = token;
  const session = await sessions.findSessionUser(services.store.db, sessionId);
  // It may have ended since it was read, or its row could not be deleted yet.
  if (!session || session.user.id !== token.userId || services.manager.hasEnded(sessionId)) {
    throw new ChatError('session_revoked');
  }
  if (Date.now() - session.lastUsedAt > TOUCH_MS) void touch(services, sessionId);
  const { user, isToken } = session;
  return { user, sessionId, isToken, issuedAt, expiresAt };
}

/** Runs in the background: a full disk must not reject the request. */
async function touch(services: Services, sessionId: string): Promise<void> {
  try {
    await services.store.mutate('touchSession', { sessionId, usedAt: Date.now() });
  } catch (error) {
    services.log.warn({ err: error }, 'the use of a session could not be recorded');
  }
}

/** The viewer's sign-ins, the last used first. */
export async function listSessions(services: Services, viewer: Viewer): Promise<SessionInfo[]> {
  requireSignIn(viewer);
  const found = await sessions.listSessions(services.store.db, viewer.user.id, Date.now());
  return found.map(({ id, createdAt, lastUsedAt, userAgent }) => ({
    id,
    createdAt: isoTime(createdAt),
    lastUsedAt: isoTime(lastUsedAt),
    userAgent,
    current: id === viewer.sessionId,
  }));
}

/** Ends a sign-in of the viewer: its tokens become invalid, its sockets and streams close. */
export async function endSession(
  services: Services,
  viewer: Viewer,
  sessionId: string,
): Promise<void> {
  requireSignIn(viewer);
  const session = await sessions.findSession(services.store.db, viewer.user.id, sessionId);
  if (!session || services.manager.hasEnded(sessionId)) {
    throw new ChatError('not_found', { message: 'You have no such session' });
  }
  await end(services, viewer.user.id, sessionId);
}

/** Ends the session of the request; an API token thus revokes itself. */
export const logout = (services: Services, { user, sessionId }: Viewer): Promise<void> =>
  end(services, user.id, sessionId);

/**
 * Ends a session in memory, at once and whatever happens, and then on disk. Where that fails (the disk is full), it
 * is tried again until it succeeds or the server stops; only then would the session be valid again.
 */
export async function end(services: Services, userId: string, sessionId: string): Promise<void> {
  closeSessions(services, userId, [sessionId]);
  try {
    await services.store.mutate('endSession', { userId, sessionId });
  } catch (error) {
    services.log.warn({ err: error, userId }, 'the end of a session could not be written yet');
    void endLater(services, userId, sessionId);
  }
}

async function endLater(services: Services, userId: string, sessionId: string): Promise<void> {
  while (!services.isStopping()) {
    await sleep(RETRY_MS, null, { ref: false });
    // Renews the manager's memory of the end, which otherwise expires.
    closeSessions(services, userId, [sessionId]);
    const isWritten = await services.store.mutate('endSession', { userId, sessionId }).then(
      () => true,
      (error: unknown) => {
        services.log.debug({ err: error, userId }, 'the end of a session could not be written yet');
        return false;
      },
    );
    if (isWritten) return;
  }
}

/** Makes sessions invalid in the memory of all nodes, and closes their sockets and streams. */
export function closeSessions(
  services: Services,
  userId: string,
  sessionIds: readonly string[],
): void {
  if (sessionIds.length === 0) return;
  closeSessionsHere(services, userId, sessionIds);
  services.store.cluster.publish({ kind: 'sessions', userId, ended: sessionIds });
}

/** The same on this node alone. */
export function closeSessionsHere(
  services: Pick<Services, 'manager'>,
  userId: string,
  sessionIds: readonly string[],
): void {
  for (const id of sessionIds) services.manager.closeSession(userId, id, 'session_revoked');
}
