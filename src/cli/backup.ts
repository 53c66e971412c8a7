import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { readConfig, type Config } from '../config.ts';
import { copyFile } from '../files/copy-file.ts';
import { FolderStorage } from '../files/folder-storage.ts';
import { version } from '../package.ts';
import { shown } from '../progress.ts';
import { readPostgres } from '../store/postgres/operate.ts';
import { countFiles, listFileIds } from '../store/queries/files.ts';
import { getMeta } from '../store/queries/meta.ts';
import { readSqlite } from '../store/sqlite/operate.ts';
import { snapshot } from '../store/sqlite/snapshot.ts';
import type { Database } from '../store/tables.ts';
import { beginBackup, FILES, KEY_FILE, type Manifest } from './backup-folder.ts';
import { databaseFile, filesFolder, requireDatabase } from './database.ts';
import { copyDurably, hashOf, sync } from './new-folder.ts';
import { dump } from './postgres-tools.ts';
import type { Report } from './report.ts';

/** How many ids of files one query reads. */
const PAGE = 500;
/** Files that are copied at once. */
const AT_ONCE = 4;
/** Bytes of a MiB. */
const MIB = 2 ** 20;

/** Copies the database and the files to a new folder, while a server may run on them. */
export async function runBackup(report: Report, target: string): Promise<void> {
  const config = readConfig(process.env);
  const manifest = await backUp(config, target, report);
  const { database, files } = manifest;
  const size = shown((database.bytes + files.bytes) / MIB);
  report.finish(
    [
      `Backed up to ${target}: the database and ${shown(files.count)} files, ${size} MiB.`,
      ...(config.jwtSecret === null
        ? []
        : ['JWT_SECRET is not in it; keep a copy, or everybody signs in again']),
    ],
    { folder: target, ...manifest },
  );
}

async function backUp(config: Config, target: string, report: Report): Promise<Manifest> {
  if (config.databaseUrl === null) requireDatabase(config);
  const unfinished = await beginBackup(target);
  const stopWatching = onStop(() => rmSync(unfinished.folder, { recursive: true, force: true }));
  try {
    const manifest = await fill(config, unfinished.folder, report);
    await unfinished.finish(manifest);
    return manifest;
  } catch (error) {
    await unfinished.discard();
    throw error;
  } finally {
    stopWatching();
  }
}

/**
 * The rows come first and then their files. A file is on disk before its row, so each row's file can be copied, but for
 * those that are deleted meanwhile, as their messages are.
 */
async function fill(config: Config, folder: string, report: Report): Promise<Manifest> {
  const createdAt = new Date().toISOString();
  const { databaseUrl } = config;
  const kind = databaseUrl === null ? 'sqlite' : 'postgres';
  const file = kind === 'sqlite' ? 'charla.db' : 'charla.dump';
  const copy = join(folder, file);
  const copyFiles = ({ db }: { db: Kysely<Database> }) => copyAllFiles(config, folder, db, report);
  let files: Manifest['files'];
  if (databaseUrl === null) {
    const from = databaseFile(config);
    const progress = report.progress('MiB');
    progress.begin('database', statSync(from).size / MIB);
    await snapshot(from, copy, (bytes) => progress.set(bytes / MIB));
    files = await readSqlite(copy, copyFiles);
  } else {
    await dump(databaseUrl, copy);
    await sync(copy);
    files = await readPostgres(databaseUrl, copyFiles);
  }
  const hasKey = await copyKey(config, folder);
  const database = { kind, file, bytes: statSync(copy).size, sha256: await hashOf(copy) } as const;
  return { format: 1, charla: version, createdAt, database, files, hasKey };
}

/** Copies the files of all rows, as the copied database or a later state has them. */
async function copyAllFiles(
  config: Config,
  folder: string,
  db: Kysely<Database>,
  report: Report,
): Promise<Manifest['files']> {
  const total = await countFiles(db);
  const owner = await getMeta(db, 'files_id');
  const from = await openSource(config, total, owner);
  const to = await FolderStorage.open(join(folder, FILES));
  if (owner !== undefined) await to.writeOwner(owner);
  const progress = report.progress('files');
  progress.begin('files', total);
  const sum = { count: 0, bytes: 0 };
  let after = '';
  for (;;) {
    const ids = from ? await listFileIds(db, after, PAGE) : [];
    if (ids.length === 0) return sum;
    after = ids.at(-1)!;
    const copyNext = async () => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
        const bytes = await copyFile(from!, to, id);
        progress.add(1);
        if (bytes === null) continue;
        sum.count += 1;
        sum.bytes += bytes;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, copyNext));
  }
}

/**
 * Opens FILES_DIR; null where there is none, and no row has a file. `owner` is the `files_id` of the database. Throws where
 * it has the files of another one.
 */
export async function openSource(
  config: Config,
  total: number,
  owner: string | undefined,
): Promise<FolderStorage | null> {
  const folder = filesFolder(config);
  const from = existsSync(folder) ? await FolderStorage.open(folder) : null;
  if (total === 0) return from;
  if (owner !== undefined && (await from?.readOwner()) === owner) return from;
  throw new Error(
    `FILES_DIR=${folder} does not have the files of this database: is it mounted, and set as for the server?`,
  );
}

/** Copies the key that the server has generated. False where it has its key from the environment. */
async function copyKey({ dataDir, jwtSecret }: Config, folder: string): Promise<boolean> {
  const file = join(dataDir, KEY_FILE);
  if (jwtSecret !== null || !existsSync(file)) return false;
  await copyDurably(file, join(folder, KEY_FILE));
  return true;
}

/** Where a signal ends the process, runs `cleanUp` first. Returns the function that ends the watch. */
function onStop(cleanUp: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const stop = (signal: NodeJS.Signals) => {
    process.stderr.write('Charla cannot back up: it was stopped; nothing of the backup is left\n');
    cleanUp();
    stopWatching();
    // Not an exit: that would wait for the thread, which copies for as long as it takes.
    process.kill(process.pid, signal);
  };
  const stopWatching = () => signals.forEach((signal) => process.off(signal, stop));
  for (const signal of signals) process.on(signal, stop);
  return stopWatching;
}
