import { setTimeout as sleep } from 'node:timers/promises';
import { countFiles, listFileIds, listKnownIds } from '../store/queries/files.ts';
import { getMeta } from '../store/queries/meta.ts';
import { newId } from './ids.ts';
import type { Services } from './services.ts';

/** How many ids one query reads, or how many files are looked for at once. */
const PAGE = 500;

type Used = Pick<Services, 'store' | 'storage' | 'config' | 'log' | 'arriving'>;

/**
 * Makes sure that FILES_DIR has the files of this database. In the folder of another one, the sweep would delete
 * everything; where the disk is not mounted, uploads would go to another one. Throws an Error that says what to do.
 */
export async function claimStorage(
  { store, storage }: Pick<Used, 'store' | 'storage'>,
  folder: string,
): Promise<void> {
  // Read before the database: another node that starts writes there first.
  const owner = await storage.readOwner();
  const kept = await getMeta(store.db, 'files_id');
  if (owner !== null && owner === kept) return;
  if (owner !== null) {
    throw new Error(
      `FILES_DIR=${folder} has the files of another database. Set FILES_DIR to the folder of this database, or to an empty one`,
    );
  }
  if (kept !== undefined && (await listFileIds(store.db, '', 1)).length > 0) {
    throw new Error(
      `FILES_DIR=${folder} does not have the files of this database: is it mounted, or restored? To go on without ` +
        `them, write ${kept} into the file ${folder}/owner`,
    );
  }
  await storage.writeOwner(await store.mutate('keepFilesId', kept ?? newId()));
}

/** How old a file without a row has to be where another node may be about to add the row, in milliseconds. */
const YOUNG_MS = 3_600_000;

/**
 * Mends what a crash has left: removes the files without a row, which were being uploaded, and counts the rows without
 * a file, which a crash never leaves. Files of nodes that may be uploading are left for another sweep, an hour later.
 */
export class FileSweep {
  readonly #services: Used;
  readonly #stopped = new AbortController();
  #running: Promise<void> | null = null;

  constructor(services: Used) {
    this.#services = services;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log } = this.#services;
    const { signal } = this.#stopped;
    try {
      while (await this.#sweep()) await sleep(YOUNG_MS, null, { ref: false, signal });
    } catch (error) {
      if (!signal.aborted)
        log.error({ err: error }, 'the files could not be compared with the database');
    }
  }

  /** Returns whether some are too young to know. */
  async #sweep(): Promise<boolean> {
    const { store, storage, log } = this.#services;
    let [known, removed, young] = [0, 0, 0];
    const removeUnknown = async (ids: readonly string[]) => {
      for (let at = 0; at < ids.length && !this.#stopped.signal.aborted; at += PAGE) {
        const page = ids.slice(at, at + PAGE).filter((id) => !this.#services.arriving.has(id));
        const rows = new Set(await listKnownIds(store.pagesDb, page));
        known += rows.size;
        for (const id of page) {
          if (rows.has(id)) continue;
          if (await this.#isYoung(id)) young += 1;
          else {
            await storage.remove(id);
            removed += 1;
          }
        }
      }
    };
    await removeUnknown(await storage.listStaged());
    for await (const ids of storage.list()) await removeUnknown(ids);
    if (removed > 0)
      log.warn({ files: removed }, 'removed files that were never completely uploaded');
    if ((await countFiles(store.pagesDb)) > known) await this.#reportMissing();
    return young > 0;
  }

  async #isYoung(id: string): Promise<boolean> {
    const { storage, config } = this.#services;
    if (config.databaseUrl === null) return false;
    return Date.now() - ((await storage.changedAt(id)) ?? 0) < YOUNG_MS;
  }

  async #reportMissing(): Promise<void> {
    const { store, storage, log } = this.#services;
    let missing = 0;
    let ids: string[] = [''];
    while (!this.#stopped.signal.aborted) {
      ids = await listFileIds(store.pagesDb, ids.at(-1)!, PAGE);
      if (ids.length === 0) break;
      for (const id of ids) if ((await storage.changedAt(id)) === null) missing += 1;
    }
    if (missing > 0) log.error({ files: missing }, 'files of messages are missing in FILES_DIR');
  }
}
