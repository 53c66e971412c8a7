import { sql } from 'kysely';
import { mutations as chatActs } from '../../../src/chat/mutations.ts';
import type { Mutations } from '../../../src/store/mutation.ts';
import type { Tx } from '../../../src/store/transaction.ts';

/* Charla's mutations, and some that simulate a full disk. Only the writing connection can limit its database. */

const pageCount = async (tx: Tx) => {
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(tx.db);
  return rows[0]!.page_count;
};

let isFull = false;

export const mutations = {
  ...chatActs,
  /** Makes `endSession` fail as on a full disk, or succeed again. */
  async fillUp(_tx: Tx, full: boolean): Promise<void> {
    isFull = full;
  },
  async endSession(tx: Tx, input: { userId: string; sessionId: string }): Promise<void> {
    if (isFull) throw Object.assign(new Error('The disk is full'), { code: 'SQLITE_FULL' });
    return chatActs.endSession(tx, input);
  },
  /** Limits the growth of the database to so many pages from now on; null removes the limit. */
  async limitGrowth(tx: Tx, pages: number | null): Promise<void> {
    const most = pages === null ? 1_000_000_000 : (await pageCount(tx)) + pages;
    await sql`pragma max_page_count = ${sql.lit(most)}`.execute(tx.db);
  },
} satisfies Mutations;
