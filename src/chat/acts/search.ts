import { indexNext } from '../../store/search.ts';
import type { Tx } from '../../store/transaction.ts';

/** Messages that are indexed in one transaction: others wait for no more than that. */
const INDEX_ROWS = 200;

/** Takes the search index on; answers how far it has come. */
export function indexMessages(tx: Tx): Promise<{ pos: number; more: boolean }> {
  return indexNext(tx.db, INDEX_ROWS);
}
