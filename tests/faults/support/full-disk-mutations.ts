import { sql } from 'kysely';
import { mutations as chatActs } from '../../../src/chat/mutations.ts';
import type { Mutations } from '../../../src/store/mutation.ts';
import type { Tx } from '../../../src/store/transaction.ts';

/* Charla's mutations, and one that ends the disk: only the connection that writes can say so. */

const pageCount = async (tx: Tx) => {
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(tx.db);
  return rows[0]!.page_count;
};

let isFull = false;

export const mutations = {
  ...chatActs,
  /** From now on the end of a session cannot be written, or can again. */
  async fillUp(_tx: Tx, full: boolean): Promise<void> {
    isFull = full;
  },
  async endSession(tx: Tx, input: { userId: string; sessionId: string }): Promise<void> {
    if (isFull) throw Object.assign(new Error('The disk is full'), { code: 'SQLITE_FULL' });
    return chatActs.endSession(tx, input);
  },
  /** From now on the database may grow by so many pages; null: by as many as it likes. */
  async limitGrowth(tx: Tx, pages: number | null): Promise<void> {
    const most = pages === null ? 1_000_000_000 : (await pageCount(tx)) + pages;
    await sql`pragma max_page_count = ${sql.lit(most)}`.execute(tx.db);
  },
} satisfies Mutations;
