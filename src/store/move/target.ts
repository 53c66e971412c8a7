import type pg from 'pg';
import { migrateToLatest } from '../migrate.ts';
import { destroy } from '../postgres/connect.ts';
import { kyselyBy } from '../postgres/dialect.ts';
import { isConnectionError } from '../postgres/errors.ts';
import { NO_TIMEOUTS, requireNoNode } from '../postgres/operate.ts';
import { connectChecked, MIGRATION_LOCK, shownUrl } from '../postgres/prepare.ts';
import { toDriver, toResult } from '../postgres/statements.ts';
import { copiedTables, listOf, type CopiedTable } from './tables.ts';

/** How long to wait for a lock that a node or another copy has: one that was killed has gone by then. */
const LOCK_SECONDS = 10;

/**
 * The PostgreSQL database that is filled, in one transaction: until it commits, nobody sees any of it, and however the
 * process or the connection ends, the database is as it was.
 */
export class Target {
  readonly name: string;
  readonly #client: pg.Client;

  /** Throws an Error with one line that says why the database cannot be filled. */
  static async open(url: string): Promise<Target> {
    const client = await connectChecked(url, { statement: 0 });
    const target = new Target(client, `DATABASE_URL (${shownUrl(url)})`);
    try {
      await target.#begin();
      return target;
    } catch (error) {
      await target.close();
      throw target.unfilled(error);
    }
  }

  private constructor(client: pg.Client, name: string) {
    this.#client = client;
    this.name = name;
  }

  async #begin(): Promise<void> {
    // Nodes that start meanwhile are seen at the end.
    await this.#client.query('begin isolation level read committed');
    await this.#client.query(NO_TIMEOUTS);
    await this.#client.query(`set local lock_timeout = '${LOCK_SECONDS}s'`);
    await this.#lock();
    await this.#migrate();
    await this.requireNoNode();
    await this.#requireFresh();
    // What a migration inserts, or a node that has started once.
    for (const table of ['meta', 'events', 'rooms']) {
      await this.#client.query(`delete from "${table}"`);
    }
  }

  /** Nodes that start wait until the copy has ended. */
  async #lock(): Promise<void> {
    try {
      await this.#client.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    } catch (error) {
      if ((error as pg.DatabaseError).code !== LOCK_NOT_AVAILABLE) throw error;
      const message = 'a node is starting on it, or another copy is running; wait for its end';
      throw new Error(message, { cause: error });
    }
  }

  /** Creates the tables, within the transaction of the copy. */
  async #migrate(): Promise<void> {
    let fault: Error | undefined;
    const db = kyselyBy(async (query) => {
      const isOfTransaction = /^(begin|commit|rollback)$/.test(query.sql);
      if (isOfTransaction) return { rows: [] };
      try {
        return toResult(await this.#client.query(toDriver(query)));
      } catch (error) {
        // What fails after it says only that the transaction has failed.
        fault ??= error as Error;
        throw error;
      }
    });
    await migrateToLatest(db, 'postgres').catch((error: unknown) => {
      throw fault ?? error;
    });
  }

  /** Throws where a node is running on the database. */
  requireNoNode(): Promise<void> {
    return requireNoNode(this.#client);
  }

  /** Every table is empty but for what a new server has: facts about it, a room, and that room's first event. */
  async #requireFresh(): Promise<void> {
    for (const { name } of copiedTables) {
      if (name === 'meta') continue;
      const offset = name === 'rooms' || name === 'events' ? 1 : 0;
      const { rows } = await this.#client.query(`select 1 from "${name}" offset ${offset} limit 1`);
      if (rows.length === 0) continue;
      throw new Error('it is not empty; create another database for the copy');
    }
  }

  /** Inserts rows, each of them one line of JSON. */
  async insert({ name }: CopiedTable, columns: string, lines: readonly string[]): Promise<void> {
    await this.#client.query({
      name: `insert ${name}`,
      text: `insert into "${name}" (${columns})
        select ${columns} from json_populate_recordset(null::"${name}", $1::json)`,
      values: [`[${lines.join(',')}]`],
    });
  }

  /** Reads all rows of a table in the order of its key, as many at a time as `sizes` says, and what is left. */
  async *rows(
    { name, key }: CopiedTable,
    columns: string,
    sizes: readonly number[],
  ): AsyncIterable<Record<string, unknown>[]> {
    await this.#client.query(`analyze "${name}"`);
    await this.#client.query(
      `declare copied no scroll cursor for select ${columns} from "${name}" order by ${listOf(key)}`,
    );
    for (const size of [...sizes, 1]) {
      const { rows } = await this.#client.query<Record<string, unknown>>(
        `fetch ${size} from copied`,
      );
      yield rows;
    }
    await this.#client.query('close copied');
  }

  /** A room whose head is not its last event; null where there is none. */
  async roomWithoutHead(): Promise<string | null> {
    const { rows } = await this.#client.query<{ id: string }>(
      `select id from rooms where exists
          (select 1 from events where room_id = rooms.id and seq > rooms.head)
        or not exists (select 1 from events
          where room_id = rooms.id and seq = rooms.head and pos = rooms.last_pos) limit 1`,
    );
    return rows[0]?.id ?? null;
  }

  async commit(): Promise<void> {
    try {
      const { command } = await this.#client.query('commit');
      if (command !== 'COMMIT') throw new Error('The transaction was rolled back');
    } catch (error) {
      if (!isConnectionError(error)) throw this.unfilled(error);
      const { message } = error as Error;
      throw new Error(
        `the connection was lost in COMMIT (${message}); run it again: if ${this.name} is not empty then, all of the ` +
          'copy is there',
        { cause: error },
      );
    }
  }

  /** An error that ended the transaction, as one line that says what to do. */
  unfilled(error: unknown): Error {
    const { message } = error as Error;
    const reason = isConnectionError(error)
      ? `the connection was lost (${message}); run it again`
      : message.replaceAll(/\s*\n\s*/g, '; ');
    return new Error(`${this.name} was not filled, and is as it was: ${reason}`, { cause: error });
  }

  /** Ends the connection at once, and with it the transaction. */
  cut(): void {
    destroy(this.#client);
  }

  /** Ends the connection, and with it a transaction that has not committed. */
  async close(): Promise<void> {
    await this.#client.end().catch(() => {});
  }
}

const LOCK_NOT_AVAILABLE = '55P03';
