import type { Kysely } from 'kysely';
import type { Cluster } from './cluster.ts';
import type { LogEntry } from './log-entry.ts';
import type { InputOf, Mutations, OutputOf } from './mutation.ts';
import type { SearchPage, SearchRequest } from './search/search.ts';
import type { StoreStats } from './stats.ts';
import type { Database } from './tables.ts';

export interface LogListener {
  /** Takes what was committed, in the order of commit. */
  deliver(entries: readonly LogEntry[]): void;
  /** The database has lost commits, or is another one: what comes next does not continue what was delivered. */
  reset(epoch: string): void;
}

/**
 * The database, as the rest of the server uses it: it reads with queries, writes with mutations, and nothing
 * else. This is what a second database has to implement, beside `Executor`, `Committer` and `TextIndex`.
 *
 * - Every read sees everything that was acked before it was requested.
 * - Seqs and positions are given out in the order of commit, without a hole.
 * - A mutation that has resolved survives a crash and a power cut. One that is rejected has left no trace; the
 *   exception is `unavailable`, after which the outcome can be unknown.
 * - While the database cannot be reached, reads and mutations are rejected with `unavailable`; beyond what it can
 *   queue, with `overloaded`.
 */
export interface Store<M extends Mutations> {
  /** For short reads: pages and searches of others do not delay them. */
  readonly db: Kysely<Database>;
  /** For pages and lists, which wait for each other. */
  readonly pagesDb: Kysely<Database>;
  /** For reads that may take long. */
  readonly searchDb: Kysely<Database>;
  /** Names this database. A restored backup gets a new epoch, on PostgreSQL also while the server runs. */
  readonly epoch: string;
  /** What the nodes of this database share beside it. */
  readonly cluster: Cluster;
  readonly stats: StoreStats;
  /** Runs a mutation, and resolves once it is on disk. A background job runs when it delays others the least. */
  mutate<K extends keyof M & string>(
    mutation: K,
    input: InputOf<M[K]>,
    options?: { isBackground?: boolean },
  ): Promise<OutputOf<M[K]>>;
  /** Searches all messages acked before the call. */
  search(request: SearchRequest): Promise<SearchPage>;
  /**
   * Calls `listener` with what is committed from now on, by whichever node, in order, before the mutations of this
   * node that logged it resolve. To be called once.
   */
  follow(listener: LogListener): void;
  /**
   * Resolves once the listener has received everything up to a position, at once where it has. What was read of the
   * database can be ahead of what other nodes have committed and this one has heard. It gives up after some seconds.
   */
  reached(pos: number): Promise<void> | void;
  /** Resolves once every mutation so far has ended. */
  settled(): Promise<void>;
  /** Ends the mutations so far and closes the database. */
  close(): Promise<void>;
}
