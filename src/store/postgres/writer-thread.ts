import { workerData } from 'node:worker_threads';
import { commitGroup, type GroupResult } from '../group.ts';
import type { Job, Mutations } from '../mutation.ts';
import { packResult, unpackJobs, type PackedJobs } from '../packed.ts';
import type { ThreadData } from '../thread.ts';
import { Told } from './told.ts';
import { Writable } from './writable.ts';
import type { TimedResult } from '../writer.ts';

/*
 * The thread that writes: mutations find mentions in texts and make events, which should delay no socket. It receives
 * one group of jobs at a time and sends its WriterResult; `null` ends it. The name of a new epoch comes as a string.
 */

export interface WriterData {
  readonly url: string;
  /** The URL of the module that exports `mutations`. */
  readonly mutations: string;
  readonly epoch: string;
  readonly told: SharedArrayBuffer;
}

export interface WriterResult extends TimedResult {
  /** True where the database is not the one that this node knows, or has lost commits. */
  readonly isChanged: boolean;
}

const { url, mutations: moduleUrl, port, ...data } = workerData as ThreadData<WriterData>;
const { mutations } = (await import(moduleUrl)) as { mutations: Mutations };
const told = new Told(data.told);
let { epoch } = data;
const writable = new Writable(url, () => ({ epoch, pos: told.pos }));

port.on('message', (message: PackedJobs | string | null) => {
  if (message === null) void end();
  else if (typeof message === 'string') epoch = message;
  else void commit(unpackJobs(message));
});
port.postMessage('ready');

async function commit(jobs: readonly Job[]): Promise<void> {
  const results: GroupResult[] = [];
  for (const part of partsOf(jobs)) {
    const result = await commitGroup(writable, mutations, part);
    const last = result.entries.at(-1);
    if (last) told.advance(last.pos);
    results.push(result);
  }
  const result: WriterResult = {
    outcomes: results.flatMap(({ outcomes }) => outcomes),
    entries: results.flatMap(({ entries }) => entries),
    isChanged: writable.takeIsChanged(),
    times: writable.takeTimes(),
  };
  port.postMessage(packResult(result));
}

/**
 * Mutations that one transaction runs one after the other, some milliseconds each: all nodes wait for it, and each
 * version of a row that it writes costs the next one more. Bulk mutations count as one.
 */
const MAX_SINGLES = 50;

function* partsOf(jobs: readonly Job[]): Generator<readonly Job[]> {
  let start = 0;
  let singles = 0;
  for (const [i, { mutation }] of jobs.entries()) {
    if (typeof mutations[mutation] === 'object') continue;
    if (singles === MAX_SINGLES) {
      yield jobs.slice(start, i);
      [start, singles] = [i, 0];
    }
    singles += 1;
  }
  yield jobs.slice(start);
}

async function end(): Promise<void> {
  await writable.close();
  port.close();
}
