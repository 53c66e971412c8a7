import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExportManifest } from '../protocol/export.ts';
import { compileValidator } from '../protocol/validate.ts';

/** The name of the file that says what an export has. */
export const MANIFEST = 'manifest.json';

const toManifest = compileValidator(ExportManifest);

/** Reads what an export has; null where there is no manifest. Throws an Error with one line where it is damaged. */
export async function readManifest(folder: string): Promise<ExportManifest | null> {
  try {
    return toManifest(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const message = `${folder} is no export of this version of Charla: its ${MANIFEST} does not fit`;
    throw new Error(message, { cause: error });
  }
}
