import type { Chat, Viewer } from './chat.ts';

/** What moderators and owners do to others, or to a room. */
type Moderation =
  | 'added'
  | 'role changed'
  | 'removed'
  | 'banned'
  | 'ban lifted'
  | 'message deleted'
  | 'room updated'
  | 'room deleted';

/** One line in the server's log for each act of moderation: who did what, where and to whom. */
export function audit(
  chat: Chat,
  viewer: Viewer,
  act: Moderation,
  what: { roomId: string; userId?: string; seq?: number; role?: string; changes?: object },
): void {
  chat.log.info({ audit: act, actorId: viewer.user.id, ...what }, 'moderation');
}
