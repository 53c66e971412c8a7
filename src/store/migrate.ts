import type { Kysely } from 'kysely';
import { Migrator, type Migration, type MigrationResultSet } from 'kysely/migration';
import * as accountsRoomsMessages from '../../migrations/001-accounts-rooms-messages.ts';
import * as rolesReactionsSearch from '../../migrations/002-roles-reactions-search.ts';
import * as searchMerges from '../../migrations/003-search-merges.ts';
import * as boundedWork from '../../migrations/004-bounded-work.ts';
import * as blocksAndDisabledAccounts from '../../migrations/005-blocks-and-disabled-accounts.ts';
import * as limits from '../../migrations/006-limits.ts';
import * as nameKeys from '../../migrations/007-name-keys.ts';
import * as letters from '../../migrations/008-letters.ts';
import type { Database } from './tables.ts';

/** In order, by explicit imports: what is not listed here does not run. */
const migrations: Record<string, Migration> = {
  '001-accounts-rooms-messages': accountsRoomsMessages,
  '002-roles-reactions-search': rolesReactionsSearch,
  '003-search-merges': searchMerges,
  '004-bounded-work': boundedWork,
  '005-blocks-and-disabled-accounts': blocksAndDisabledAccounts,
  '006-limits': limits,
  '007-name-keys': nameKeys,
  '008-letters': letters,
};

export function migrator(db: Kysely<Database>): Migrator {
  return new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
}

/** Brings the database to the shape of this version; throws where that fails, changing nothing. */
export async function migrateToLatest(db: Kysely<Database>): Promise<void> {
  requireSuccess(await migrator(db).migrateToLatest());
}

export function requireSuccess({ error, results }: MigrationResultSet): void {
  if (error === undefined) return;
  const failed =
    results?.find((result) => result.status === 'Error')?.migrationName ?? 'migrations';
  throw new Error(`The database could not be migrated (${failed}): ${(error as Error).message}`, {
    cause: error,
  });
}
