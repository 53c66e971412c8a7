import { existsSync, mkdirSync } from 'node:fs';
import { readConfig, type Config } from '../config.ts';
import { listMigrations, type MigrationState } from '../store/migrate.ts';
import { readPostgres } from '../store/postgres/operate.ts';
import { prepareDatabase } from '../store/postgres/prepare.ts';
import { lockFolder } from '../store/sqlite/folder-lock.ts';
import { prepareSqlite, readSqlite } from '../store/sqlite/operate.ts';
import { databaseFile } from './database.ts';
import type { Report } from './report.ts';

/** Lists the migrations of the database, of either kind. */
export async function showMigrations(report: Report): Promise<void> {
  const migrations = await readMigrations(readConfig(process.env));
  report.finish(migrations.map(lineOf), { migrations });
}

/** Brings the database to this version, or creates it. */
export async function runMigrations(report: Report): Promise<void> {
  const config = readConfig(process.env);
  const before = await readMigrations(config);
  await migrateUp(config);
  const ran = before.filter(({ ranAt }) => ranAt === null).map(({ name }) => name);
  report.finish(
    ran.length === 0 ? ['The database is up to date.'] : ran.map((name) => `${name}: done`),
    { ran },
  );
}

/** The migrations of this version; all are pending where there is no database yet. */
async function readMigrations(config: Config): Promise<MigrationState[]> {
  const { databaseUrl } = config;
  if (databaseUrl !== null) {
    return readPostgres(databaseUrl, ({ db }) => listMigrations(db, 'postgres'));
  }
  const file = databaseFile(config);
  if (!existsSync(file)) return listMigrations(null, 'sqlite');
  return readSqlite(file, ({ db }) => listMigrations(db, 'sqlite'));
}

async function migrateUp(config: Config): Promise<void> {
  if (config.databaseUrl !== null) {
    await prepareDatabase(config.databaseUrl);
    return;
  }
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(config.dataDir);
  try {
    await prepareSqlite(databaseFile(config));
  } finally {
    unlock();
  }
}

const lineOf = ({ name, ranAt }: MigrationState): string =>
  `${name}: ${ranAt === null ? 'pending' : `ran ${ranAt}`}`;
