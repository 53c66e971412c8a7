import { CompiledQuery, type Kysely } from 'kysely';
import { ChatError, type ErrorCode, type ErrorDetail } from '../protocol/errors.ts';
import type { LogEntry } from './log.ts';
import type { Database } from './schema.ts';
import { TransactionGone, Tx } from './transaction.ts';

/**
 * An act: the rules and the writes of one thing that somebody does, in one transaction. It throws a
 * ChatError to refuse. The acts of a group share a transaction and one wait for the disk, but not
 * their fate: what one act wrote before it failed is undone alone.
 */
export type Act = (tx: Tx, input: never) => Promise<unknown>;

/** An act that is told all its inputs in a row at once; a refusal stands in its place. */
export interface BulkAct {
  readonly bulk: (tx: Tx, inputs: never[]) => Promise<unknown[]>;
}

export type Acts = Readonly<Record<string, Act | BulkAct>>;

/** What an act is told. */
export type InputOf<A extends Act | BulkAct> = A extends (tx: Tx, input: infer I) => unknown
  ? I
  : A extends { bulk: (tx: Tx, inputs: (infer I)[]) => unknown }
    ? I
    : never;

/** What an act answers. */
export type OutputOf<A extends Act | BulkAct> = A extends (tx: Tx, input: never) => Promise<infer O>
  ? O
  : A extends { bulk: (tx: Tx, inputs: never[]) => Promise<(infer O)[]> }
    ? Exclude<O, ChatError>
    : never;

export interface Job {
  readonly act: string;
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
  db: Kysely<Database>,
  acts: Acts,
  jobs: readonly Job[],
): Promise<GroupResult> {
  try {
    return await inOneTransaction(db, acts, jobs);
  } catch (error) {
    if (jobs.length === 1) return { outcomes: [outcomeOf(error)], entries: [] };
  }
  const outcomes: Outcome[] = [];
  const entries: LogEntry[] = [];
  for (const job of jobs) {
    const alone = await commitGroup(db, acts, [job]);
    outcomes.push(...alone.outcomes);
    entries.push(...alone.entries);
  }
  return { outcomes, entries };
}

function inOneTransaction(
  db: Kysely<Database>,
  acts: Acts,
  jobs: readonly Job[],
): Promise<GroupResult> {
  return db.connection().execute(async (connection) => {
    await connection.executeQuery(BEGIN);
    try {
      const tx = await Tx.begin(connection);
      const outcomes: Outcome[] = [];
      for (const run of runsOf(acts, jobs)) outcomes.push(...(await performRun(tx, acts, run)));
      await connection.executeQuery(COMMIT);
      return { outcomes, entries: tx.entries };
    } catch (error) {
      await rollBack(connection);
      throw error;
    }
  });
}

const BEGIN = CompiledQuery.raw('begin immediate');
const COMMIT = CompiledQuery.raw('commit');
const ROLLBACK = CompiledQuery.raw('rollback');

/** Where SQLite has rolled back by itself there is nothing left to do. */
async function rollBack(connection: Kysely<Database>): Promise<void> {
  try {
    await connection.executeQuery(ROLLBACK);
  } catch (error) {
    if (!(error as Error).message.includes('no transaction is active')) throw error;
  }
}

/** Neighbours of one bulk act go together; everything else goes alone. */
function* runsOf(acts: Acts, jobs: readonly Job[]): Generator<Job[]> {
  let run: Job[] = [];
  for (const job of jobs) {
    const joins = run[0]?.act === job.act && typeof acts[job.act] === 'object';
    if (!joins && run.length > 0) {
      yield run;
      run = [];
    }
    run.push(job);
  }
  if (run.length > 0) yield run;
}

async function performRun(tx: Tx, acts: Acts, run: Job[]): Promise<Outcome[]> {
  try {
    const values = await tx.savepoint(() => perform(tx, acts, run));
    return values.map((value) => (value instanceof ChatError ? outcomeOf(value) : { value }));
  } catch (error) {
    if (error instanceof TransactionGone) throw error;
    if (run.length === 1) return [outcomeOf(error)];
  }
  const outcomes: Outcome[] = [];
  for (const job of run) outcomes.push(...(await performRun(tx, acts, [job])));
  return outcomes;
}

async function perform(tx: Tx, acts: Acts, run: Job[]): Promise<unknown[]> {
  const name = run[0]!.act;
  const act = acts[name];
  if (!act) throw new Error(`There is no act named ${name}`);
  const inputs = run.map((job) => job.input as never);
  return typeof act === 'object' ? act.bulk(tx, inputs) : [await act(tx, inputs[0]!)];
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
