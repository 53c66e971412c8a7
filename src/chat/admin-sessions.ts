import type { AdminSession } from '../protocol/administration.ts';
import { ChatError } from '../protocol/errors.ts';
import { expiryTime, isoTime } from '../store/mapping/time.ts';
import { findAccount } from '../store/queries/accounts.ts';
import { listTokens } from '../store/queries/api-tokens.ts';
import * as sessions from '../store/queries/sessions.ts';
import { requireAdmin } from './administration.ts';
import type { Services } from './services.ts';
import { logModeration } from './services/audit.ts';
import { closeSessions } from './sessions.ts';
import { toApiToken } from './tokens.ts';
import { requireSignIn, type Viewer } from './viewer.ts';

/* The sessions of others, for admins. */

/** The sessions of an account, which is everything that can act for it: its sign-ins and its API tokens. */
export async function listSessionsOf(
  { store, manager }: Services,
  viewer: Viewer,
  userId: string,
): Promise<AdminSession[]> {
  requireSignIn(viewer);
  requireAdmin(viewer);
  const now = Date.now();
  const [account, signIns, tokens] = await Promise.all([
    findAccount(store.db, userId),
    sessions.listSessions(store.db, userId, now),
    listTokens(store.db, userId),
  ]);
  if (!account || account.isDeleted) throw new ChatError('user_not_found');
  const all: AdminSession[] = [
    ...signIns.map(({ id, userAgent, createdAt, lastUsedAt, expiresAt }) => ({
      id,
      kind: 'signIn' as const,
      name: null,
      userAgent,
      createdAt: isoTime(createdAt),
      lastUsedAt: isoTime(lastUsedAt),
      expiresAt: expiryTime(expiresAt),
      current: id === viewer.sessionId,
    })),
    ...tokens
      .filter(({ expiresAt }) => expiresAt > now)
      .map((token) => ({
        ...toApiToken(token),
        kind: 'token' as const,
        userAgent: '',
        current: false,
      })),
  ];
  return all.filter(({ id }) => !manager.hasEnded(id));
}

/** Ends the sessions of an account, or one of them: they become invalid, their sockets and streams close. */
export async function endSessionsOf(
  services: Services,
  viewer: Viewer,
  of: { userId: string; sessionId?: string },
): Promise<void> {
  requireSignIn(viewer);
  const ended = await services.store.mutate('endSessionsOf', { ...of, actorId: viewer.user.id });
  closeSessions(services, of.userId, ended);
  const action = of.sessionId === undefined ? 'sessions ended' : 'session ended';
  logModeration(services, viewer, action, of);
}
