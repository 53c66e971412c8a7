import type { Kysely } from 'kysely';
import { Migrator, type Migration, type MigrationResultSet } from 'kysely/migration';
import * as first from '../../migrations/001-first.ts';
import * as push from '../../migrations/002-push.ts';
import * as files from '../../migrations/003-files.ts';
import * as bots from '../../migrations/004-bots.ts';
import * as invites from '../../migrations/005-invites.ts';
import * as hooks from '../../migrations/006-hooks.ts';
import * as administration from '../../migrations/007-administration.ts';
import * as mailAndSignIn from '../../migrations/008-mail-and-sign-in.ts';
import * as adminLists from '../../migrations/010-admin-lists.ts';
import * as summaries from '../../migrations/011-summaries.ts';
import type { Dialect } from './dialect.ts';
import { getMeta } from './queries/meta.ts';
import type { Database } from './tables.ts';

interface MigrationOfBoth {
  up(db: Kysely<unknown>, dialect: Dialect): Promise<void>;
  down(db: Kysely<unknown>, dialect: Dialect): Promise<void>;
}

/** In order, by explicit imports: what is not listed here does not run. */
const migrations: Record<string, MigrationOfBoth> = {
  '001-first': first,
  '002-push': push,
  '003-files': files,
  '004-bots': bots,
  '005-invites': invites,
  '006-hooks': hooks,
  '007-administration': administration,
  '008-mail-and-sign-in': mailAndSignIn,
  '010-admin-lists': adminLists,
  '011-summaries': summaries,
};

/** The first migration of the versions before the first release. */
const BEFORE_RELEASE = '001-accounts-rooms-messages';

export function migrator(db: Kysely<Database>, dialect: Dialect): Migrator {
  const ofDialect = Object.entries(migrations).map(([name, migration]): [string, Migration] => [
    name,
    { up: (on) => migration.up(on, dialect), down: (on) => migration.down(on, dialect) },
  ]);
  const getMigrations = () => Promise.resolve(Object.fromEntries(ofDialect));
  return new Migrator({ db, provider: { getMigrations } });
}

/** A migration of this version. */
export interface MigrationState {
  readonly name: string;
  /** When it ran, in ISO 8601; null while it is pending. */
  readonly ranAt: string | null;
}

/** The migrations of this version in order, for a database or for none. Throws where it is of a newer version. */
export async function listMigrations(
  db: Kysely<Database> | null,
  dialect: Dialect,
): Promise<MigrationState[]> {
  if (!db) return Object.keys(migrations).map((name) => ({ name, ranAt: null }));
  await requireKnownVersion(db);
  const all = await migrator(db, dialect).getMigrations();
  return all.map(({ name, executedAt }) => ({ name, ranAt: executedAt?.toISOString() ?? null }));
}

/**
 * Migrates the database to this version; throws where that fails, changing nothing. Only an import may do so with a
 * database that has a part of one.
 */
export async function migrateToLatest(
  db: Kysely<Database>,
  dialect: Dialect,
  { mayBePart = false } = {},
): Promise<void> {
  await requireKnownVersion(db);
  if (!mayBePart) await requireWhole(db);
  requireSuccess(await migrator(db, dialect).migrateToLatest());
}

/** Throws where the database is not of this version, and changes nothing. */
export async function requireLatest(db: Kysely<Database>, dialect: Dialect): Promise<void> {
  await requireKnownVersion(db);
  await requireWhole(db);
  const all = await migrator(db, dialect).getMigrations();
  if (all.every(({ executedAt }) => executedAt)) return;
  throw new Error(
    'This database is from an older version of Charla; start this version on it once, and stop it',
  );
}

/** Throws where an import has begun to fill the database, and has not ended. */
async function requireWhole(db: Kysely<Database>): Promise<void> {
  const tables = await db.introspection.getTables();
  if (!tables.some(({ name }) => name === 'meta')) return;
  if ((await getMeta(db, 'import')) === undefined) return;
  throw new Error(
    'This database has only a part of an import; run `charla import` with the same folder again',
  );
}

/** Throws where another version of Charla has made the database, and this one cannot read it. */
async function requireKnownVersion(db: Kysely<Database>): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return;
  const executed = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  const names = executed.map(({ name }) => name);
  if (names.includes(BEFORE_RELEASE)) {
    throw new Error(
      'This database is from a version before the first release, which cannot be migrated; ' +
        'set DATA_DIR to another folder',
    );
  }
  if (names.some((name) => !(name in migrations))) {
    throw new Error(
      'This database is from a newer version of Charla; start that version, or restore a backup',
    );
  }
}

export function requireSuccess({ error, results }: MigrationResultSet): void {
  if (error === undefined) return;
  const failed =
    results?.find((result) => result.status === 'Error')?.migrationName ?? 'migrations';
  throw new Error(`The database could not be migrated (${failed}): ${(error as Error).message}`, {
    cause: error,
  });
}
