import type { CompiledQuery, Kysely } from 'kysely';
import pg from 'pg';
import type { Queue } from '../../counting.ts';
import { ChatError } from '../../protocol/errors.ts';
import type { PageQuery as Page, PageResult } from '../page.ts';
import type { Database } from '../tables.ts';
import { configOf, destroy, END_MS } from './connect.ts';
import { kyselyBy } from './dialect.ts';
import { isConnectionError, toCaller } from './errors.ts';
import { PageQuery } from './page-query.ts';
import { toDriver, toResult } from './statements.ts';

/** Queries that may wait for a connection; beyond that the server is overloaded. */
const MAX_WAITING = 10_000;

export interface PoolOptions {
  /** Connections that the pool opens at most. */
  readonly size: number;
  /** How long a query may take, in milliseconds. */
  readonly statementMs: number;
}

/** Connections for reads. */
export interface ReadPool {
  /** A Kysely each of whose queries takes a connection that is free. */
  readonly db: Kysely<Database>;
  /** Queries that wait for a connection, and those that have one. */
  queue(): Queue;
  /** How many connections are open. */
  open(): number;
  /** Ends all connections, which have gone silent; others are made. The queries on them are `unavailable`. */
  drop(): void;
  close(): Promise<void>;
}

export function openPool(url: string, { size, statementMs }: PoolOptions): ReadPool {
  const pool = new pg.Pool({
    ...configOf(url, { limits: { statement: statementMs }, answerMs: statementMs + 1000 }),
    max: size,
    idleTimeoutMillis: 60_000,
  });
  // An idle connection that breaks is replaced when it is needed.
  pool.on('error', () => {});
  const clients = new Set<pg.Client>();
  pool.on('connect', (client) => {
    clients.add(client);
    // The pool listens while a client is idle. In use, its query is rejected with the same error.
    client.on('error', () => {});
  });
  pool.on('remove', (client) => clients.delete(client));
  const drop = () => clients.forEach(destroy);
  return {
    db: kyselyBy((query) => run(pool, query)),
    queue: () => ({ waiting: pool.waitingCount, running: pool.totalCount - pool.idleCount }),
    open: () => pool.totalCount,
    drop,
    close: async () => {
      const timer = setTimeout(drop, END_MS);
      await pool.end();
      clearTimeout(timer);
    },
  };
}

async function run(pool: pg.Pool, query: CompiledQuery): Promise<PageResult<unknown>> {
  if (pool.waitingCount >= MAX_WAITING) throw new ChatError('overloaded', { retryAfter: 1 });
  try {
    const client = await pool.connect();
    try {
      const result = await runOn(client, query);
      client.release();
      return result;
    } catch (error) {
      // A connection that still waits for an answer is of no more use.
      client.release(isConnectionError(error));
      throw error;
    }
  } catch (error) {
    throw toCaller(error);
  }
}

async function runOn(client: pg.PoolClient, query: CompiledQuery): Promise<PageResult<unknown>> {
  const { maxBytes } = query as Partial<Page>;
  if (maxBytes === undefined) return toResult(await client.query(toDriver(query)));
  return new Promise((resolve, reject) => {
    const page = new PageQuery(toDriver(query), maxBytes, (error, result) => {
      if (error) reject(error);
      else resolve({ ...toResult(result), isCut: page.isCut });
    });
    client.query(page);
  });
}
