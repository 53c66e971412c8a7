import { setTimeout as sleep } from 'node:timers/promises';
import { ChatError } from '../protocol/errors.ts';
import type { SessionInfo } from '../protocol/resources.ts';
import {
  findSession,
  findSessionUser,
  listSessions as findSessions,
} from '../store/queries/accounts.ts';
import { isoTime, toUser } from '../store/mapping.ts';
import type { Services, Viewer } from './services.ts';

/** How exactly it is noted when a session was last used, in milliseconds: not every request writes. */
const TOUCH_MS = 60_000;
/** How long after a failure the end of a session is written again, in milliseconds. */
const RETRY_MS = 1000;

/** Who a token's session belongs to; refuses where it has ended. */
export async function viewerOfSession(
  services: Services,
  token: Omit<Viewer, 'user'> & { readonly userId: string },
): Promise<Viewer> {
  const { sessionId, issuedAt, expiresAt } = token;
  const row = await findSessionUser(services.store.db, sessionId);
  // It may have ended since it was read, or could not be deleted yet.
  const isOver = !row || row.id !== token.userId || services.manager.hasEnded(sessionId);
  if (isOver) throw new ChatError('session_revoked');
  if (Date.now() - row.last_used_at > TOUCH_MS) void touch(services, sessionId);
  return { user: toUser(row), sessionId, issuedAt, expiresAt };
}

/** Nobody waits for it, and nobody is refused because the disk is full. */
async function touch(services: Services, sessionId: string): Promise<void> {
  try {
    await services.store.mutate('touchSession', { sessionId, usedAt: Date.now() });
  } catch (error) {
    services.log.warn({ err: error }, 'the use of a session could not be noted');
  }
}

/** Where the viewer is signed in, the latest used first. */
export async function listSessions(services: Services, viewer: Viewer): Promise<SessionInfo[]> {
  const rows = await findSessions(services.store.db, viewer.user.id, Date.now());
  return rows.map((row) => ({
    id: row.id,
    createdAt: isoTime(row.created_at),
    lastUsedAt: isoTime(row.last_used_at),
    userAgent: row.user_agent,
    current: row.id === viewer.sessionId,
  }));
}

/** Ends a session of the viewer: its tokens are dead, its sockets and streams closed. */
export async function endSession(
  services: Services,
  viewer: Viewer,
  sessionId: string,
): Promise<void> {
  const session = await findSession(services.store.db, viewer.user.id, sessionId);
  if (!session || services.manager.hasEnded(sessionId)) {
    throw new ChatError('not_found', { message: 'You have no such session' });
  }
  await end(services, viewer.user.id, sessionId);
}

/** Ends the session that asks. */
export const logout = (services: Services, { user, sessionId }: Viewer): Promise<void> =>
  end(services, user.id, sessionId);

/**
 * Ends a session in memory, at once and whatever happens, and then on disk. Where that fails (the disk is
 * full), it is tried again until it succeeds or the server stops: only then the session would be back.
 */
async function end(services: Services, userId: string, sessionId: string): Promise<void> {
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
    // The memory of it must not run out.
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

/** Makes sessions dead in memory, and closes their sockets and streams. */
export function closeSessions(
  services: Services,
  userId: string,
  sessionIds: readonly string[],
): void {
  for (const id of sessionIds) services.manager.closeSession(userId, id, 'session_revoked');
}
