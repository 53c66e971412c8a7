import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { lockFolder } from './sqlite/folder-lock.ts';
import type { Mutations, InputOf, OutputOf } from './group.ts';
import { readEpoch, type LogEntry } from './queries/log.ts';
import { openReader } from './sqlite/reader.ts';
import type { Database } from './tables.ts';
import { Writer } from './sqlite/writer.ts';

/** The database: reads by `db`, writes by mutations, and nothing else. */
export interface Store<A extends Mutations> {
  /** For reading what is short. Each query sees everything that was acked before it was asked. */
  readonly db: Kysely<Database>;
  /** The same for pages and lists, which wait for each other, so that nothing short waits for many. */
  readonly pagesDb: Kysely<Database>;
  /** The same for what may take long: it has a thread of its own, so that no page waits for it. */
  readonly searchDb: Kysely<Database>;
  /** Names this database. */
  readonly epoch: string;
  /**
   * Performs an act; resolves once it is on disk. A chore is something that nobody waits for: it goes
   * when that holds up others the least.
   */
  mutate<K extends keyof A & string>(
    act: K,
    input: InputOf<A[K]>,
    options?: { isChore?: boolean },
  ): Promise<OutputOf<A[K]>>;
  /** Resolves once every act that was asked for has been answered. */
  settled(): Promise<void>;
  /** Finishes what was asked for and closes the database. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** The folder of the database. */
  readonly dataDir: string;
  /** The module that exports `mutations`; the writing thread loads it. */
  readonly mutations: URL;
  /** Told what has been committed, in order, before those who asked are. */
  readonly onCommit: (entries: readonly LogEntry[]) => void;
  /** Told when a thread has died; the store refuses everything from then on. */
  readonly onLost: (error: Error) => void;
}

export async function openStore<A extends Mutations>(options: StoreOptions): Promise<Store<A>> {
  const unlock = lockFolder(options.dataDir);
  const file = join(options.dataDir, 'charla.db');
  try {
    const writer = await Writer.open(
      { file, mutations: options.mutations.href },
      options.onCommit,
      options.onLost,
    );
    const [reader, searcher] = await Promise.all([
      openReader(file, options.onLost),
      openReader(file, options.onLost),
    ]);
    const { db, pagesDb } = reader;
    return {
      db,
      pagesDb,
      searchDb: searcher.pagesDb,
      epoch: await readEpoch(db),
      mutate: (act, input, how) => writer.mutate(act, input, how) as never,
      settled: () => writer.settled(),
      close: async () => {
        // The readers go first: the last connection to close folds the log into the file, and
        // that must be the one that may write.
        await reader.close();
        await searcher.close();
        await writer.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
