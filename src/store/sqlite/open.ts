import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Alone } from '../alone.ts';
import type { Mutations } from '../mutation.ts';
import { readHeadPos } from '../queries/log.ts';
import { getMeta, readEpoch } from '../queries/meta.ts';
import type { LogListener, Store } from '../store.ts';
import { lockFolder } from './folder-lock.ts';
import { findMessages } from './fts5-search.ts';
import { startThread } from '../thread.ts';
import { Writer, type OnCommit } from '../writer.ts';
import { Indexer, type RunIndexMutation } from './indexer.ts';
import { openReader } from './reader.ts';
import type { WriterData, WriterResult } from './writer-thread.ts';

export interface SqliteOptions {
  /** The folder of the database. */
  readonly dataDir: string;
  /** The module that exports `mutations`; the thread that writes loads it. */
  readonly mutations: URL;
  /** Called when a thread has died. The store rejects everything from then on. */
  readonly onLost: (error: Error) => void;
  /** Called for what fails in the background and is tried again. */
  readonly onWarning: (error: unknown, message: string) => void;
}

/** Opens the database in the folder, or creates it. Throws where another server has the folder open. */
export async function openSqliteStore<M extends Mutations>(
  options: SqliteOptions,
): Promise<Store<M>> {
  const unlock = lockFolder(options.dataDir);
  try {
    return await openLocked(options, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Opens the database, migrates it, and starts the thread that writes. */
export async function openWriter(
  data: WriterData,
  onCommit: OnCommit<WriterResult>,
  onLost: (error: Error) => void,
): Promise<Writer<WriterResult>> {
  const thread = await startThread(new URL('./writer-thread', import.meta.url), data);
  return new Writer(thread, onCommit, onLost);
}

async function openLocked<M extends Mutations>(
  { dataDir, mutations, onLost, onWarning }: SqliteOptions,
  unlock: () => void,
): Promise<Store<M>> {
  const file = join(dataDir, 'charla.db');
  let listener: LogListener = { deliver: () => {}, reset: () => {} };
  const data: WriterData = { file, mutations: mutations.href };
  const onCommit = ({ entries, hasRemovals }: WriterResult) => {
    if (entries.length > 0) listener.deliver(entries);
    indexer.committed(entries, hasRemovals);
  };
  const writer = await openWriter(data, onCommit, onLost);
  // Searches have a thread of their own, so that no page waits for one.
  const reader = openReader(file, onLost);
  const searchReader = openReader(file, onLost);
  const { db, pagesDb } = reader;
  const searchDb = searchReader.pagesDb;
  const run = writer.mutate.bind(writer) as RunIndexMutation;
  const indexer = new Indexer(run, await readHeadPos(db), onWarning);
  return {
    db,
    pagesDb,
    searchDb,
    epoch: await readEpoch(db),
    cluster: new Alone({ readChange: () => getMeta(db, 'operator_change'), warn: onWarning }),
    stats: {
      writer: writer.stats,
      queues: () => ({
        ...writer.queues(),
        reader: reader.queue(),
        searches: searchReader.queue(),
      }),
      pools: () => ({}),
      databaseBytes: () => sizeOf(file),
      indexLag: () => Promise.resolve(indexer.lag),
      logLag: () => null,
    },
    mutate: (mutation, input, how) => writer.mutate(mutation, input, how) as never,
    search: async (request) => {
      await indexer.caughtUp().catch((error: unknown) => {
        // A full disk keeps the newest messages out of the index; the others can still be found.
        onWarning(error, 'a search did not cover the newest messages');
      });
      return findMessages(searchDb, request);
    },
    follow: (next) => {
      listener = next;
    },
    // The only node delivers before a mutation resolves.
    reached: () => {},
    settled: () => writer.settled(),
    close: async () => {
      await writer.settled();
      await indexer.stop();
      // Readers close first: the last connection copies the write-ahead log into the file, and must be the one
      // that may write.
      await reader.close();
      await searchReader.close();
      await writer.close();
      unlock();
    },
  };
}

/** The bytes of the database: its file, and what is not in it yet. */
async function sizeOf(file: string): Promise<number> {
  const sizes = [file, `${file}-wal`].map(async (one) => (await stat(one)).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
