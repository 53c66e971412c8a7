import type { Logger } from 'pino';
import type { Viewer } from '../viewer.ts';

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

/** Writes one line to the server's log for each act of moderation: who did what, to whom or in which room. */
export function audit(
  { log }: { readonly log: Pick<Logger, 'info'> },
  viewer: Viewer,
  moderation: Moderation,
  what: { roomId?: string; userId?: string; seq?: number; role?: string; changes?: object },
): void {
  log.info({ audit: moderation, actorId: viewer.user.id, ...what }, 'moderation');
}
