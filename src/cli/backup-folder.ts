import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Type, type Static } from 'typebox';
import { compileValidator } from '../protocol/validate.ts';
import { lockFolder } from '../store/sqlite/folder-lock.ts';

/* A backup is a folder: the database, `files/`, the generated key, and `backup.json`, which is written last. */

/** The name of the file that says what a backup has. */
const MANIFEST = 'backup.json';
/** The key that signs tokens, in DATA_DIR and in a backup. */
export const KEY_FILE = 'jwt-secret';
/** The files in FILES_DIR, in a backup. */
export const FILES = 'files';

/** What keeps a second command out of a folder. */
export const LOCK_FILES = /^charla\.lock/;

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

/** A backup that is being written, under a temporary name. */
export interface Unfinished {
  readonly folder: string;
  /** Gives it its name. Once it resolves, all of it is on disk. */
  finish(manifest: Manifest): Promise<void>;
  /** Removes it. */
  discard(): Promise<void>;
}

/**
 * Begins a backup in `target`, which must not exist or be empty. What a killed run has left under the temporary name is
 * removed.
 */
export async function beginBackup(target: string): Promise<Unfinished> {
  await requireFree(target);
  const folder = `${resolve(target)}.partial`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(folder, `another backup to ${target} is running; wait for its end`);
  await remove(folder, (name) => !LOCK_FILES.test(name));
  return {
    folder,
    finish: async (manifest) => {
      await writeDurably(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
      await remove(folder, (name) => LOCK_FILES.test(name));
      await sync(folder);
      await rename(folder, target);
      unlock();
      await sync(dirname(resolve(target)));
    },
    discard: async () => {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      unlock();
    },
  };
}

/** Removes what is in a folder by its name. */
async function remove(folder: string, isGoing: (name: string) => boolean): Promise<void> {
  const names = (await readdir(folder)).filter(isGoing);
  for (const name of names) await rm(join(folder, name), { recursive: true });
}

async function requireFree(target: string): Promise<void> {
  const found = await stat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (!found) return;
  if (!found.isDirectory()) throw new Error(`${target} is a file; name a new folder`);
  if ((await readdir(target)).length === 0) return;
  throw new Error(`${target} is not empty; name a new folder, such as ${basename(target)}-2`);
}

/** Copies a file, and returns the SHA-256 of its bytes. Once it resolves, the copy is on disk. */
export async function copyDurably(from: string, to: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(to, 'w', 0o600);
  try {
    for await (const chunk of createReadStream(from)) {
      hash.update(chunk as Buffer);
      await file.writeFile(chunk as Buffer);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** The SHA-256 of a file. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Writes a file; once it resolves, its bytes are on disk. */
async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Waits until a file or the names in a folder are on disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
