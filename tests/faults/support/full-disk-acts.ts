import { sql } from 'kysely';
import { acts as chatActs } from '../../../src/chat/acts.ts';
import type { Acts } from '../../../src/store/group-commit.ts';
import type { Tx } from '../../../src/store/transaction.ts';

/* Charla's acts, and one that ends the disk: only the connection that writes can say so. */

const pageCount = async (tx: Tx) => {
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(tx.db);
  return rows[0]!.page_count;
};

export const acts = {
  ...chatActs,
  /** From now on the database may grow by so many pages; null: by as many as it likes. */
  async limitGrowth(tx: Tx, pages: number | null): Promise<void> {
    const most = pages === null ? 1_000_000_000 : (await pageCount(tx)) + pages;
    await sql`pragma max_page_count = ${sql.lit(most)}`.execute(tx.db);
  },
} satisfies Acts;
