import { workerData } from 'node:worker_threads';
import { ChatError } from '../../protocol/errors.ts';
import type { SearchPage, SearchRequest } from '../search/search.ts';
import type { ThreadData } from '../thread.ts';
import { connect, destroy } from './connect.ts';
import { kyselyBy } from './dialect.ts';
import { toCaller } from './errors.ts';
import { indexNext, isBehind, type InTransaction } from './indexer.ts';
import { openPool } from './pools.ts';
import { findMessages } from './search.ts';
import { toDriver, toResult } from './statements.ts';

/*
 * The thread of searches: it finds words in new messages, and makes snippets, either of which would block the main loop
 * for too long. `null` ends it.
 */

export interface SearchData {
  readonly url: string;
}

export interface SearchCall {
  readonly id: number;
  readonly request: SearchRequest;
}

export type SearchAnswer =
  | { readonly id: number; readonly page: SearchPage }
  | { readonly id: number; readonly error: string; readonly isUnavailable: boolean };

/** How long new messages wait for others to be indexed with, in milliseconds. */
const GATHER_MS = 3000;
/** A search is cancelled after this time, in milliseconds. */
const SEARCH_MS = 15_000;
const LIMITS = { statement: 10_000, lock: 8000, idleInTransaction: 3000 };

const { url, port } = workerData as ThreadData<SearchData>;
const pool = openPool(url, { size: 2, statementMs: SEARCH_MS });
const state = { isClosed: false, catchingUp: null as Promise<void> | null };

port.on('message', (call: SearchCall | null) => void (call ? search(call) : end()));
port.postMessage('ready');
let timer = indexLater();

async function search({ id, request }: SearchCall): Promise<void> {
  try {
    if (await isBehind(pool.db)) await caughtUp();
    const page = await findMessages(pool.db, request);
    port.postMessage({ id, page } satisfies SearchAnswer);
  } catch (error) {
    const isUnavailable = toCaller(error) instanceof ChatError;
    port.postMessage({ id, error: String(error), isUnavailable } satisfies SearchAnswer);
  }
}

/** Resolves once what was committed before the call is in the index. */
async function caughtUp(): Promise<void> {
  // A run that has begun may have read the head of the log before the call.
  if (state.catchingUp) await state.catchingUp.catch(() => {});
  state.catchingUp ??= indexAll({ mayWait: true }).finally(() => (state.catchingUp = null));
  return state.catchingUp;
}

/** One connection for the run: runs are seconds apart, and to connect takes longer than a batch. */
async function indexAll(options: { mayWait: boolean }): Promise<void> {
  const client = await connect(url, { limits: LIMITS, answerMs: LIMITS.statement + 2000 });
  const db = kyselyBy(async (query) => toResult(await client.query(toDriver(query))));
  const transaction: InTransaction = async (work) => {
    await client.query('begin');
    const result = await work(db);
    await client.query('commit');
    return result;
  };
  try {
    while (!state.isClosed && (await indexNext(transaction, options))?.more);
    await client.end();
  } catch (error) {
    // It also rolls back what has begun.
    destroy(client);
    throw error;
  }
}

async function indexInBackground(): Promise<void> {
  try {
    if (!state.catchingUp && (await isBehind(pool.db))) await indexAll({ mayWait: false });
  } catch {
    // The database is out of reach, which everything else tells of; the next run catches up.
  }
  if (!state.isClosed) timer = indexLater();
}

function indexLater(): NodeJS.Timeout {
  return setTimeout(() => void indexInBackground(), GATHER_MS);
}

async function end(): Promise<void> {
  state.isClosed = true;
  clearTimeout(timer);
  await state.catchingUp?.catch(() => {});
  await pool.close();
  port.close();
}
