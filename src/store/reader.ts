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
import { ChatError } from '../protocol/errors.ts';
import { Gathering } from '../gathering.ts';
import type { ReadAnswer, ReadQuery } from './reader-thread.ts';
import type { Database } from './schema.ts';
import { toObjects } from './raw-rows.ts';
import { endThread, startThread, type Thread } from './thread.ts';

/** Queries under way and waiting; past that the server is busier than it can be of use. */
const MAX_WAITING = 10_000;

interface Waiting {
  readonly resolve: (rows: unknown[]) => void;
  readonly reject: (error: Error) => void;
}

export interface Reader {
  /** A Kysely whose queries are answered by a reader thread. It cannot write. */
  readonly db: Kysely<Database>;
  /** Ends the thread. (Kysely's own `destroy` does nothing where nothing was asked.) */
  close(): Promise<void>;
}

export async function openReader(file: string, onLost: (error: Error) => void): Promise<Reader> {
  const driver = new ThreadDriver(await startThread('reader-thread', { file }), onLost);
  const db = new Kysely<Database>({
    dialect: {
      createAdapter: () => new ThreadAdapter(),
      createDriver: () => driver,
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  return { db, close: () => driver.destroy() };
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
  readonly #thread: Thread;
  readonly #waiting = new Map<number, Waiting>();
  readonly #connection: DatabaseConnection;
  /** To wake the thread costs more than a small query: it is sent many at once. */
  readonly #asked = new Gathering<ReadQuery>((queries) => this.#thread.port.postMessage(queries));
  #lastId = 0;
  #lost: Error | null = null;

  constructor(thread: Thread, onLost: (error: Error) => void) {
    this.#thread = thread;
    thread.port.on('message', (answers: readonly ReadAnswer[]) => {
      for (const answer of answers) this.#settle(answer);
    });
    thread.worker.on('error', (error) => {
      this.#lose(error);
      onLost(error);
    });
    this.#connection = {
      executeQuery: <R>(query: CompiledQuery) => this.#query(query) as Promise<QueryResult<R>>,
      streamQuery: () => {
        throw new Error('The reader answers whole pages; it streams nothing');
      },
    };
  }

  async #query({ sql, parameters }: CompiledQuery): Promise<QueryResult<unknown>> {
    if (this.#lost) throw new ChatError('unavailable', { retryAfter: 1 });
    if (this.#waiting.size >= MAX_WAITING) throw new ChatError('overloaded', { retryAfter: 1 });
    const id = ++this.#lastId;
    const rows = await new Promise<unknown[]>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#asked.add({ id, sql, parameters });
    });
    return { rows };
  }

  #settle(answer: ReadAnswer): void {
    const waiting = this.#waiting.get(answer.id)!;
    this.#waiting.delete(answer.id);
    if ('rows' in answer) waiting.resolve(toObjects(answer));
    else if (answer.code?.startsWith('SQLITE_IOERR')) waiting.reject(new ChatError('unavailable'));
    else waiting.reject(new Error(answer.error));
  }

  #lose(error: Error): void {
    this.#lost = error;
    for (const { reject } of this.#waiting.values()) reject(new ChatError('unavailable'));
    this.#waiting.clear();
  }

  init = () => Promise.resolve();
  acquireConnection = () => Promise.resolve(this.#connection);
  releaseConnection = () => Promise.resolve();
  beginTransaction = () => Promise.reject(new Error('Reads are single statements; acts write'));
  commitTransaction = this.beginTransaction;
  rollbackTransaction = this.beginTransaction;
  destroy = async () => {
    if (this.#lost) return;
    this.#asked.flush();
    await endThread(this.#thread);
  };
}
