import { Histogram, SECONDS, zeros, type Queue } from '../counting.ts';
import { durableEvents, type DurableType } from '../protocol/events.ts';
import type { LogEntry } from './log-entry.ts';

/** How long the transactions of a group have taken, in milliseconds. */
export interface GroupTimes {
  /** COMMIT: the wait for the disk, and on PostgreSQL for the link and the replicas. */
  readonly commitMs: number;
  /** The wait for the lock that one node of the cluster has at a time; null where there is none. */
  readonly lockMs: number | null;
}

const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** What this node has committed, and how long it took. */
export class WriterStats {
  /** Mutations by group. */
  readonly sizes = new Histogram(SIZES);
  /** From the start of a group, or of a background job, until its result is here. */
  readonly seconds = { group: new Histogram(SECONDS), background: new Histogram(SECONDS) };
  readonly commitSeconds = new Histogram(SECONDS);
  readonly lockSeconds = new Histogram(SECONDS);
  /** Events of the log by their type. */
  readonly committed = zeros<LogEntry['type']>([
    ...(Object.keys(durableEvents) as DurableType[]),
    'room.deleted',
  ]);

  /** `size` is null for a background job. */
  addGroup(size: number | null, ms: number, times: GroupTimes, entries: readonly LogEntry[]): void {
    if (size !== null) this.sizes.add(size);
    this.seconds[size === null ? 'background' : 'group'].add(ms / 1000);
    this.commitSeconds.add(times.commitMs / 1000);
    if (times.lockMs !== null) this.lockSeconds.add(times.lockMs / 1000);
    for (const { type } of entries) this.committed[type] += 1;
  }
}

/** What a store tells of itself, for those who run the server. Nothing of it costs a query but `indexLag`. */
export interface StoreStats {
  readonly writer: WriterStats;
  /** What waits for a thread or a connection, and what has one, by its name. */
  queues(): Readonly<Record<string, Queue>>;
  /** Connections to the database that are open, by pool; none on SQLite. */
  pools(): Readonly<Record<string, number>>;
  /** The size of the database on its disk. */
  databaseBytes(): Promise<number>;
  /** How many events of the log the search index is behind. */
  indexLag(): Promise<number>;
  /** How many events the deliveries of this node are behind the log, as of the last heartbeat; null on SQLite. */
  logLag(): number | null;
}
