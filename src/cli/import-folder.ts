import * as crypto from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportStep } from '../chat/import/step.ts';
import { ChatError } from '../protocol/errors.ts';
import { EXPORT_FILES, type ExportFile, type ExportManifest } from '../protocol/export.ts';
import { MANIFEST, readManifest } from './export-folder.ts';
import { LineFault, objectOf, readLines, type Line } from './lines.ts';
import { hashOf, LOCK_FILES } from './new-folder.ts';
import type { Report } from './report.ts';

/** A folder that is imported: what `charla export` has made, or another program. */
export interface ImportFolder {
  readonly folder: string;
  /** Null where another program has made it. */
  readonly manifest: ExportManifest | null;
  /** The files that it has. */
  readonly files: ReadonlySet<ExportFile>;
}

/** Looks at a folder. Throws an Error with one line where it is no whole export. */
export async function openImportFolder(folder: string): Promise<ImportFolder> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new Error(`${folder} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  if (names.some((name) => LOCK_FILES.test(name))) {
    throw new Error(`${folder} is an export that was not finished; run the export again`);
  }
  const known: ReadonlySet<string> = new Set(EXPORT_FILES);
  const lines = names.filter((name) => name.endsWith('.jsonl'));
  const unknown = lines.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new Error(`${folder} has ${unknown}, which is none of ${EXPORT_FILES.join(', ')}`);
  }
  const files = new Set(lines as ExportFile[]);
  const manifest = await readManifest(folder);
  if (!manifest && files.has('events.jsonl')) {
    throw new Error(`${folder} has events.jsonl and no ${MANIFEST}: the export is incomplete`);
  }
  const needed = manifest ? EXPORT_FILES : (['users.jsonl'] as const);
  const missing = needed.find((name) => !files.has(name));
  if (missing !== undefined) throw new Error(`${folder} has no ${missing}`);
  return { folder, manifest, files };
}

/** What was found in a folder whose lines all fit. */
export interface CheckedLines {
  /** Lines by their files. */
  readonly counts: Readonly<Partial<Record<ExportFile, number>>>;
  readonly withoutPassword: number;
  /** It is another one where any line is. */
  readonly fingerprint: string;
}

/** Reads all lines before anything is written. Throws an Error that names the first line that does not fit. */
export async function checkLines(
  { folder, manifest, files }: ImportFolder,
  steps: readonly ImportStep[],
  report: Report,
): Promise<CheckedLines> {
  const counts: Partial<Record<ExportFile, number>> = {};
  const hashes: string[] = [];
  let withoutPassword = 0;
  const progress = report.progress('lines');
  for (const { file, parse } of steps) {
    if (!files.has(file)) continue;
    const path = join(folder, file);
    const expected = manifest?.lines[file];
    const hash = await hashOf(path);
    if (expected && expected.sha256 !== hash) {
      throw new Error(`${file} is not what was exported: it is damaged, or was changed`);
    }
    hashes.push(`${file} ${hash}`);
    progress.begin(`${file}, checked`, expected?.count ?? 0);
    let count = 0;
    await inFile(file, async () => {
      for await (const line of readLines(path, { line: 0, offset: 0 })) {
        const parsed: object = parsedBy(parse, line);
        if ('password_hash' in parsed && parsed.password_hash === null) withoutPassword += 1;
        count += 1;
        progress.add(1);
      }
    });
    counts[file] = count;
  }
  return { counts, withoutPassword, fingerprint: crypto.hash('sha256', hashes.join('\n')) };
}

/** What a line says. Throws a `LineFault`. */
export function parsedBy<Parsed>(parse: (value: object) => Parsed, line: Line): Parsed {
  const value = objectOf(line);
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    const { details = [] } = error;
    const why = details.map(({ path, message }) => `${path.slice(1)} ${message}`.trim()).join('; ');
    throw new LineFault(line.number, why);
  }
}

/** Runs `work`, and names the file and the line where a line is wrong. */
export async function inFile<T>(file: ExportFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LineFault)) throw error;
    throw new Error(`${file}, line ${error.number}: ${error.message}`, { cause: error });
  }
}
