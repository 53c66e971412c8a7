import { ChatError, type ErrorCode, type ErrorDetail } from '../protocol/errors.ts';
import type { LogEntry } from './queries/log.ts';
import { run, type SqliteConnection } from './sqlite/connection.ts';
import type { Writable } from './sqlite/writable.ts';
import { TransactionGone, Tx } from './transaction.ts';

/**
 * An act: the rules and the writes of one thing that somebody does, in one transaction. It throws a
 * ChatError to refuse. The mutations of a group share a transaction and one wait for the disk, but not
 * their fate: what one act wrote before it failed is undone alone.
 */
export type Mutation = (tx: Tx, input: never) => Promise<unknown>;

/** An act that is told all its inputs in a row at once; a refusal stands in its place. */
export interface BulkMutation {
  readonly bulk: (tx: Tx, inputs: never[]) => Promise<unknown[]>;
}

export type Mutations = Readonly<Record<string, Mutation | BulkMutation>>;

/** What an act is told. */
export type InputOf<A extends Mutation | BulkMutation> = A extends (
  tx: Tx,
  input: infer I,
) => unknown
  ? I
  : A extends { bulk: (tx: Tx, inputs: (infer I)[]) => unknown }
    ? I
    : never;

/** What an act answers. */
export type OutputOf<A extends Mutation | BulkMutation> = A extends (
  tx: Tx,
  input: never,
) => Promise<infer O>
  ? O
  : A extends { bulk: (tx: Tx, inputs: never[]) => Promise<(infer O)[]> }
    ? Exclude<O, ChatError>
    : never;

export interface Job {
  readonly mutation: string;
  readonly input: unknown;
}

/** How a job ended, in a form that can cross threads. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly refused: Refusal }
  | { readonly fault: { readonly message: string; readonly stack: string | undefined } };

export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfter: number | undefined;
}

export interface GroupResult {
  /** One for each job, in their order. */
  readonly outcomes: Outcome[];
  /** What is now durable, in the order of commit. */
  readonly entries: readonly LogEntry[];
}

/**
 * Commits what came in together as one transaction. Where the transaction as a whole fails, every
 * job gets one of its own, so that a job that cannot be written takes no other along. When this
 * resolves, what it reports as done is on disk.
 */
export async function commitGroup(
  writable: Writable,
  mutations: Mutations,
  jobs: readonly Job[],
): Promise<GroupResult> {
  try {
    return await inOneTransaction(writable, mutations, jobs);
  } catch (error) {
    if (jobs.length === 1) return { outcomes: [outcomeOf(error)], entries: [] };
  }
  const outcomes: Outcome[] = [];
  const entries: LogEntry[] = [];
  for (const job of jobs) {
    const alone = await commitGroup(writable, mutations, [job]);
    outcomes.push(...alone.outcomes);
    entries.push(...alone.entries);
  }
  return { outcomes, entries };
}

async function inOneTransaction(
  { db, connection }: Writable,
  mutations: Mutations,
  jobs: readonly Job[],
): Promise<GroupResult> {
  run(connection, 'begin immediate');
  try {
    const tx = await Tx.begin(db, connection);
    const runs = [...runsOf(mutations, jobs)];
    // What is alone in its transaction is undone with it: it needs no savepoint, which costs a copy
    // of every page that is written.
    const [alone] = runs.length === 1 ? runs : [];
    const outcomes: Outcome[] = [];
    if (alone) outcomes.push(...(await tx.assertAllLogged(() => perform(tx, mutations, alone))));
    else for (const some of runs) outcomes.push(...(await performRun(tx, mutations, some)));
    run(connection, 'commit');
    return { outcomes, entries: tx.entries };
  } catch (error) {
    rollBack(connection);
    throw error;
  }
}

/** Where SQLite has rolled back by itself there is nothing left to do. */
function rollBack(connection: SqliteConnection): void {
  try {
    run(connection, 'rollback');
  } catch (error) {
    if (!(error as Error).message.includes('no transaction is active')) throw error;
  }
}

/** Neighbours of one bulk act go together; everything else goes alone. */
function* runsOf(mutations: Mutations, jobs: readonly Job[]): Generator<Job[]> {
  let some: Job[] = [];
  for (const job of jobs) {
    const joins = some[0]?.mutation === job.mutation && typeof mutations[job.mutation] === 'object';
    if (!joins && some.length > 0) {
      yield some;
      some = [];
    }
    some.push(job);
  }
  if (some.length > 0) yield some;
}

async function performRun(tx: Tx, mutations: Mutations, jobs: Job[]): Promise<Outcome[]> {
  try {
    return await tx.savepoint(() => perform(tx, mutations, jobs));
  } catch (error) {
    if (error instanceof TransactionGone) throw error;
    if (jobs.length === 1) return [outcomeOf(error)];
  }
  const outcomes: Outcome[] = [];
  for (const job of jobs) outcomes.push(...(await performRun(tx, mutations, [job])));
  return outcomes;
}

async function perform(tx: Tx, mutations: Mutations, jobs: Job[]): Promise<Outcome[]> {
  const name = jobs[0]!.mutation;
  const act = mutations[name];
  if (!act) throw new Error(`There is no act named ${name}`);
  const inputs = jobs.map((job) => job.input as never);
  const values = typeof act === 'object' ? await act.bulk(tx, inputs) : [await act(tx, inputs[0]!)];
  return values.map((value) => (value instanceof ChatError ? outcomeOf(value) : { value }));
}

/** SQLite's words for "the disk, not you": full, failing, locked, read-only, gone. */
const OUT_OF_REACH = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|NOMEM)/;

function outcomeOf(error: unknown): Outcome {
  if (error instanceof TransactionGone) return outcomeOf(error.cause);
  if (error instanceof ChatError) return { refused: refusalOf(error) };
  const { code, message, stack } = error as { code?: unknown; message?: string; stack?: string };
  if (typeof code === 'string' && OUT_OF_REACH.test(code)) {
    return { refused: refusalOf(new ChatError('unavailable', { retryAfter: 1 })) };
  }
  return { fault: { message: message ?? String(error), stack } };
}

function refusalOf({ code, message, details, retryAfter }: ChatError): Refusal {
  return { code, message, details, retryAfter };
}
