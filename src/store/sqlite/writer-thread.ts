import { randomUUID } from 'node:crypto';
import { workerData } from 'node:worker_threads';
import { commitGroup, type Mutations, type Job } from '../group.ts';
import { HighWaterMark } from './high-water-mark.ts';
import { changeEpoch, lastPos, readEpoch } from '../queries/log.ts';
import { isScrubDue, scrubbed } from '../queries/messages.ts';
import { migrateToLatest } from '../migrate.ts';
import { wipeFreeSpace } from './wipe-free-space.ts';
import { checkIndex, forgetRemovals } from './fts5.ts';
import { openWritable } from './writable.ts';
import type { ThreadData } from './thread.ts';

/*
 * The thread that writes: it alone holds the writing connection and waits for the disk. It is sent
 * one group of jobs at a time and answers each with its GroupResult; `null` ends it.
 */
export interface WriterData {
  readonly file: string;
  /** The module that exports `mutations`. */
  readonly mutations: string;
}

const { file, mutations: actsModule, port } = workerData as ThreadData<WriterData>;
const { mutations } = (await import(actsModule)) as { mutations: Mutations };
const writable = openWritable(file);
const { db } = writable;
await migrateToLatest(db);
await checkIndex(db);
const highWater = await openHighWater();

port.on('message', (jobs: readonly Job[] | null) => void answer(jobs));
port.postMessage('ready');

async function answer(jobs: readonly Job[] | null): Promise<void> {
  if (jobs) {
    const result = await commitGroup(writable, mutations, jobs);
    const last = result.entries.at(-1);
    if (last) highWater.note(last.pos);
    port.postMessage(result);
  } else {
    await close();
    port.close();
  }
}

async function close(): Promise<void> {
  let mustScrub = false;
  try {
    await forgetRemovals(db);
    mustScrub = await isScrubDue(db);
  } finally {
    // Closing the last connection folds the write-ahead log into the file and removes it.
    await db.destroy();
    highWater.close();
  }
  if (!mustScrub) return;
  wipeFreeSpace(file);
  const { db: again } = openWritable(file);
  await scrubbed(again);
  await again.destroy();
}

/** Gives the database another name where it was restored from a backup. */
async function openHighWater(): Promise<HighWaterMark> {
  const note = `${file}-pos`;
  const pos = await lastPos(db);
  if (HighWaterMark.isRestored(note, await readEpoch(db), pos)) await changeEpoch(db, randomUUID());
  return new HighWaterMark(note, await readEpoch(db), pos);
}
