import {
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import { ChatError } from '../../protocol/errors.ts';
import { Batcher } from '../../batcher.ts';
import type { PageQuery, PageResult } from '../page.ts';
import { toObjects, type ColumnarRows } from './columnar.ts';
import type { ReadAnswer, ReadQuery } from './reader-thread.ts';
import type { Database } from '../tables.ts';
import { endThread, startThread, type Thread } from './thread.ts';

/** Queries with the thread, and pages waiting; past that the server is busier than it can be of use. */
const MAX_WAITING = 10_000;

/**
 * Pages that are with the thread at a time: one that it reads, and one for when it is done with that. A
 * short query waits for no more pages than these, however many there are to read.
 */
const MAX_PAGES = 2;

interface Waiting {
  readonly resolve: (answer: ColumnarRows) => void;
  readonly reject: (error: Error) => void;
}

export interface Reader {
  /** A Kysely whose queries are answered by a reader thread, at once. It cannot write. */
  readonly db: Kysely<Database>;
  /** The same for pages, which go to the thread a few at a time, in the order in which they are asked for. */
  readonly pagesDb: Kysely<Database>;
  /** Ends the thread. (Kysely's own `destroy` does nothing where nothing was asked.) */
  close(): Promise<void>;
}

export async function openReader(file: string, onLost: (error: Error) => void): Promise<Reader> {
  const asker = new Asker(await startThread('reader-thread', { file }), onLost);
  const lane = new Lane(MAX_PAGES);
  return {
    db: kyselyAsking((query) => asker.ask(query)),
    pagesDb: kyselyAsking((query) => lane.run(() => asker.ask(query))),
    close: () => asker.close(),
  };
}

function kyselyAsking(ask: (query: CompiledQuery) => Promise<QueryResult<unknown>>) {
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => new ThreadAdapter(),
      createDriver: () => new ThreadDriver(ask),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

/**
 * Kysely lets the queries on a database of one connection wait for each other. The thread keeps them in
 * order by itself: here that would only keep them from going to it together.
 */
export class ThreadAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class ThreadDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(ask: (query: CompiledQuery) => Promise<QueryResult<unknown>>) {
    this.#connection = {
      executeQuery: <R>(query: CompiledQuery) => ask(query) as Promise<QueryResult<R>>,
      streamQuery: () => {
        throw new Error('The reader answers whole pages; it streams nothing');
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

/** Asks the thread, and gives each answer to who asked for it. */
class Asker {
  readonly #thread: Thread;
  readonly #waiting = new Map<number, Waiting>();
  /** To wake the thread costs more than a small query: it is sent many at once. */
  readonly #asked = new Batcher<ReadQuery>((queries) => this.#thread.port.postMessage(queries));
  #lastId = 0;
  #isGone = false;

  constructor(thread: Thread, onLost: (error: Error) => void) {
    this.#thread = thread;
    thread.port.on('message', (answers: readonly ReadAnswer[]) => {
      for (const answer of answers) this.#settle(answer);
    });
    thread.worker.on('error', (error) => {
      this.#isGone = true;
      for (const { reject } of this.#waiting.values()) reject(new ChatError('unavailable'));
      this.#waiting.clear();
      onLost(error);
    });
  }

  async ask(query: CompiledQuery): Promise<PageResult<unknown>> {
    if (this.#isGone) throw new ChatError('unavailable', { retryAfter: 1 });
    if (this.#waiting.size >= MAX_WAITING) throw new ChatError('overloaded', { retryAfter: 1 });
    const id = ++this.#lastId;
    const { sql, parameters } = query;
    const { maxBytes } = query as Partial<PageQuery>;
    const answer = await new Promise<ColumnarRows>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#asked.add({ id, sql, parameters, maxBytes });
    });
    return { rows: toObjects(answer), isCut: answer.isCut ?? false };
  }

  #settle(answer: ReadAnswer): void {
    const waiting = this.#waiting.get(answer.id)!;
    this.#waiting.delete(answer.id);
    if ('rows' in answer) waiting.resolve(answer);
    else if (answer.code?.startsWith('SQLITE_IOERR')) waiting.reject(new ChatError('unavailable'));
    else waiting.reject(new Error(answer.error));
  }

  /** What was asked is answered; what waits in a lane is refused. */
  async close(): Promise<void> {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#asked.flush();
    await endThread(this.#thread);
  }
}

/** Lets so much work be under way at a time, first come, first served. */
class Lane {
  readonly #width: number;
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length >= MAX_WAITING) throw new ChatError('overloaded', { retryAfter: 1 });
    if (this.#underWay < this.#width) this.#underWay += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // Whoever comes next takes the place over.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#underWay -= 1;
    }
  }
}
