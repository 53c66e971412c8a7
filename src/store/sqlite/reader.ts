import {
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import { Batcher } from '../../batcher.ts';
import type { Queue } from '../../counting.ts';
import { ChatError } from '../../protocol/errors.ts';
import type { PageQuery, PageResult } from '../page.ts';
import type { Database } from '../tables.ts';
import { toObjects, type ColumnarRows } from './columnar-rows.ts';
import { SteadyQueryCompiler } from './dialect.ts';
import type { ReadQuery, ReadResult } from './reader-thread.ts';
import { endThread, startThread, type Thread } from '../thread.ts';

const READER_THREAD = new URL('./reader-thread', import.meta.url);
/** Queries with the thread, and pages that wait for it; beyond that the server is overloaded. */
const MAX_WAITING = 10_000;

/**
 * Pages that are with the thread at once: one that it reads, and the next one. A short query waits for no more
 * pages than these, however many are requested.
 */
const MAX_PAGES = 2;

export interface Reader {
  /** A Kysely whose queries run in a reader thread, in order. It cannot write. */
  readonly db: Kysely<Database>;
  /** The same for pages, of which only a few are with the thread at once. */
  readonly pagesDb: Kysely<Database>;
  /** Pages that wait for the thread, and the queries that are with it. */
  queue(): Queue;
  /** Ends the thread. (Kysely's own `destroy` does nothing where no query was made.) */
  close(): Promise<void>;
}

/** The first query starts the thread. `onLost` is called where the thread has died, or could not start. */
export function openReader(file: string, onLost: (error: Error) => void): Reader {
  const client = new ReaderClient(file, onLost);
  const pages = new Lane(MAX_PAGES);
  return {
    db: kyselyBy((query) => client.read(query)),
    pagesDb: kyselyBy((query) => pages.run(() => client.read(query))),
    queue: () => ({ waiting: pages.waiting, running: client.running }),
    close: () => client.close(),
  };
}

type Read = (query: CompiledQuery) => Promise<QueryResult<unknown>>;

function kyselyBy(read: Read) {
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => new ThreadAdapter(),
      createDriver: () => new ThreadDriver(read),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SteadyQueryCompiler(),
    },
  });
}

/**
 * With one connection, Kysely makes queries wait for each other. The thread keeps them in order already; here
 * waiting would only keep them from being sent together.
 */
export class ThreadAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class ThreadDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(read: Read) {
    this.#connection = {
      executeQuery: <R>(query: CompiledQuery) => read(query) as Promise<QueryResult<R>>,
      streamQuery: () => {
        throw new Error('The reader returns whole pages; it cannot stream');
      },
    };
  }

  init = () => Promise.resolve();
  acquireConnection = () => Promise.resolve(this.#connection);
  releaseConnection = () => Promise.resolve();
  beginTransaction = () =>
    Promise.reject(new Error('Reads are single statements; mutations write'));
  commitTransaction = this.beginTransaction;
  rollbackTransaction = this.beginTransaction;
  destroy = () => Promise.resolve();
}

interface Waiting {
  readonly resolve: (rows: ColumnarRows) => void;
  readonly reject: (error: Error) => void;
}

/** Sends queries to the thread, and hands each result to its caller. */
class ReaderClient {
  readonly #file: string;
  readonly #onLost: (error: Error) => void;
  /** A thread holds 10 MB, and few servers search all the time. */
  #thread: Promise<Thread> | null = null;
  readonly #waiting = new Map<number, Waiting>();
  /** Waking the thread costs more than a small query, so it receives many at once. */
  readonly #batch = new Batcher<ReadQuery>((queries) => void this.#send(queries));
  #lastId = 0;
  #isClosed = false;

  constructor(file: string, onLost: (error: Error) => void) {
    this.#file = file;
    this.#onLost = onLost;
  }

  /** How many queries are with the thread. */
  get running(): number {
    return this.#waiting.size;
  }

  async read(query: CompiledQuery): Promise<PageResult<unknown>> {
    if (this.#isClosed) throw new ChatError('unavailable', { retryAfter: 1 });
    if (this.#waiting.size >= MAX_WAITING) throw new ChatError('overloaded', { retryAfter: 1 });
    const id = ++this.#lastId;
    const { sql, parameters } = query;
    const { maxBytes } = query as Partial<PageQuery>;
    const found = await new Promise<ColumnarRows>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#batch.add({ id, sql, parameters, maxBytes });
    });
    return { rows: toObjects(found), isCut: found.isCut ?? false };
  }

  async #send(queries: readonly ReadQuery[]): Promise<void> {
    try {
      const { port } = await (this.#thread ??= this.#start());
      port.postMessage(queries);
    } catch (error) {
      this.#lose(error as Error);
    }
  }

  async #start(): Promise<Thread> {
    const thread = await startThread(READER_THREAD, { file: this.#file });
    thread.port.on('message', (results: readonly ReadResult[]) => {
      for (const result of results) this.#settle(result);
    });
    thread.worker.on('error', (error) => this.#lose(error));
    return thread;
  }

  #lose(error: Error): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.values()) reject(new ChatError('unavailable'));
    this.#waiting.clear();
    this.#onLost(error);
  }

  #settle(result: ReadResult): void {
    const waiting = this.#waiting.get(result.id)!;
    this.#waiting.delete(result.id);
    if ('rows' in result) waiting.resolve(result);
    else if (result.code?.startsWith('SQLITE_IOERR')) waiting.reject(new ChatError('unavailable'));
    else waiting.reject(new Error(result.error));
  }

  /** Queries that were sent still return; those that wait in a lane are rejected. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#batch.flush();
    if (this.#thread) await endThread(await this.#thread);
  }
}

/** Runs at most `width` tasks at once, first come, first served. */
class Lane {
  readonly #width: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#waiting.length >= MAX_WAITING) throw new ChatError('overloaded', { retryAfter: 1 });
    if (this.#running < this.#width) this.#running += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      // The next one takes over the place.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
