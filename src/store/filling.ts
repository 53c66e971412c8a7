import type { Kysely } from 'kysely';
import type { Database } from './tables.ts';
import type { Tx } from './transaction.ts';

/** A database that an import fills: nobody else uses it meanwhile. Each database implements it. */
export interface FilledDatabase {
  /** Kysely on its connection, for reads between transactions. */
  readonly db: Kysely<Database>;
  /** Runs `work` in one transaction and commits it; rolls it back and rethrows where anything fails. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
