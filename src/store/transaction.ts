import type { Insertable, Kysely } from 'kysely';
import type { Executor } from './executor.ts';
import { toEntry, type LogEntry, type LoggedEvent } from './log-entry.ts';
import { toEventRow } from './mapping/events.ts';
import { reserveForMessages, reserveSeq } from './queries/rooms.ts';
import type { PreparedQuery } from './query.ts';
import type { TextIndex } from './search/search.ts';
import type { Database } from './tables.ts';

/** An event at its place in the log. */
export interface Logged {
  readonly event: LoggedEvent;
  readonly pos: number;
  /** The users whom a new message mentions and alerts. */
  readonly alertedIds?: readonly string[];
}

/** Where the first of some messages goes: its numbers in the room, in the log, and among the room's messages. */
export interface Place {
  readonly seq: number;
  readonly pos: number;
  readonly nth: number;
}

/** Messages to be numbered, and how far their room has come. */
export interface MessagesOfRoom {
  readonly roomId: string;
  readonly head: number;
  readonly messageCount: number;
  readonly count: number;
}

/**
 * What a mutation works with: the database inside the transaction of its group, and the log. The mutations of
 * a group run one after the other.
 */
export class Tx {
  /** Tells the search index about texts that change. */
  readonly textIndex: TextIndex;
  readonly #executor: Executor;
  readonly #head: number | Promise<number>;
  /** The next position of the log; null until it is needed. */
  #nextPos: number | null = null;
  /** Seqs that were reserved and are not in the log yet. */
  #unlogged = 0;
  readonly #entries: LogEntry[] = [];

  /**
   * `executor` has a transaction open. `head` is the last position of the log, or becomes it: mutations read while
   * it is on its way.
   */
  constructor(executor: Executor, textIndex: TextIndex, head: number | Promise<number>) {
    this.#executor = executor;
    this.textIndex = textIndex;
    this.#head = head;
  }

  get db(): Kysely<Database> {
    return this.#executor.db;
  }

  /** The last position of the log, including what this transaction has reserved. */
  async lastPos(): Promise<number> {
    this.#nextPos ??= (await this.#head) + 1;
    return this.#nextPos - 1;
  }

  /** What this transaction has logged so far, in order: to be delivered once it is durable. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Runs a prepared query the shortest way, and returns all its rows. */
  all<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
  ): Promise<Row[]> {
    return this.#executor.all(query, values);
  }

  /** The same for its first row; also for statements that return no row. */
  first<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: Values,
  ): Promise<Row | undefined> {
    return this.#executor.first(query, values);
  }

  /** Runs a prepared query once for each of the values, and returns the rows of each. */
  each<Values extends object, Row>(
    query: PreparedQuery<Values, Row>,
    values: readonly Values[],
  ): Promise<Row[][]> {
    return this.#executor.each(query, values);
  }

  /** Inserts rows, all of which set the same columns. */
  insert<Table extends keyof Database>(
    table: Table,
    rows: readonly Insertable<Database[Table]>[],
  ): Promise<void> {
    return this.#executor.insert(table, rows);
  }

  /**
   * Reserves the room's next seq and the server's next position. No other transaction writes until the commit, so
   * numbers follow the order of commit, and a rollback takes them back. Every one of them must be given to `log`
   * before the mutation ends.
   */
  async reserve(roomId: string): Promise<{ seq: number; pos: number }> {
    const pos = (await this.lastPos()) + 1;
    this.#take(1);
    const room = await this.first(reserveSeq, { roomId, pos });
    if (!room) throw new Error(`There is no room ${roomId} to reserve a seq of`);
    return { seq: room.head, pos };
  }

  /**
   * The same for messages in rooms whose heads were read in this transaction: the numbers are known before the
   * rooms are written, which `written` resolves after. `nth` is the number of the first one among the room's messages.
   */
  async reserveForMessages(
    rooms: readonly MessagesOfRoom[],
    at: number,
  ): Promise<{ places: Place[]; written: Promise<unknown> }> {
    let pos = await this.lastPos();
    const places: Place[] = [];
    const reservations = rooms.map(({ roomId, head, messageCount, count }) => {
      places.push({ seq: head + 1, pos: pos + 1, nth: messageCount + 1 });
      pos += count;
      this.#take(count);
      return {
        roomId,
        head: head + count,
        messageCount: messageCount + count,
        lastPos: pos,
        at,
      };
    });
    return { places, written: this.each(reserveForMessages, reservations) };
  }

  #take(count: number): void {
    this.#nextPos! += count;
    this.#unlogged += count;
  }

  /** Appends events to the log, in the order of their positions. */
  async log(logged: readonly Logged[]): Promise<void> {
    await this.insert(
      'events',
      logged.map(({ event, pos }) => toEventRow(event, pos)),
    );
    for (const { event, pos, alertedIds } of logged) {
      this.#entries.push(toEntry(event, pos, alertedIds));
    }
    this.#unlogged -= logged.length;
  }

  /** Runs `work` and throws where a reserved seq was not logged: the caller must then roll back. */
  async assertAllLogged<T>(work: () => Promise<T>): Promise<T> {
    const result = await work();
    if (this.#unlogged !== 0) throw new Error(`${this.#unlogged} seqs were reserved, not logged`);
    return result;
  }

  /** Runs `work` so that it leaves a trace only if it succeeds and has logged every seq it reserved. */
  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    const before = { nextPos: this.#nextPos, entries: this.#entries.length };
    try {
      return await this.#executor.savepoint(() => this.assertAllLogged(work));
    } catch (error) {
      this.#nextPos = before.nextPos;
      this.#entries.length = before.entries;
      this.#unlogged = 0;
      throw error;
    }
  }
}
