import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hash } from 'bcryptjs';
import { importBlocks, importUsers } from '../chat/import/accounts.ts';
import { importEvents } from '../chat/import/events.ts';
import { importFiles } from '../chat/import/files.ts';
import { importMembers } from '../chat/import/members.ts';
import { importMessages } from '../chat/import/messages.ts';
import { importBans, importNotifyLevels, importRooms } from '../chat/import/rooms.ts';
import { Misfit, type ImportSource, type ImportStep } from '../chat/import/step.ts';
import { newId } from '../chat/ids.ts';
import { readConfig, type Config } from '../config.ts';
import { FolderStorage } from '../files/folder-storage.ts';
import { Media } from '../files/media.ts';
import { shown } from '../progress.ts';
import type { FilledDatabase } from '../store/filling.ts';
import { openToFill as openPostgres } from '../store/postgres/fill.ts';
import { shownUrl } from '../store/postgres/prepare.ts';
import { beginImport, endImport, findMisfit, hasPeople } from '../store/move/imported-rows.ts';
import { getMeta, setMeta } from '../store/queries/meta.ts';
import { openToFill as openSqlite } from '../store/sqlite/fill.ts';
import { lockFolder } from '../store/sqlite/folder-lock.ts';
import { databaseFile, filesFolder } from './database.ts';
import { receiveFiles } from './import-files.ts';
import {
  checkLines,
  inFile,
  openImportFolder,
  parsedBy,
  type CheckedLines,
  type ImportFolder,
} from './import-folder.ts';
import { LineFault, readLines, type Line } from './lines.ts';
import type { Report } from './report.ts';
import { requireOurFiles } from './restore.ts';

/** What one transaction writes at most: lines, and bytes of them. */
const BATCH_LINES = 500;
const BATCH_BYTES = 2 ** 20;

/** Fills an empty database, of either kind, with an export. Killed at any moment, it goes on when it is run again. */
export async function runImport(report: Report, folder: string): Promise<void> {
  finish(report, folder, await importFolder(readConfig(process.env), folder, report));
}

/** Imports a folder. Throws an Error with one line that says what is wrong. */
export async function importFolder(
  config: Config,
  path: string,
  report: Report,
): Promise<CheckedLines> {
  const folder = await openImportFolder(path);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const media = new Media();
  const unlock = lockFolder(config.dataDir);
  try {
    const storage = await FolderStorage.open(filesFolder(config));
    const steps = [
      importUsers,
      importBlocks,
      importRooms,
      importBans,
      importNotifyLevels,
      importFiles((lines) => receiveFiles({ folder: path, storage, media }, lines)),
      importEvents,
      importMembers,
      importMessages,
    ] as ImportStep[];
    const checked = await checkLines(folder, steps, report);
    await fill(config, { folder, steps, storage, checked, report });
    return checked;
  } finally {
    await media.close();
    unlock();
  }
}

function finish(report: Report, folder: string, { counts, withoutPassword }: CheckedLines): void {
  const [users = 0, rooms = 0, messages = 0, files = 0] = [
    counts['users.jsonl'],
    counts['rooms.jsonl'],
    counts['messages.jsonl'],
    counts['files.jsonl'],
  ];
  report.finish(
    [
      `Imported ${shown(users)} users, ${shown(rooms)} rooms, ${shown(messages)} messages and ${shown(files)} files.`,
      ...(withoutPassword > 0
        ? [
            `${shown(withoutPassword)} accounts have no password: set one with \`charla user password EMAIL\`.`,
          ]
        : []),
      'Start the server.',
    ],
    { folder, users, rooms, messages, files, withoutPassword },
  );
}

interface Import {
  readonly folder: ImportFolder;
  readonly steps: readonly ImportStep[];
  readonly storage: FolderStorage;
  readonly checked: CheckedLines;
  readonly report: Report;
}

/** How far an import has come, as the database has it: in the transaction that wrote the lines before. */
interface Place {
  readonly fingerprint: string;
  /** The index of the step. */
  readonly step: number;
  readonly line: number;
  readonly offset: number;
}

