import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { commitGroup } from '../group.ts';
import type { Job, Mutations } from '../mutation.ts';
import { migrateToLatest } from '../migrate.ts';
import { packResult, unpackJobs, type PackedJobs } from '../packed.ts';
import { readHeadPos } from '../queries/log.ts';
import { deleteMeta, getMeta, readEpoch, setMeta } from '../queries/meta.ts';
import { checkIndex, finishRemovals } from './fts5-index.ts';
import { HighWaterMark } from '../high-water-mark.ts';
import type { ThreadData } from '../thread.ts';
import { wipeFreeSpace } from './wipe-free-space.ts';
import { Writable } from './writable.ts';
import type { TimedResult } from '../writer.ts';

/*
 * The thread that writes: it alone has the writing connection and waits for the disk. It receives one group of
 * jobs at a time and sends its WriterResult; `null` ends it.
 */

export interface WriterData {
  readonly file: string;
  /** The URL of the module that exports `mutations`. */
  readonly mutations: string;
}

export interface WriterResult extends TimedResult {
  /** Whether texts were forgotten that the search index has. */
  readonly hasRemovals: boolean;
}

const { file, mutations: moduleUrl, port } = workerData as ThreadData<WriterData>;
const loaded = (await import(moduleUrl)) as { mutations: Mutations };
const writable = new Writable(file);
const { db, searchIndex } = writable;
const mutations: Mutations = { ...loaded.mutations, ...searchIndex.mutations() };
await migrateToLatest(db, 'sqlite');
await checkIndex(db);
const highWaterMark = await openHighWaterMark();

port.on('message', (jobs: PackedJobs | null) => void (jobs ? commit(unpackJobs(jobs)) : end()));
port.postMessage('ready');

async function commit(jobs: readonly Job[]): Promise<void> {
  const result = await commitGroup(writable, mutations, jobs);
  const last = result.entries.at(-1);
  if (last) highWaterMark.set(last.pos);
  const hasRemovals = searchIndex.takeHasRemovals();
  const times = writable.takeTimes();
  port.postMessage(packResult<WriterResult>({ ...result, hasRemovals, times }));
}

async function end(): Promise<void> {
  await close();
  port.close();
}

async function close(): Promise<void> {
  let mustWipe = false;
  try {
    await finishRemovals(db);
    mustWipe = (await getMeta(db, 'wipe_due')) !== undefined;
  } finally {
    // The last connection that closes copies the write-ahead log into the file and deletes it.
    await writable.close();
    highWaterMark.close();
  }
  // While another process reads (a backup), the log of writes stays beside the file: the next stop wipes.
  if (!mustWipe || existsSync(`${file}-wal`)) return;
  wipeFreeSpace(file);
  const again = new Writable(file);
  await deleteMeta(again.db, 'wipe_due');
  await again.close();
}

/** Gives the database a new epoch where it was restored from a backup. */
async function openHighWaterMark(): Promise<HighWaterMark> {
  const markFile = `${file}-pos`;
  const pos = await readHeadPos(db);
  if (HighWaterMark.isRestored(markFile, await readEpoch(db), pos)) {
    await setMeta(db, 'epoch', randomUUID());
  }
  return new HighWaterMark(markFile, await readEpoch(db), pos);
}
