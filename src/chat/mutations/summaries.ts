import * as summaries from '../../store/queries/summaries.ts';
import type { Tx } from '../../store/transaction.ts';

/**
 * Keeps that a summary was sent, or could not be: `pos` is the position of the log up to which it has told, null where it
 * has not; the next one is not sent before `dueAt`.
 */
export async function noteSummary(
  tx: Tx,
  { userId, pos, dueAt }: { userId: string; pos: number | null; dueAt: number },
): Promise<void> {
  await summaries.updateSummaries(tx.db, userId, {
    ...(pos !== null && { summary_pos: pos }),
    summary_due_at: dueAt,
  });
}

/**
 * Claims a user's summary, which nobody else sends then before `until`. False where somebody has, or where it is wanted
 * no more.
 */
export function claimSummary(
  tx: Tx,
  { userId, now, until }: { userId: string; now: number; until: number },
): Promise<boolean> {
  return summaries.putOffSummary(tx.db, userId, { now, until });
}

/** Turns a user's summaries off. */
export function stopSummaries(tx: Tx, { userId }: { userId: string }): Promise<void> {
  return summaries.updateSummaries(tx.db, userId, { summary_language: null });
}

/** Keeps that the owner of an account's email wants summaries. */
export function confirmSummaries(tx: Tx, { userId }: { userId: string }): Promise<void> {
  return summaries.confirmSummaries(tx.db, userId);
}
