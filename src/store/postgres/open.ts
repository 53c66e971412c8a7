import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import { HighWaterMark } from '../high-water-mark.ts';
import type { Mutations } from '../mutation.ts';
import { readHeadPos } from '../queries/log.ts';
import { readWholeLog } from '../queries/replay.ts';
import type { LogListener, Store } from '../store.ts';
import type { Database } from '../tables.ts';
import { startThread } from '../thread.ts';
import { Writer } from '../writer.ts';
import { PostgresCluster } from './cluster/cluster.ts';
import { BEAT_TIMES, type BeatTimes } from './cluster/heartbeat.ts';
import { applicationName } from './cluster/nodes.ts';
import { NEWS_CHANNEL } from './cluster/payloads.ts';
import { Follower } from './follower.ts';
import { readLag } from './indexer.ts';
import { listenTo } from './listener.ts';
import { LOG_CHANNEL } from './notification.ts';
import { openPool } from './pools.ts';
import { prepareDatabase, renewIfOlder } from './prepare.ts';
import { Searcher } from './searcher.ts';
import { Told } from './told.ts';
import type { WriterData, WriterResult } from './writer-thread.ts';

export interface PostgresOptions {
  /** DATABASE_URL. */
  readonly url: string;
  /** The folder of the note that says how far this node has come. */
  readonly dataDir: string;
  /** The module that exports `mutations`; the thread that writes loads it. */
  readonly mutations: URL;
  /** Called when a thread has died. The store rejects everything from then on. */
  readonly onLost: (error: Error) => void;
  /** Called for what fails in the background and is tried again. */
  readonly onWarning: (error: unknown, message: string) => void;
  /** How often the node beats, and when a silent one is removed. */
  readonly beatTimes?: BeatTimes | undefined;
}

/** Connections for reads, and how long a statement may take, in milliseconds. */
const SHORT = { size: 4, statementMs: 5000 };
const PAGES = { size: 3, statementMs: 10_000 };
const SEARCH = { size: 2, statementMs: 15_000 };
/** Entries that are read at once where news was missed. */
const PAGE = 500;
/** How often the note of how far this node has come is written, in milliseconds. */
const MARK_MS = 1000;

