import { deleteOldAudit } from '../../store/queries/audit.ts';
import { deleteExpiredResetTokens } from '../../store/queries/reset-tokens.ts';
import type { Tx } from '../../store/transaction.ts';

/** Entries that one transaction deletes: others wait for no more. */
const PAGE = 500;

/** Deletes a part of what is kept for a time that is over; returns whether there is more. */
export async function deleteOutdated(
  tx: Tx,
  { auditBefore, now }: { auditBefore: number; now: number },
): Promise<boolean> {
  await deleteExpiredResetTokens(tx.db, now);
  return (await deleteOldAudit(tx.db, auditBefore, PAGE)) === PAGE;
}
