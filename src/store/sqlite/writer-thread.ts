import { randomUUID } from 'node:crypto';
import { workerData } from 'node:worker_threads';
import { commitGroup, type Acts, type Job } from '../group.ts';
import { HighWater } from './high-water-mark.ts';
import { changeEpoch, lastPos, readEpoch } from '../queries/log.ts';
import { isScrubDue, scrubbed } from '../queries/messages.ts';
import { migrateToLatest } from '../migrate.ts';
import { scrub } from './wipe-free-space.ts';
import { checkIndex, forgetRemovals } from './fts5.ts';
import { openWritable } from './writable.ts';
import type { ThreadData } from './thread.ts';

/*
 * The thread that writes: it alone holds the writing connection and waits for the disk. It is sent
 * one group of jobs at a time and answers each with its GroupResult; `null` ends it.
 */
export interface WriterData {
  readonly file: string;
  /** The module that exports `acts`. */
  readonly acts: string;
}

const { file, acts: actsModule, port } = workerData as ThreadData<WriterData>;
const { acts } = (await import(actsModule)) as { acts: Acts };
const writable = openWritable(file);
const { db } = writable;
await migrateToLatest(db);
await checkIndex(db);
const highWater = await openHighWater();

port.on('message', (jobs: readonly Job[] | null) => void answer(jobs));
port.postMessage('ready');

async function answer(jobs: readonly Job[] | null): Promise<void> {
  if (jobs) {
    const result = await commitGroup(writable, acts, jobs);
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
  scrub(file);
  const { db: again } = openWritable(file);
  await scrubbed(again);
  await again.destroy();
}

/** Gives the database another name where it was restored from a backup. */
async function openHighWater(): Promise<HighWater> {
  const note = `${file}-pos`;
  const pos = await lastPos(db);
  if (HighWater.isRestored(note, await readEpoch(db), pos)) await changeEpoch(db, randomUUID());
  return new HighWater(note, await readEpoch(db), pos);
}
