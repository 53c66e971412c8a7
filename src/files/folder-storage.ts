import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import {
  access,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { FileWriter } from './file-writer.ts';
import type { FilePart, FileStorage, OpenFile } from './storage.ts';
import { Turns } from './turns.ts';

/**
 * Uploads that write at the same time, and that wait for the disk. The others wait for their turn, so that messages
 * need not. A commit of the database waits for what the disk has been given before.
 */
const WRITERS = 2;
const SYNCERS = 1;

/** The names of files. No other name is ever made a path, and the sweep touches no other. */
const ID = /^[\w-]{16}$/;
const FOLDER = /^[\w-]{2}$/;
const THUMBNAIL = '.thumbnail';

// File descriptors take half the time of a `FileHandle`.
const openFd = promisify(fs.open);
const statFd = promisify(fs.fstat);
const readFd = promisify(fs.read);

/**
 * Files in a folder: `incoming/ID` while they arrive, then `XX/ID` and `XX/ID.thumbnail`, where `XX` are the first two
 * letters of the id. Several nodes may share the folder.
 */
export class FolderStorage implements FileStorage {
  readonly #folder: string;
  readonly #incoming: string;
  readonly #turns = { writing: new Turns(WRITERS), syncing: new Turns(SYNCERS) };

  private constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, 'incoming');
  }

  /** Makes the folder where it is missing; throws where it cannot be written. */
  static async open(folder: string): Promise<FolderStorage> {
    const storage = new FolderStorage(folder);
    await mkdir(storage.#incoming, { recursive: true, mode: 0o700 });
    await access(storage.#incoming, fs.constants.W_OK);
    return storage;
  }

  async stage(id: string, content: Readable): Promise<string> {
    const path = this.#staged(id);
    const file = await open(path, 'wx', 0o600);
    try {
      try {
        await pipeline(content, new FileWriter(file, this.#turns));
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return path;
  }

  async keep(id: string): Promise<void> {
    const [staged, kept] = [this.#staged(id), this.#kept(id)];
    const folder = join(this.#folder, id.slice(0, 2));
    if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) {
      await sync(this.#folder);
    }
    // The file comes last: while it is staged, both are known to be incomplete.
    if (await moveDurably(staged + THUMBNAIL, kept + THUMBNAIL)) {
      await moveDurably(staged, kept);
    } else if (!(await moveDurably(staged, kept))) {
      throw new Error(`the staged file ${id} is gone`);
    }
    await sync(folder);
  }

  async open(id: string, part: FilePart): Promise<OpenFile | null> {
    if (!ID.test(id)) return null;
    const path = this.#kept(id) + (part === 'thumbnail' ? THUMBNAIL : '');
    const fd = await orNull(openFd(path, 'r'));
    if (fd === null) return null;
    const close = () => fs.close(fd);
    try {
      const { size } = await statFd(fd);
      return {
        size,
        read: async (buffer, position) =>
          (await readFd(fd, buffer, 0, buffer.length, position)).bytesRead,
        close,
      };
    } catch (error) {
      close();
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    const paths = [this.#kept(id), this.#staged(id)].flatMap((path) => [path, path + THUMBNAIL]);
    for (const path of paths) await rm(path, { force: true });
  }

  async *list(): AsyncIterable<readonly string[]> {
    for (const folder of await readdir(this.#folder)) {
      if (!FOLDER.test(folder)) continue;
      yield idsIn(await readdir(join(this.#folder, folder)));
    }
  }

  async listStaged(): Promise<readonly string[]> {
    return idsIn(await readdir(this.#incoming));
  }

  async changedAt(id: string): Promise<number | null> {
    for (const path of [this.#kept(id), this.#staged(id)]) {
      for (const part of [path, path + THUMBNAIL]) {
        const found = await orNull(stat(part));
        if (found) return found.mtimeMs;
      }
    }
    return null;
  }

  async readOwner(): Promise<string | null> {
    return (await orNull(readFile(join(this.#folder, 'owner'), 'utf8')))?.trim() ?? null;
  }

  async writeOwner(owner: string): Promise<void> {
    // Two nodes that start at once each write a file of their own, with the same content.
    const path = this.#staged(randomBytes(12).toString('base64url'));
    await writeFile(path, `${owner}\n`, { mode: 0o600, flag: 'wx' });
    await moveDurably(path, join(this.#folder, 'owner'));
    await sync(this.#folder);
  }

  #staged = (id: string) => join(this.#incoming, id);
  #kept = (id: string) => join(this.#folder, id.slice(0, 2), id);
}

/** The ids among the names in a folder, each once. */
const idsIn = (names: readonly string[]) => [
  ...new Set(names.map((name) => name.split('.', 1)[0]!).filter((name) => ID.test(name))),
];

/** Moves a file once its bytes are on disk. False where there is none. */
async function moveDurably(from: string, to: string): Promise<boolean> {
  if ((await orNull(sync(from))) === null) return false;
  await rename(from, to);
  return true;
}

async function sync(path: string): Promise<true> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  return true;
}

/** Null where a file does not exist. */
async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return null;
  }
}
