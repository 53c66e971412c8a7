import type pg from 'pg';
import { ChatError } from '../../../protocol/errors.ts';
import { isConnectionError, toCaller } from '../errors.ts';
import { KeptConnection } from '../kept-connection.ts';

/** What runs here takes a millisecond. Beyond that the link or the database is at fault, and callers do without. */
const LIMITS = { statement: 4000, lock: 2000 };
const ANSWER_MS = 4500;

/** The part of a client that statements need. */
export interface Queries {
  query<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>>;
}

export interface SharedClientEvents {
  /** A connection was made: what it has to write before others use it. */
  readonly prepare: (queries: Queries) => Promise<void>;
  /** Others may use it. */
  readonly up: () => void;
  readonly lost: (error: unknown) => void;
}

/**
 * A connection for small statements about what nodes share. It sends them without waiting for the one before, and so
 * answers in order. Without a connection, everything is `unavailable` at once. A commit here does not wait for the
 * disk: nothing of it has to survive a crash.
 */
export class SharedClient implements Queries {
  readonly #connection: KeptConnection;

  constructor(url: string, { prepare, up, lost }: SharedClientEvents) {
    const options = { limits: LIMITS, pipeline: true, answerMs: ANSWER_MS };
    this.#connection = new KeptConnection(url, options, {
      setUp: async (client) => {
        const [, prepared] = await Promise.allSettled([
          client.query('set synchronous_commit = off'),
          prepare(client),
        ]);
        if (prepared.status === 'rejected') throw prepared.reason;
      },
      up,
      lost,
    });
  }

  get isUp(): boolean {
    return this.#connection.client !== null;
  }

  /** Resolves once it is connected; throws where that takes too long. */
  open(): Promise<void> {
    return this.#connection.open();
  }

  async query<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    const { client } = this.#connection;
    if (!client) throw new ChatError('unavailable', { retryAfter: 1 });
    try {
      return await client.query<Row>(query);
    } catch (error) {
      if (isConnectionError(error)) this.#connection.lose(client, error);
      throw toCaller(error);
    }
  }

  /** Makes another connection, which writes anew what this node shares. */
  reconnect(reason: unknown): void {
    this.#connection.reconnect(reason);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
