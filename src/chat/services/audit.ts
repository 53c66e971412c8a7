import type { Logger } from 'pino';
import type { AuditAction } from '../audit-entry.ts';
import type { Viewer } from '../viewer.ts';

/**
 * Writes one line to the server's log: who did what, to whom or in which room. The entry of the audit log is written by the
 * mutation, in the transaction of what it tells.
 */
export function logModeration(
  { log }: { readonly log: Pick<Logger, 'info'> },
  viewer: Pick<Viewer, 'user'>,
  action: AuditAction,
  what: { readonly roomId?: string; readonly userId?: string; readonly [detail: string]: unknown },
): void {
  log.info({ audit: action, actorId: viewer.user.id, ...what }, 'moderation');
}
