import type { Services, Viewer } from '../services.ts';

/** What moderators and owners do to others or to a room, and admins to an account. */
type Moderation =
  | 'added'
  | 'role changed'
  | 'removed'
  | 'banned'
  | 'ban lifted'
  | 'message deleted'
  | 'room updated'
  | 'room deleted'
  | 'made admin'
  | 'admin no more'
  | 'account disabled'
  | 'account enabled';

/** One line in the server's log for each act of moderation: who did what, to whom or in which room. */
export function audit(
  services: Services,
  viewer: Viewer,
  act: Moderation,
  what: { roomId?: string; userId?: string; seq?: number; role?: string; changes?: object },
): void {
  services.log.info({ audit: act, actorId: viewer.user.id, ...what }, 'moderation');
}
