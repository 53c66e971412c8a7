import type { Kysely } from 'kysely';
import type { DurableEvent } from '../protocol/events.ts';
import type { Executor } from './executor.ts';
import { toEntry, type LogEntry, type LoggedEvent } from './log-entry.ts';
import { toEventRow } from './mapping/events.ts';
import { headPos, insertEvent, insertSent } from './queries/log.ts';
import { reserveForMessages, reserveSeqs } from './queries/rooms.ts';
import type { PreparedQuery } from './query.ts';
import type { TextIndex } from './search/search.ts';
import type { Database } from './tables.ts';

/**
 * What a mutation works with: the database inside the transaction of its group, and the log. The mutations of
 * a group run one after the other.
 */
export class Tx {
  /** Tells the search index about texts that change. */
  readonly textIndex: TextIndex;
  readonly #executor: Executor;
  #nextPos = 0;
  /** Seqs that were reserved and are not in the log yet. */
  #unlogged = 0;
  readonly #entries: LogEntry[] = [];

  private constructor(executor: Executor, textIndex: TextIndex) {
    this.#executor = executor;
    this.textIndex = textIndex;
  }

  /** `executor` has a transaction open. */
  static async begin(executor: Executor, textIndex: TextIndex): Promise<Tx> {
    const tx = new Tx(executor, textIndex);
    tx.#nextPos = (await executor.first(headPos, {}))!.pos + 1;
    return tx;
  }

  get db(): Kysely<Database> {
    return this.#executor.db;
  }

  /** The last position of the log, including what this transaction has reserved. */
  get lastPos(): number {
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

  /**
   * Reserves the room's next `count` seqs and the server's next positions. No other transaction writes until
   * the commit, so numbers follow the order of commit, and a rollback takes them back. Every one of them must
   * be given to `log` before the mutation ends. For messages pass their time as `messagesAt`; `nth` is then the
   * number of the first one among the room's messages.
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
        ? await this.first(reserveSeqs, numbers)
        : await this.first(reserveForMessages, { ...numbers, at: messagesAt });
    if (!room) throw new Error(`There is no room ${roomId} to reserve seqs of`);
    this.#nextPos += count;
    this.#unlogged += count;
    const [seq, nth] = [room.head - count + 1, room.message_count - count + 1];
    return { seq, pos, nth };
  }

  /** Appends events to the log. The first takes the position `pos`, the others follow. */
  async log(pos: number, events: readonly LoggedEvent[]): Promise<void> {
    for (const [i, event] of events.entries()) {
      await this.first(insertEvent, toEventRow(event, pos + i));
    }
    this.#addEntries(pos, events);
  }

  /**
   * The same for new messages whose rows are in their table, with consecutive seqs. `alertedIds` has, for each
   * of them, the users whom it mentions and alerts.
   */
  async logSent(
    pos: number,
    events: readonly DurableEvent[],
    alertedIds: readonly (readonly string[])[],
  ): Promise<void> {
    const [{ roomId, seq: first }, { seq: last }] = [events[0]!, events.at(-1)!];
    await this.first(insertSent, { roomId, first, last, pos });
    this.#addEntries(pos, events, alertedIds);
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

  #addEntries(
    pos: number,
    events: readonly LoggedEvent[],
    alertedIds: readonly (readonly string[])[] = [],
  ): void {
    events.forEach((event, i) => this.#entries.push(toEntry(event, pos + i, alertedIds[i])));
    this.#unlogged -= events.length;
  }
}
