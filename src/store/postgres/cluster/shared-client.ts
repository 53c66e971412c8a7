import type pg from 'pg';
import { ChatError } from '../../../protocol/errors.ts';
import { connect, connectAgain, connectAtStart, destroy, end } from '../connect.ts';
import { isConnectionError, toCaller } from '../errors.ts';

/** What runs here takes a millisecond. Beyond that the link or the database is at fault, and callers do without. */
const LIMITS = { statement: 4000, lock: 2000 };
const ANSWER_MS = 4500;

/** The part of a client that statements need. */
export interface Queries {
  query<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>>;
}

export interface SharedClientEvents {
  /** A connection was made: what it has to write before others use it. */
  prepare(queries: Queries): Promise<void>;
  /** Others may use it. */
  up(): void;
  lost(error: unknown): void;
}

/**
 * A connection for small statements about what nodes share. It sends them without waiting for the one before, and so
 * answers in order. It connects again for as long as it is not closed; meanwhile everything is `unavailable` at once.
 * A commit here does not wait for the disk: nothing of it has to survive a crash.
 */
export class SharedClient implements Queries {
  readonly #url: string;
  readonly #events: SharedClientEvents;
  #client: pg.Client | null = null;
  #isClosed = false;

  constructor(url: string, events: SharedClientEvents) {
    this.#url = url;
    this.#events = events;
  }

  get isUp(): boolean {
    return this.#client !== null;
  }

  /** Resolves once it is connected; throws where that takes too long. */
  open(): Promise<void> {
    return connectAtStart(() => this.#connect());
  }

  async query<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    const client = this.#client;
    if (!client) throw new ChatError('unavailable', { retryAfter: 1 });
    try {
      return await client.query<Row>(query);
    } catch (error) {
      if (isConnectionError(error)) this.#lose(client, error);
      throw toCaller(error);
    }
  }

  /** Makes another connection, which writes anew what this node shares. */
  reconnect(reason: unknown): void {
    if (this.#client) this.#lose(this.#client, reason);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const client = this.#client;
    this.#client = null;
    if (client) await end(client);
  }

  async #connect(): Promise<void> {
    const options = { limits: LIMITS, pipeline: true, answerMs: ANSWER_MS };
    const client = await connect(this.#url, options, (lost, error) => this.#lose(lost, error));
    try {
      const [, prepared] = await Promise.allSettled([
        client.query('set synchronous_commit = off'),
        this.#events.prepare(client),
      ]);
      if (prepared.status === 'rejected') throw prepared.reason;
    } catch (error) {
      destroy(client);
      throw error;
    }
    if (this.#isClosed) return destroy(client);
    this.#client = client;
    this.#events.up();
  }

  #lose(client: pg.Client, error: unknown): void {
    if (this.#isClosed || this.#client !== client) return;
    this.#client = null;
    destroy(client);
    this.#events.lost(error);
    void connectAgain(
      () => this.#connect(),
      () => this.#isClosed,
    );
  }
}
