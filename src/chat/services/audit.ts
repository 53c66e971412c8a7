import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { AuditAction, Audited } from '../audit-entry.ts';
import type { Viewer } from '../viewer.ts';

/** What an entry needs to be written. */
interface Used {
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly store: {
    mutate(mutation: 'recordAudit', entry: Audited, how: { isBackground: true }): Promise<unknown>;
  };
  readonly isStopping: () => boolean;
}

interface What {
  readonly roomId?: string;
  readonly userId?: string;
  readonly [detail: string]: unknown;
}

/**
 * Tells of something that a mutation has done and not recorded: writes a line to the server's log at once, and an entry
 * to the audit log in the background. Where a mutation can record it in its own transaction (`record`), it does, and the
 * use case calls `logModeration`.
 *
 * @public
 */
export function audit(
  services: Used,
  viewer: Pick<Viewer, 'user'>,
  action: AuditAction,
  what: What,
): void {
  logModeration(services, viewer, action, what);
  const { roomId, userId, ...details } = what;
  void storeLater(services, { actorId: viewer.user.id, action, roomId, userId, details });
}

/** Writes one line to the server's log: who did what, to whom or in which room. */
export function logModeration(
  { log }: { readonly log: Pick<Logger, 'info'> },
  viewer: Pick<Viewer, 'user'>,
  action: AuditAction,
  what: What,
): void {
  log.info({ audit: action, actorId: viewer.user.id, ...what }, 'moderation');
}

/** How long after a failure an entry is written again, in milliseconds. */
const RETRY_MS = 1000;

/** Tries until it succeeds or the server stops; the log then has the entry that was lost. */
async function storeLater({ log, store, isStopping }: Used, entry: Audited): Promise<void> {
  for (;;) {
    try {
      await store.mutate('recordAudit', entry, { isBackground: true });
      return;
    } catch (error) {
      log.error({ err: error, entry }, 'an entry of the audit log could not be written yet');
      if (isStopping()) return;
      await sleep(RETRY_MS, null, { ref: false });
    }
  }
}
