import { createHash } from 'node:crypto';
import { Progress, type PrintProgress } from '../../progress.ts';
import { openSource, type Source } from './source.ts';
import { copiedTables, listOf, toLine, type CopiedTable } from './tables.ts';
import { Target } from './target.ts';

/*
 * Copies the database of a SQLite server into an empty PostgreSQL. The search index is not copied: the first node
 * builds it anew.
 */

/** What one statement inserts at most, so that memory stays flat: characters of JSON, and rows. */
const BATCH_CHARS = 1_000_000;
const BATCH_ROWS = 2000;

export interface CopyOptions {
  readonly dataDir: string;
  readonly databaseUrl: string;
}

export interface CopyRun {
  readonly print: PrintProgress;
  /** How often progress is printed at most, in milliseconds; once a second where it is not given. */
  readonly everyMs?: number | undefined;
  /** Aborted where the operator stops the copy. */
  readonly signal: AbortSignal;
}

/** What was copied. */
export interface Copied {
  readonly rows: number;
  readonly tables: number;
  readonly seconds: number;
}

/** Copies everything, or nothing: throws an Error with one line that says what is wrong and what to do. */
export async function copyToPostgres(
  { dataDir, databaseUrl }: CopyOptions,
  run: CopyRun,
): Promise<Copied> {
  const { signal } = run;
  const source = await openSource(dataDir);
  try {
    const target = await Target.open(databaseUrl);
    const cut = () => target.cut();
    signal.addEventListener('abort', cut);
    try {
      const copied = await copyUntilAborted(source, target, run);
      // What is sent now is committed, whatever the operator does.
      signal.removeEventListener('abort', cut);
      await target.commit();
      return copied;
    } finally {
      await target.close();
    }
  } finally {
    source.close();
  }
}

/** What was sent of a table. */
interface Sent {
  readonly table: CopiedTable;
  readonly columns: string;
  /** The rows of each batch. */
  readonly sizes: readonly number[];
  readonly rows: number;
  readonly hash: string;
}

async function copyUntilAborted(
  source: Source,
  target: Target,
  { print, everyMs, signal }: CopyRun,
): Promise<Copied> {
  try {
    signal.throwIfAborted();
    return await copyAll(source, target, new Progress(print, { unit: 'rows', everyMs }));
  } catch (error) {
    if (signal.aborted) throw new Error('it was stopped; nothing was changed', { cause: error });
    throw target.unfilled(error);
  }
}

/** Copies and compares everything. */
async function copyAll(source: Source, target: Target, progress: Progress): Promise<Copied> {
  const startedAt = performance.now();
  const all: Sent[] = [];
  for (const table of copiedTables) all.push(await send(source, target, table, progress));
  for (const sent of all) await check(target, sent, progress);
  const roomId = await target.roomWithoutHead();
  if (roomId !== null) throw new Error(`room ${roomId} does not end with its last event`);
  await target.requireNoNode();
  const rows = all.reduce((sum, sent) => sum + sent.rows, 0);
  return { rows, tables: all.length, seconds: (performance.now() - startedAt) / 1000 };
}

/** Copies a table. While PostgreSQL inserts a batch, the next one is read. */
async function send(
  source: Source,
  target: Target,
  table: CopiedTable,
  progress: Progress,
): Promise<Sent> {
  const columns = listOf(source.columns(table));
  const hash = createHash('sha256');
  const sizes: number[] = [];
  progress.begin(table.name, source.count(table));
  let inserting: Promise<void> = Promise.resolve();
  let lines: string[] = [];
  let chars = 0;
  const sendBatch = async (): Promise<void> => {
    await inserting;
    progress.add(sizes.at(-1) ?? 0);
    sizes.push(lines.length);
    inserting = target.insert(table, columns, lines);
    // It is awaited before the next one.
    inserting.catch(() => {});
    lines = [];
    chars = 0;
  };
  for (const row of source.rows(table)) {
    const line = toLine(row);
    hash.update(`${line}\n`);
    lines.push(line);
    chars += line.length;
    if (chars >= BATCH_CHARS || lines.length >= BATCH_ROWS) await sendBatch();
  }
  if (lines.length > 0) await sendBatch();
  await inserting;
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  return { table, columns, sizes, rows, hash: hash.digest('hex') };
}

/** Reads a table back, and throws where it differs from what was sent. */
async function check(
  target: Target,
  { table, columns, sizes, rows: sent, hash: wanted }: Sent,
  progress: Progress,
): Promise<void> {
  const hash = createHash('sha256');
  let count = 0;
  progress.begin(`${table.name}, checked`, sent);
  for await (const rows of target.rows(table, columns, sizes)) {
    for (const row of rows) hash.update(`${toLine(row)}\n`);
    count += rows.length;
    progress.add(rows.length);
  }
  if (count !== sent) {
    throw new Error(`table ${table.name} has ${count} rows there, and ${sent} in DATA_DIR`);
  }
  if (hash.digest('hex') !== wanted) {
    throw new Error(`table ${table.name} has other rows there than in DATA_DIR`);
  }
}
