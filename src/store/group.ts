import { ChatError } from '../protocol/errors.ts';
import { ConnectionLost, TransactionGone } from './executor.ts';
import type { LogEntry } from './log-entry.ts';
import type { Job, Mutations, Outcome, Refusal } from './mutation.ts';
import type { Tx } from './transaction.ts';

/* Group commit, without the database: which jobs share a transaction, and what becomes of each. */

/** The connection that commits a group. Each database implements it. */
export interface Committer {
  /** Runs `work` in one transaction and commits it; rolls it back and rethrows where anything fails. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** True for an error that means "the database, not you": the job may succeed later. */
  isUnavailable(error: unknown): boolean;
}

export interface GroupResult {
  /** One for each job, in their order. */
  readonly outcomes: Outcome[];
  /** What is now durable, in the order of commit. */
  readonly entries: readonly LogEntry[];
}

/**
 * Commits jobs that arrived together as one transaction. Where the transaction as a whole fails, each job gets
 * one of its own, so that a job that cannot be written takes no other down. Where the connection is lost, all of
 * them fail with it. When this resolves, what it reports as done is on disk.
 */
export async function commitGroup(
  committer: Committer,
  mutations: Mutations,
  jobs: readonly Job[],
): Promise<GroupResult> {
  try {
    return await committer.transaction((tx) => performAll({ tx, committer, mutations }, jobs));
  } catch (error) {
    if (jobs.length === 1 || error instanceof ConnectionLost) {
      return { outcomes: jobs.map(() => outcomeOf(committer, error)), entries: [] };
    }
  }
  const outcomes: Outcome[] = [];
  const entries: LogEntry[] = [];
  for (const job of jobs) {
    const alone = await commitGroup(committer, mutations, [job]);
    outcomes.push(...alone.outcomes);
    entries.push(...alone.entries);
  }
  return { outcomes, entries };
}

interface Group {
  readonly tx: Tx;
  readonly committer: Committer;
  readonly mutations: Mutations;
}

async function performAll(group: Group, jobs: readonly Job[]): Promise<GroupResult> {
  const { tx, mutations } = group;
  const runs = [...runsOf(mutations, jobs)];
  // A run that is alone in its transaction is undone with it: it needs no savepoint, which costs SQLite a copy
  // of every page that is written.
  const [alone] = runs.length === 1 ? runs : [];
  const outcomes: Outcome[] = [];
  if (alone) outcomes.push(...(await tx.assertAllLogged(() => perform(group, alone))));
  else for (const run of runs) outcomes.push(...(await performUndoable(group, run)));
  return { outcomes, entries: tx.entries };
}

/** Cuts jobs into runs: neighbours of the same bulk mutation run together, everything else alone. */
function* runsOf(mutations: Mutations, jobs: readonly Job[]): Generator<Job[]> {
  let run: Job[] = [];
  for (const job of jobs) {
    const joins = run[0]?.mutation === job.mutation && typeof mutations[job.mutation] === 'object';
    if (!joins && run.length > 0) {
      yield run;
      run = [];
    }
    run.push(job);
  }
  if (run.length > 0) yield run;
}

/** Performs a run in a savepoint. Where the run fails, each of its jobs gets a savepoint of its own. */
async function performUndoable(group: Group, run: Job[]): Promise<Outcome[]> {
  try {
    return await group.tx.savepoint(() => perform(group, run));
  } catch (error) {
    if (error instanceof TransactionGone || error instanceof ConnectionLost) throw error;
    if (run.length === 1) return [outcomeOf(group.committer, error)];
  }
  const outcomes: Outcome[] = [];
  for (const job of run) outcomes.push(...(await performUndoable(group, [job])));
  return outcomes;
}

async function perform({ tx, committer, mutations }: Group, run: Job[]): Promise<Outcome[]> {
  const name = run[0]!.mutation;
  const mutation = mutations[name];
  if (!mutation) throw new Error(`No mutation is named ${name}`);
  const inputs = run.map((job) => job.input as never);
  const values =
    typeof mutation === 'object'
      ? await mutation.bulk(tx, inputs)
      : [await mutation(tx, inputs[0]!)];
  return values.map((value) =>
    value instanceof ChatError ? outcomeOf(committer, value) : { value },
  );
}

function outcomeOf(committer: Committer, error: unknown): Outcome {
  if (error instanceof TransactionGone) return outcomeOf(committer, error.cause);
  if (error instanceof ChatError) return { refusal: refusalOf(error) };
  if (error instanceof ConnectionLost) {
    const { isUnknown } = error;
    return { refusal: refusalOf(new ChatError('unavailable', { retryAfter: 1, isUnknown })) };
  }
  if (committer.isUnavailable(error)) {
    return { refusal: refusalOf(new ChatError('unavailable', { retryAfter: 1 })) };
  }
  const { message, stack } = error as { message?: string; stack?: string };
  return { fault: { message: message ?? String(error), stack } };
}

function refusalOf({ code, message, details, retryAfter, isUnknown }: ChatError): Refusal {
  return { code, message, details, retryAfter, isUnknown };
}
