import type { Kysely } from 'kysely';
import type { DurableEvent } from '../protocol/events.ts';
import {
  insertEvent,
  insertSent,
  maxPos,
  toEntry,
  toRow,
  type LogEntry,
  type LoggedEvent,
} from './queries/log.ts';
import { PreparedQuery } from './query.ts';
import type { Database } from './tables.ts';
import { all, allRaw, run as first, type SqliteConnection } from './sqlite/connection.ts';
import { toObjects } from './sqlite/columnar.ts';

interface Numbers {
  roomId: string;
  count: number;
  lastPos: number;
}

const allotOthers = new PreparedQuery((db, its: Numbers) =>
  db
    .updateTable('rooms')
    .set((eb) => ({ head: eb('head', '+', its.count), last_pos: its.lastPos }))
    .where('id', '=', its.roomId)
    .returning(['head', 'message_count']),
);

const allotMessages = new PreparedQuery((db, its: Numbers & { at: number }) =>
  db
    .updateTable('rooms')
    .set((eb) => ({
      head: eb('head', '+', its.count),
      message_count: eb('message_count', '+', its.count),
      last_pos: its.lastPos,
      last_activity_at: its.at,
    }))
    .where('id', '=', its.roomId)
    .returning(['head', 'message_count']),
);

/**
 * What an act works with: the database inside the transaction of its group, and the log. Acts of
 * one group run one after the other, each in its own savepoint unless it is the only one.
 */
export class Tx {
  readonly db: Kysely<Database>;
  readonly #connection: SqliteConnection;
  #nextPos: number;
  /** Seqs that were allotted and are not in the log yet. */
  #unlogged = 0;
  #entries: LogEntry[] = [];

  private constructor(db: Kysely<Database>, connection: SqliteConnection) {
    this.db = db;
    this.#connection = connection;
    this.#nextPos = 0;
  }

  /** `db` is Kysely on the connection, which has a transaction open and is used by nobody else. */
  static async begin(db: Kysely<Database>, connection: SqliteConnection): Promise<Tx> {
    const tx = new Tx(db, connection);
    tx.#nextPos = ((await tx.run(maxPos, {}))?.pos ?? 0) + 1;
    return tx;
  }

  /** The last position of the log, with what this transaction has allotted. */
  get lastPos(): number {
    return this.#nextPos - 1;
  }

  /** Runs a prepared query by the shortest way, and answers all its rows. */
  async all<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
  ): Promise<Row[]> {
    const { sql, parameters } = query.bind(this.db, values);
    return all(this.#connection, sql, parameters) as Row[];
  }

  /** The same for as many rows as hold `maxBytes`; the first in any case. */
  async page<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
    maxBytes: number,
  ): Promise<{ rows: Row[]; isCut: boolean }> {
    const { sql, parameters } = query.bind(this.db, values);
    const found = allRaw(this.#connection.prepare(sql), parameters, maxBytes);
    return { rows: toObjects(found) as Row[], isCut: found.isCut ?? false };
  }

  /** The same for its first row; this is how to run what answers none, too. */
  async run<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
  ): Promise<Row | undefined> {
    const { sql, parameters } = query.bind(this.db, values);
    return first(this.#connection, sql, parameters) as Row | undefined;
  }

  /** What this transaction has put in the log so far, in order: to be delivered once it is durable. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /**
   * Gives out the room's next `count` seqs and the server's next positions. The room's row stays
   * locked until the commit, so numbers follow the order of commit and a rollback takes them back.
   * Each of them must be given to `log` before the act ends. Where they are for messages,
   * `messagesAt` is the time of them, and `nth` the first one's number among the room's messages.
   */
  async reserve(
    roomId: string,
    count = 1,
    messagesAt?: number,
  ): Promise<{ seq: number; pos: number; nth: number }> {
    const pos = this.#nextPos;
    const numbers = { roomId, count, lastPos: pos + count - 1 };
    const room =
      messagesAt === undefined
        ? await this.run(allotOthers, numbers)
        : await this.run(allotMessages, { ...numbers, at: messagesAt });
    if (!room) throw new Error(`There is no room ${roomId} to number events of`);
    this.#nextPos += count;
    this.#unlogged += count;
    const [seq, nth] = [room.head - count + 1, room.message_count - count + 1];
    return { seq, pos, nth };
  }

  /** Appends events to the log; the first takes `pos`, the others follow. */
  async log(pos: number, events: readonly LoggedEvent[]): Promise<void> {
    for (const [i, event] of events.entries()) await this.run(insertEvent, toRow(event, pos + i));
    this.#note(pos, events);
  }

  /**
   * The same for messages that were sent and stand in their table, one seq after the other. `alerted`
   * are those whom each of them mentions, and who are told so.
   */
  async logSent(
    pos: number,
    events: readonly DurableEvent[],
    alerted: readonly (readonly string[])[],
  ): Promise<void> {
    const [{ roomId, seq: first }, { seq: last }] = [events[0]!, events.at(-1)!];
    await this.run(insertSent, { roomId, first, last, pos });
    this.#note(pos, events, alerted);
  }

  #note(
    pos: number,
    events: readonly LoggedEvent[],
    alerted: readonly (readonly string[])[] = [],
  ): void {
    events.forEach((event, i) => this.#entries.push(toEntry(event, pos + i, alerted[i])));
    this.#unlogged -= events.length;
  }

  /** Runs `work` as all that this transaction does: who catches what it throws rolls it back. */
  async assertAllLogged<T>(work: () => Promise<T>): Promise<T> {
    const result = await work();
    if (this.#unlogged !== 0) throw new Error(`${this.#unlogged} seqs were allotted, not logged`);
    return result;
  }

  /** Runs `work` so that it leaves a trace only if it ends well, and every allotted seq is logged. */
  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    const before = { nextPos: this.#nextPos, entries: this.#entries.length };
    first(this.#connection, 'savepoint act');
    try {
      const result = await this.assertAllLogged(work);
      first(this.#connection, 'release act');
      return result;
    } catch (error) {
      this.#nextPos = before.nextPos;
      this.#entries.length = before.entries;
      this.#unlogged = 0;
      try {
        first(this.#connection, 'rollback to act');
        first(this.#connection, 'release act');
      } catch {
        throw new TransactionGone(error);
      }
      throw error;
    }
  }
}

/**
 * SQLite has rolled back the whole transaction by itself, as a full disk can make it do. What its
 * acts wrote is gone, and no other may go on in it. `cause` is what went wrong.
 */
export class TransactionGone extends Error {
  constructor(cause: unknown) {
    super('The transaction was rolled back as a whole', { cause });
    this.name = 'TransactionGone';
  }
}
