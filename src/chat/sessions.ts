import { ChatError } from '../protocol/errors.ts';
import type { SessionInfo } from '../protocol/resources.ts';
import { findSessionUser, listSessions as findSessions } from '../store/accounts.ts';
import { isoTime, toUser } from '../store/rows.ts';
import type { Chat, Viewer } from './chat.ts';

/** How exactly it is noted when a session was last used, in milliseconds: not every request writes. */
const TOUCH_MS = 60_000;

/** Who a token's session belongs to; refuses where it has ended. */
export async function viewerOfSession(
  chat: Chat,
  token: { userId: string; sessionId: string; expiresAt: number },
): Promise<Viewer> {
  const { sessionId, expiresAt } = token;
  const row = await findSessionUser(chat.store.db, sessionId);
  if (!row || row.id !== token.userId) throw new ChatError('session_revoked');
  if (Date.now() - row.last_used_at > TOUCH_MS) void touch(chat, sessionId);
  return { user: toUser(row), sessionId, expiresAt };
}

/** Nobody waits for it, and nobody is refused because the disk is full. */
async function touch(chat: Chat, sessionId: string): Promise<void> {
  try {
    await chat.store.write('touchSession', { sessionId, usedAt: Date.now() });
  } catch (error) {
    chat.log.warn({ err: error }, 'the use of a session could not be noted');
  }
}

/** Where the viewer is signed in, the latest used first. */
export async function listSessions(chat: Chat, viewer: Viewer): Promise<SessionInfo[]> {
  const rows = await findSessions(chat.store.db, viewer.user.id, Date.now());
  return rows.map((row) => ({
    id: row.id,
    createdAt: isoTime(row.created_at),
    lastUsedAt: isoTime(row.last_used_at),
    userAgent: row.user_agent,
    current: row.id === viewer.sessionId,
  }));
}

/** Ends a session of the viewer: its tokens are dead, its sockets and streams closed. */
export async function endSession(chat: Chat, viewer: Viewer, sessionId: string): Promise<void> {
  if (await end(chat, viewer, sessionId)) return;
  throw new ChatError('not_found', { message: 'You have no such session' });
}

/** Ends the session that asks, if nobody else has done so meanwhile. */
export async function logout(chat: Chat, viewer: Viewer): Promise<void> {
  await end(chat, viewer, viewer.sessionId);
}

async function end(chat: Chat, { user }: Viewer, sessionId: string): Promise<boolean> {
  const ended = await chat.store.write('endSession', { userId: user.id, sessionId });
  if (ended) chat.manager.closeSession(user.id, sessionId, 'session_revoked');
  return ended;
}
