import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connect, destroy, end, type ConnectOptions } from './connect.ts';

/** How long to wait before the next attempt to connect, in milliseconds. */
const RETRY_MS = 250;
/** How long the first connection may take: the database was there a moment ago. */
const START_MS = 10_000;

export interface KeptConnectionEvents {
  /** Prepares a new connection, before others use it. Where this throws, the connection is made again. */
  readonly setUp: (client: pg.Client) => Promise<void>;
  /** Others may use the new connection. */
  readonly up: () => void;
  readonly lost: (error: unknown) => void;
}

/** A connection that is made again whenever it is lost, until it is closed. */
export class KeptConnection {
  readonly #url: string;
  readonly #options: ConnectOptions;
  readonly #events: KeptConnectionEvents;
  #client: pg.Client | null = null;
  #isClosed = false;

  constructor(url: string, options: ConnectOptions, events: KeptConnectionEvents) {
    this.#url = url;
    this.#options = options;
    this.#events = events;
  }

  /** Null while there is no connection. */
  get client(): pg.Client | null {
    return this.#client;
  }

  /** Resolves once it is connected; throws where that takes more than 10 s. */
  async open(): Promise<void> {
    const lastAttempt = performance.now() + START_MS;
    for (;;) {
      try {
        return await this.#connect();
      } catch (error) {
        if (performance.now() < lastAttempt) await sleep(RETRY_MS);
        else
          throw new Error(`DATABASE_URL: no answer: ${(error as Error).message}`, { cause: error });
      }
    }
  }

  /** Ends the connection, which is of no more use, and makes another. */
  reconnect(reason: unknown): void {
    if (this.#client) this.lose(this.#client, reason);
  }

  /** The same for one that somebody still holds and that may have been replaced already. */
  lose(client: pg.Client, reason: unknown): void {
    if (this.#isClosed || this.#client !== client) return;
    this.#client = null;
    destroy(client);
    this.#events.lost(reason);
    void this.#connectAgain();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const client = this.#client;
    this.#client = null;
    if (client) await end(client);
  }

  async #connect(): Promise<void> {
    const client = await connect(this.#url, this.#options, (...lost) => this.lose(...lost));
    try {
      await this.#events.setUp(client);
    } catch (error) {
      destroy(client);
      throw error;
    }
    if (this.#isClosed) return destroy(client);
    this.#client = client;
    this.#events.up();
  }

  async #connectAgain(): Promise<void> {
    while (!this.#isClosed) {
      try {
        return await this.#connect();
      } catch {
        // The loss was reported; the same again says no more.
        await sleep(RETRY_MS, null, { ref: false });
      }
    }
  }
}
