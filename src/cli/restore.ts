import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { readConfig, type Config } from '../config.ts';
import { copyFile } from '../files/copy-file.ts';
import { FolderStorage } from '../files/folder-storage.ts';
import { shown } from '../progress.ts';
import { listMigrations } from '../store/migrate.ts';
import { isEmpty, readPostgres } from '../store/postgres/operate.ts';
import { shownUrl } from '../store/postgres/prepare.ts';
import { lockFolder } from '../store/sqlite/folder-lock.ts';
import { checkIntegrity, readSqlite } from '../store/sqlite/operate.ts';
import { FILES, KEY_FILE, readManifest, type Manifest } from './backup-folder.ts';
import { databaseFile, filesFolder } from './database.ts';
import { copyDurably, hashOf, LOCK_FILES, sync } from './new-folder.ts';
import { restoreDump } from './postgres-tools.ts';
import type { Report } from './report.ts';

/** Makes a server out of a backup. Killed at any moment, it can be run again. */
export async function runRestore(report: Report, backup: string): Promise<void> {
  const config = readConfig(process.env);
  const manifest = await readManifest(backup);
  await restore(config, backup, manifest, report);
  report.finish(
    [
      `Restored the database of ${manifest.createdAt} and ${shown(manifest.files.count)} files.`,
      'Start the server. Each client loads its history again, once.',
    ],
    { folder: backup, ...manifest },
  );
}

async function restore(
  config: Config,
  backup: string,
  manifest: Manifest,
  report: Report,
): Promise<void> {
  const { kind, file, sha256 } = manifest.database;
  const { databaseUrl, dataDir } = config;
  requireKind(kind, databaseUrl);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(dataDir);
  try {
    const source = await FolderStorage.open(join(backup, FILES));
    if (databaseUrl === null) await requireEmptyFolder(config, backup);
    else await requireEmptyDatabase(databaseUrl);
    await requireOurFiles(config, await source.readOwner());
    if (databaseUrl !== null) {
      requireHash(await hashOf(join(backup, file)), sha256, file);
      await restoreFiles(config, source, manifest, report);
      // The last step, which happens or does not.
      await restoreDump(databaseUrl, join(backup, file));
      return;
    }
    const staged = join(dataDir, STAGED);
    requireHash(await copyDurably(join(backup, file), staged), sha256, file);
    await readSqlite(staged, async ({ db, connection }) => {
      checkIntegrity(connection);
      await listMigrations(db, 'sqlite');
    });
    await restoreFiles(config, source, manifest, report);
    await restoreKey(config, backup);
    // The last step: until now, there is no database. It has no mark of the log, so its first start renews its epoch.
    await rename(staged, databaseFile(config));
    await sync(dataDir);
  } finally {
    unlock();
  }
}

/** The name of the database while it is being restored. */
const STAGED = 'charla.db.restoring';
/** The same of the key. */
const STAGED_KEY = `${KEY_FILE}.restoring`;

function requireKind(kind: Manifest['database']['kind'], databaseUrl: string | null): void {
  if (kind === 'sqlite' && databaseUrl !== null) {
    throw new Error(
      'this is a backup of SQLite, and DATABASE_URL is set; restore it without, then run `charla migrate-to-postgres`',
    );
  }
  if (kind === 'postgres' && databaseUrl === null) {
    throw new Error(
      'this is a backup of PostgreSQL; set DATABASE_URL to the address of an empty database',
    );
  }
}

function requireHash(found: string, wanted: string, file: string): void {
  if (found === wanted) return;
  throw new Error(
    `${file} of the backup is damaged: it is not what was backed up; use another backup`,
  );
}

/** DATA_DIR has nothing but what an earlier run of this command may have left. */
async function requireEmptyFolder(config: Config, backup: string): Promise<void> {
  const { dataDir } = config;
  const ofFiles = relative(dataDir, filesFolder(config)).split(sep)[0]!;
  const ours = [STAGED, STAGED_KEY, 'lost+found', ofFiles];
  const others = (await readdir(dataDir)).filter(
    (name) =>
      !ours.includes(name) &&
      !LOCK_FILES.test(name) &&
      !(name === KEY_FILE && hasSameKey(dataDir, backup)),
  );
  if (others.length === 0) return;
  throw new Error(
    `DATA_DIR=${dataDir} is not empty: it has ${others[0]}; set it to a new folder, or move what is there away`,
  );
}

function hasSameKey(dataDir: string, backup: string): boolean {
  const kept = join(backup, KEY_FILE);
  if (!existsSync(kept)) return false;
  return readFileSync(kept).equals(readFileSync(join(dataDir, KEY_FILE)));
}

async function requireEmptyDatabase(url: string): Promise<void> {
  if (await readPostgres(url, isEmpty)) return;
  throw new Error(`DATABASE_URL (${shownUrl(url)}) is not empty; create another database`);
}

/** FILES_DIR is empty, or has files of the same database: those of an earlier run, or of a server that lost the rest. */
export async function requireOurFiles(config: Config, owner: string | null): Promise<void> {
  const folder = filesFolder(config);
  const names = existsSync(folder) ? await readdir(folder) : [];
  const others = names.filter((name) => !['incoming', 'lost+found'].includes(name));
  if (others.length === 0) return;
  const there = await (await FolderStorage.open(folder)).readOwner();
  if (there !== null && there === owner) return;
  throw new Error(
    `FILES_DIR=${folder} is not empty; set it to a new folder, or move the files away`,
  );
}

async function restoreFiles(
  config: Config,
  source: FolderStorage,
  manifest: Manifest,
  report: Report,
): Promise<void> {
  const target = await FolderStorage.open(filesFolder(config));
  const owner = await source.readOwner();
  // First: it says whose files those are that a killed run leaves.
  if (owner !== null) await target.writeOwner(owner);
  const progress = report.progress('files');
  progress.begin('files', manifest.files.count);
  let count = 0;
  for await (const ids of source.list()) {
    for (const id of ids) {
      if ((await copyFile(source, target, id)) !== null) count += 1;
      progress.add(1);
    }
  }
  if (count >= manifest.files.count) return;
  throw new Error(
    `the backup is damaged: it has ${count} of ${manifest.files.count} files; use another backup`,
  );
}

async function restoreKey({ dataDir }: Config, backup: string): Promise<void> {
  const kept = join(backup, KEY_FILE);
  if (!existsSync(kept)) return;
  const staged = join(dataDir, STAGED_KEY);
  await copyDurably(kept, staged);
  await rename(staged, join(dataDir, KEY_FILE));
}