/** Opens the database, and follows what all of its nodes commit. Throws one line that names what is wrong with it. */
export async function openPostgresStore<M extends Mutations>(
  options: PostgresOptions,
): Promise<Store<M>> {
  const { dataDir, onLost, onWarning } = options;
  const nodeId = randomUUID();
  const url = named(options.url, nodeId);
  const prepared = await prepareDatabase(url);
  if (!prepared.waitsForDisk) {
    onWarning(
      null,
      'fsync is off in the database: if its machine crashes, acked messages may be lost',
    );
  }
  let { epoch, head } = prepared;
  const markFile = join(dataDir, 'postgres-pos');
  const mark = HighWaterMark.read(markFile);
  if (mark?.epoch === epoch && mark.pos > head) {
    ({ epoch, head } = await renewIfOlder(url, mark));
  }
  const highWaterMark = new HighWaterMark(markFile, epoch, head);
  const told = new Told();
  told.set(head);

  const shortReads = openPool(url, SHORT);
  const pages = openPool(url, PAGES);
  const searches = openPool(url, SEARCH);
  let listener: LogListener = { deliver: () => {}, reset: () => {} };
  const follower = new Follower({
    pos: head,
    read: async (after) => {
      const page = { after, head: await readHeadPos(pages.db), limit: PAGE };
      return readWholeLog(pages.db, page);
    },
    deliver: (entries) => {
      told.advance(entries.at(-1)!.pos);
      listener.deliver(entries);
    },
    warn: onWarning,
  });

  let changing: Promise<void> | null = null;
  /** Looks whether the database is still the one that this node has told of; called whenever it may not be. */
  const checkDatabase = (): Promise<void> => {
    changing ??= adoptDatabase().finally(() => (changing = null));
    return changing;
  };
  async function adoptDatabase(): Promise<void> {
    const now = await renewIfOlder(url, { epoch, pos: told.pos });
    if (now.epoch === epoch) return;
    ({ epoch } = now);
    told.set(now.head);
    thread.port.postMessage(epoch);
    highWaterMark.rename(epoch, now.head);
    follower.reset(now.head);
    onWarning(null, 'the database is another one, or an older copy: all clients start anew');
    listener.reset(epoch);
  }

  /** What the log had at the last beat. */
  let headOfBeat = head;
  const cluster = new PostgresCluster({
    url,
    nodeId,
    times: options.beatTimes ?? BEAT_TIMES,
    toldPos: () => told.pos,
    onBeat: (found, toldBefore) => {
      if (found.epoch !== epoch || found.head < toldBefore) {
        void checkDatabase().catch(listenAgain);
      } else if (headOfBeat > follower.pos) {
        void follower.catchUp();
      }
      headOfBeat = found.head;
    },
    onDeaf: () => listenAgain(new Error('The node does not hear its own news')),
    onSilence: (error) => {
      for (const pool of [shortReads, pages, searches]) pool.drop();
      listenAgain(error);
    },
    warn: onWarning,
  });
  const listening = listenTo(url, [LOG_CHANNEL, NEWS_CHANNEL], {
    up: () => {
      cluster.mayHaveMissed();
      void checkDatabase()
        .then(() => follower.catchUp())
        .catch((error: unknown) => {
          onWarning(error, 'the database was lost again');
          listenAgain(error);
        });
    },
    received: (channel, payload) => {
      try {
        if (channel === LOG_CHANNEL) follower.hear(payload);
        else cluster.hear(payload);
      } catch (error) {
        // Any user of the database can notify: what is not a node's is no reason to end this one.
        onWarning(error, 'a notification could not be read');
      }
    },
    lost: (error) => onWarning(error, 'the connection that hears of commits was lost'),
  });
  const listenAgain = (reason: unknown) => listening.reconnect(reason);
  const data: WriterData = { url, mutations: options.mutations.href, epoch, told: told.memory };
  const [thread, searcher] = await Promise.all([
    startThread(new URL('./writer-thread', import.meta.url), data),
    Searcher.open({ url }, onLost),
    listening.open(),
  ]);
  const onCommit = ({ entries, isChanged }: WriterResult) => {
    if (isChanged) void checkDatabase().catch(listenAgain);
    return follower.committed(entries);
  };
  const writer = new Writer<WriterResult>(thread, onCommit, onLost);
  const marking = setInterval(() => highWaterMark.set(told.pos), MARK_MS).unref();

  return {
    db: shortReads.db,
    pagesDb: pages.db,
    searchDb: searches.db,
    get epoch() {
      return epoch;
    },
    cluster,
    stats: {
      writer: writer.stats,
      queues: () => ({
        ...writer.queues(),
        reader: shortReads.queue(),
        pages: pages.queue(),
        slow: searches.queue(),
        searches: searcher.queue(),
      }),
      pools: () => ({
        reader: shortReads.open(),
        pages: pages.open(),
        slow: searches.open(),
      }),
      databaseBytes: () => readSize(shortReads.db),
      indexLag: () => readLag(shortReads.db),
      logLag: () => Math.max(0, headOfBeat - follower.pos),
    },
    mutate: (mutation, input, how) => writer.mutate(mutation, input, how) as never,
    search: (request) => searcher.search(request),
    follow: (next) => {
      listener = next;
    },
    reached: (pos) => follower.reached(pos),
    settled: () => writer.settled(),
    close: async () => {
      clearInterval(marking);
      await writer.close();
      follower.close();
      await Promise.all([listening.close(), searcher.close()]);
      await Promise.all([shortReads, pages, searches].map((pool) => pool.close()));
      highWaterMark.set(told.pos);
      highWaterMark.close();
    },
  };
}

/** The address with a name for the connections, by which those of a dead node are found. */
function named(url: string, nodeId: string): string {
  const address = new URL(url);
  address.searchParams.set('application_name', applicationName(nodeId));
  return address.href;
}

async function readSize(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ size: number }>`
    select pg_database_size(current_database()) as size`.execute(db);
  return rows[0]!.size;
}
