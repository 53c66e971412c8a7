import * as search from '../../store/sqlite/fts5.ts';
import type { Tx } from '../../store/transaction.ts';

/** Takes the search index on by at most `limit` messages; answers how far it has come. */
export function indexMessages(tx: Tx, limit: number): Promise<{ pos: number; more: boolean }> {
  return search.indexNext(tx, limit);
}

/** Takes a part of what is not said any more out of the index; answers whether there was something. */
export function removeWords(tx: Tx): Promise<boolean> {
  return search.removeNext(tx);
}

/** Tidies the search index up, a step at a time; answers whether there was something to do. */
export function tidyIndex(tx: Tx): Promise<boolean> {
  return search.mergeIndex(tx);
}
