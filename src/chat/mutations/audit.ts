import { insertAudit } from '../../store/queries/audit.ts';
import type { Tx } from '../../store/transaction.ts';
import type { Audited } from '../audit-entry.ts';

/** Writes an entry of the audit log, in the transaction of what it tells. */
export async function record(
  tx: Tx,
  { actorId, action, userId, roomId, details }: Audited,
): Promise<void> {
  await insertAudit(tx.db, {
    at: Date.now(),
    action,
    actorId,
    userId: userId ?? null,
    roomId: roomId ?? null,
    details: details && Object.keys(details).length > 0 ? details : null,
  });
}