async function fill(config: Config, its: Import): Promise<void> {
  const { databaseUrl } = config;
  const database =
    databaseUrl === null ? await openSqlite(databaseFile(config)) : await openPostgres(databaseUrl);
  try {
    const place = await begin(config, database, its);
    const source: ImportSource = {
      hasLog: its.folder.files.has('events.jsonl'),
      noPassword: place.step === 0 ? await hashOfNothing(config) : '',
    };
    for (const [i, step] of its.steps.entries()) {
      if (i < place.step || !its.folder.files.has(step.file)) continue;
      const from = i === place.step ? place : { ...place, step: i, line: 0, offset: 0 };
      await inFile(step.file, () => importLines(database, { ...its, step, source, from }));
    }
    const misfit = await findMisfit(database.db);
    if (misfit !== null) throw new Error(misfit);
    await database.transaction((tx) => endImport(tx.db, source));
  } finally {
    await database.close();
  }
}

/** Where to go on: at the beginning, unless the same import was killed. */
async function begin(
  config: Config,
  database: FilledDatabase,
  { storage, checked: { fingerprint } }: Import,
): Promise<Place> {
  const { db } = database;
  const kept = await getMeta(db, 'import');
  if (kept === undefined && (await hasPeople(db))) throw notEmpty(config);
  const known = kept === undefined ? null : (JSON.parse(kept) as Place);
  const start: Place = { fingerprint, step: 0, line: 0, offset: 0 };
  const owner = (await getMeta(db, 'files_id')) ?? null;
  await requireOurFiles(config, owner);
  if (known?.fingerprint !== fingerprint) {
    const place = JSON.stringify(start);
    await database.transaction((tx) => beginImport(tx.db, { place, filesId: newId() }));
  }
  if ((await storage.readOwner()) === null) {
    await storage.writeOwner((await getMeta(db, 'files_id'))!);
  }
  return known?.fingerprint === fingerprint ? known : start;
}

function notEmpty({ databaseUrl, dataDir }: Config): Error {
  const [where, what] =
    databaseUrl === null
      ? [`DATA_DIR=${dataDir}`, 'set it to a new folder']
      : [`DATABASE_URL (${shownUrl(databaseUrl)})`, 'create another database'];
  return new Error(`${where} is not empty: it has accounts; ${what}`);
}

/** The hash of a password that nobody knows. With it, a login takes as long as any other. */
const hashOfNothing = ({ bcryptCost }: Config): Promise<string> =>
  hash(randomBytes(32).toString('base64url'), bcryptCost);

interface LinesOfStep extends Import {
  readonly step: ImportStep;
  readonly source: ImportSource;
  readonly from: Place;
}

/** Imports the lines of one file from a place on, in transactions of bounded size. */
async function importLines(database: FilledDatabase, its: LinesOfStep): Promise<void> {
  const { folder, step, from, checked, report } = its;
  const progress = report.progress('lines');
  progress.begin(step.file, checked.counts[step.file] ?? 0);
  progress.add(from.line);
  let batch: Line[] = [];
  let bytes = 0;
  const flush = async () => {
    if (batch.length > 0) await commit(database, its, batch);
    progress.add(batch.length);
    batch = [];
    bytes = 0;
  };
  for await (const line of readLines(join(folder.folder, step.file), from)) {
    batch.push(line);
    bytes += line.bytes.length;
    if (batch.length >= BATCH_LINES || bytes >= BATCH_BYTES) await flush();
  }
  await flush();
}

/** Writes some lines, and how far the import has come, in one transaction. */
async function commit(
  database: FilledDatabase,
  its: LinesOfStep,
  lines: readonly Line[],
): Promise<void> {
  const { step, source, from } = its;
  const last = lines.at(-1)!;
  const place: Place = { ...from, line: last.number, offset: last.end };
  const parsed = lines.map((line) => parsedBy(step.parse, line));
  try {
    await step.prepare?.(parsed);
    await database.transaction(async (tx) => {
      await step.write(tx, parsed, source);
      await setMeta(tx.db, 'import', JSON.stringify(place));
    });
  } catch (error) {
    if (error instanceof Misfit) throw new LineFault(lines[error.index]!.number, error.message);
    if (!isRepeat(error)) throw error;
    if (lines.length === 1)
      throw new LineFault(last.number, `repeats ${step.what} of another line`);
    // One of them does; those before it are written.
    for (const line of lines) await commit(database, its, [line]);
  }
}

/** Whether a row was there already, by the code of SQLite or PostgreSQL. */
const isRepeat = (error: unknown): boolean =>
  /^(SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)|23505)$/.test((error as { code?: string }).code ?? '');
