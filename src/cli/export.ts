import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { readConfig, type Config } from '../config.ts';
import { version } from '../package.ts';
import { shown } from '../progress.ts';
import { EXPORT_FORMAT, type ExportFile, type ExportManifest } from '../protocol/export.ts';
import { requireLatest } from '../store/migrate.ts';
import { readPostgresView } from '../store/postgres/operate.ts';
import * as pages from '../store/move/export-pages.ts';
import { getMeta } from '../store/queries/meta.ts';
import { readSqliteView } from '../store/sqlite/operate.ts';
import type { Database } from '../store/tables.ts';
import { openSource } from './backup.ts';
import { databaseFile, requireDatabase } from './database.ts';
import { FileCopies, KEPT } from './export-files.ts';
import { MANIFEST } from './export-folder.ts';
import { LineWriter, objectOf, readLines, type LineCount } from './lines.ts';
import { beginFolder } from './new-folder.ts';
import type { Report } from './report.ts';

/** Files that are copied at once. */
const AT_ONCE = 4;
/** The lines of files while their bytes are not there yet. */
const ROWS_OF_FILES = 'files.rows';

export interface ExportOptions {
  /** Whether the hashes of passwords are in it. */
  readonly hasPasswords: boolean;
}

/** Writes the database and the files to a new folder that any program can read, while a server may run on them. */
export async function runExport(
  report: Report,
  target: string,
  options: ExportOptions,
): Promise<void> {
  const manifest = await exportFolder(readConfig(process.env), target, options, report);
  const { files, hasPasswords } = manifest;
  const count = (name: ExportFile) => shown(manifest.lines[name].count);
  report.finish(
    [
      `Exported to ${target}: ${count('users.jsonl')} users, ${count('rooms.jsonl')} rooms, ` +
        `${count('messages.jsonl')} messages and ${shown(files.count)} files.`,
      ...(files.missing > 0
        ? [`${shown(files.missing)} files are missing in FILES_DIR, or were deleted meanwhile.`]
        : []),
      ...(hasPasswords ? ['It has password hashes: keep it as safe as DATA_DIR.'] : []),
    ],
    { folder: target, ...manifest },
  );
}

/** Exports to a folder. Throws an Error with one line that says what is wrong. */
export async function exportFolder(
  config: Config,
  target: string,
  options: ExportOptions,
  report: Report,
): Promise<ExportManifest> {
  if (config.databaseUrl === null) requireDatabase(config);
  const unfinished = await beginFolder(target, { what: 'export', manifest: MANIFEST, kept: KEPT });
  const { folder } = unfinished;
  // All rows are of one moment. What is committed meanwhile is not there, and waits for nothing.
  const { rows, owner } = await inView(config, async (db) => ({
    rows: await writeRows(db, folder, options, report),
    owner: await getMeta(db, 'files_id'),
  }));
  const total = rows['files.jsonl'].count;
  const from = await openSource(config, total, owner);
  const copies = await FileCopies.open(from, folder);
  const { lines, files } = await writeFiles(copies, folder, total, report);
  const manifest: ExportManifest = {
    format: EXPORT_FORMAT,
    charla: version,
    createdAt: new Date().toISOString(),
    hasPasswords: options.hasPasswords,
    lines: { ...rows, 'files.jsonl': lines },
    files,
  };
  await unfinished.finish(manifest);
  return manifest;
}

function inView<T>(config: Config, read: (db: Kysely<Database>) => Promise<T>): Promise<T> {
  const { databaseUrl } = config;
  if (databaseUrl === null) {
    return readSqliteView(databaseFile(config), async (db) => {
      await requireLatest(db, 'sqlite');
      return read(db);
    });
  }
  return readPostgresView(databaseUrl, async (db) => {
    await requireLatest(db, 'postgres');
    return read(db);
  });
}

interface ExportedTable {
  readonly table: keyof Database;
  readonly file: ExportFile;
  readonly read: (options: ExportOptions) => pages.ReadPage;
}

/** The tables that are exported, each to its file. `mentions` go with their messages. */
export const exportedTables: readonly ExportedTable[] = [
  {
    table: 'users',
    file: 'users.jsonl',
    read: ({ hasPasswords }) => pages.readUsers(hasPasswords),
  },
  { table: 'blocks', file: 'blocks.jsonl', read: () => pages.readBlocks },
  { table: 'rooms', file: 'rooms.jsonl', read: () => pages.readRooms },
  { table: 'bans', file: 'bans.jsonl', read: () => pages.readBans },
  { table: 'notify_levels', file: 'notify-levels.jsonl', read: () => pages.readNotifyLevels },
  { table: 'files', file: 'files.jsonl', read: () => pages.readFiles },
  { table: 'events', file: 'events.jsonl', read: () => pages.readEvents },
  { table: 'members', file: 'members.jsonl', read: () => pages.readMembers },
  { table: 'messages', file: 'messages.jsonl', read: () => pages.readMessages },
];

type Lines = Record<ExportFile, LineCount>;

async function writeRows(
  db: Kysely<Database>,
  folder: string,
  options: ExportOptions,
  report: Report,
): Promise<Lines> {
  const written: Partial<Lines> = {};
  const progress = report.progress('lines');
  for (const { table, file, read } of exportedTables) {
    progress.begin(file, await pages.countRows(db, table));
    const name = file === 'files.jsonl' ? ROWS_OF_FILES : file;
    written[file] = await writeLines(join(folder, name), async (writer) => {
      const readPage = read(options);
      let page = await readPage(db, null);
      for (;;) {
        await writer.write(page.lines);
        progress.add(page.lines.length);
        if (page.next === null) return;
        page = await readPage(db, page.next);
      }
    });
  }
  return written as Lines;
}

async function writeLines(
  path: string,
  work: (writer: LineWriter) => Promise<void>,
): Promise<LineCount> {
  const writer = await LineWriter.open(path);
  try {
    await work(writer);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  return writer.end();
}

/** Copies the bytes of the files, and writes the lines of those. */
async function writeFiles(
  copies: FileCopies,
  folder: string,
  total: number,
  report: Report,
): Promise<{ lines: LineCount; files: ExportManifest['files'] }> {
  const progress = report.progress('files');
  progress.begin('files', total);
  const sum = { count: 0, bytes: 0, missing: 0 };
  const copyOne = async (row: { id: string }): Promise<object> => {
    const copied = await copies.copy(row.id);
    progress.add(1);
    if (!copied) {
      sum.missing += 1;
      return { ...row, isMissing: true };
    }
    sum.count += 1;
    sum.bytes += copied.size;
    return { ...row, ...copied };
  };
  const lines = await writeLines(join(folder, 'files.jsonl'), async (writer) => {
    let some: { id: string }[] = [];
    const flush = async () => {
      await writer.write(await Promise.all(some.map(copyOne)));
      some = [];
    };
    for await (const line of readLines(join(folder, ROWS_OF_FILES), { line: 0, offset: 0 })) {
      some.push(objectOf(line) as { id: string });
      if (some.length === AT_ONCE) await flush();
    }
    await flush();
  });
  await rm(join(folder, ROWS_OF_FILES));
  await copies.finish();
  return { lines, files: sum };
}
