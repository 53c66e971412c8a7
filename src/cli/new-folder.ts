import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { lockFolder } from '../store/sqlite/folder-lock.ts';

/* A folder that a command fills: it has another name until all of it is on disk, so what has its name is whole. */

/** What keeps a second command out of a folder. */
export const LOCK_FILES = /^charla\.lock/;

/** What fills a folder. */
export interface Filling {
  /** What it makes, for messages. */
  readonly what: 'backup' | 'export';
  /** The file that says what there is, and is written last. */
  readonly manifest: string;
  /** What a killed run has left under these names is used again. */
  readonly kept?: readonly string[];
}

/** A folder that is being filled, under a temporary name. */
export interface Unfinished {
  readonly folder: string;
  /** Gives it its name. Once it resolves, all of it is on disk. */
  finish(manifest: object): Promise<void>;
  /** Removes it. */
  discard(): Promise<void>;
}

/**
 * Begins to fill `target`, which must not exist or be empty. What a killed run has left under the temporary name is
 * removed, but for what is kept.
 */
export async function beginFolder(
  target: string,
  { what, manifest: name, kept = [] }: Filling,
): Promise<Unfinished> {
  await requireFree(target);
  const folder = `${resolve(target)}.partial`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(folder, `another ${what} to ${target} is running; wait for its end`);
  await remove(folder, (one) => !LOCK_FILES.test(one) && !kept.includes(one));
  return {
    folder,
    finish: async (manifest) => {
      await writeDurably(join(folder, name), `${JSON.stringify(manifest, null, 2)}\n`);
      await remove(folder, (one) => LOCK_FILES.test(one));
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

/** The SHA-256 of a file. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
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
