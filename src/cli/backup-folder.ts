import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { compileValidator } from '../protocol/validate.ts';
import { beginFolder, type Unfinished } from './new-folder.ts';

/* A backup is a folder: the database, `files/`, the generated key, and `backup.json`, which is written last. */

/** The name of the file that says what a backup has. */
const MANIFEST = 'backup.json';
/** The key that signs tokens, in DATA_DIR and in a backup. */
export const KEY_FILE = 'jwt-secret';
/** The files in FILES_DIR, in a backup. */
export const FILES = 'files';

const Manifest = Type.Object({
  /** The version of this format. */
  format: Type.Literal(1),
  /** The version of Charla that made it. */
  charla: Type.String(),
  createdAt: Type.String(),
  database: Type.Object({
    kind: Type.Enum(['sqlite', 'postgres']),
    /** Its name in the backup. */
    file: Type.Enum(['charla.db', 'charla.dump']),
    bytes: Type.Integer({ minimum: 1 }),
    sha256: Type.String(),
  }),
  files: Type.Object({
    count: Type.Integer({ minimum: 0 }),
    /** Thumbnails not counted. */
    bytes: Type.Integer({ minimum: 0 }),
  }),
  /** Whether the key that signs tokens is in it: not where the server has it from JWT_SECRET. */
  hasKey: Type.Boolean(),
});
export type Manifest = Static<typeof Manifest>;
const toManifest = compileValidator(Manifest);

/** Reads what a backup has. Throws an Error with one line where a folder is no complete backup. */
export async function readManifest(folder: string): Promise<Manifest> {
  try {
    return toManifest(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  } catch (error) {
    const isMissing = /^(ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? '');
    const why = isMissing ? 'it has no backup.json' : 'its backup.json is damaged';
    const message = `${folder} is no complete backup of this version of Charla: ${why}`;
    throw new Error(message, { cause: error });
  }
}

/** Begins a backup in a new or empty folder. */
export const beginBackup = (target: string): Promise<Unfinished> =>
  beginFolder(target, { what: 'backup', manifest: MANIFEST });
