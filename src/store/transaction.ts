import { CompiledQuery, type Kysely } from 'kysely';
import { lastPos, toEntry, toRow, type LogEntry, type LoggedEvent } from './log.ts';
import type { Database } from './schema.ts';

/** Rows a multi-row insert may hold: SQLite binds at most 32,766 values in one statement. */
const MAX_ROWS = 1000;

/**
 * What an act works with: the database inside the transaction of its group, and the log. Acts of
 * one group run one after the other, each in its own savepoint.
 */
export class Tx {
  readonly db: Kysely<Database>;
  #nextPos: number;
  /** Seqs that were allotted and are not in the log yet. */
  #unlogged = 0;
  #entries: LogEntry[] = [];

  private constructor(db: Kysely<Database>, nextPos: number) {
    this.db = db;
    this.#nextPos = nextPos;
  }

  /** `db` is one connection, with a transaction open. */
  static async begin(db: Kysely<Database>): Promise<Tx> {
    return new Tx(db, (await lastPos(db)) + 1);
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
  async allot(
    roomId: string,
    count = 1,
    messagesAt?: number,
  ): Promise<{ seq: number; pos: number; nth: number }> {
    const pos = this.#nextPos;
    const room = await this.db
      .updateTable('rooms')
      .set((eb) => ({
        head: eb('head', '+', count),
        last_pos: pos + count - 1,
        ...(messagesAt !== undefined && {
          last_activity_at: messagesAt,
          message_count: eb('message_count', '+', count),
        }),
      }))
      .where('id', '=', roomId)
      .returning(['head', 'message_count'])
      .executeTakeFirstOrThrow();
    this.#nextPos += count;
    this.#unlogged += count;
    const [seq, nth] = [room.head - count + 1, room.message_count - count + 1];
    return { seq, pos, nth };
  }

  /**
   * Appends events to the log; the first takes `pos`, the others follow. `alerted` are those whom
   * each of them mentions, and who are told so.
   */
  async log(
    pos: number,
    events: readonly LoggedEvent[],
    alerted: readonly (readonly string[])[] = [],
  ): Promise<void> {
    for (let from = 0; from < events.length; from += MAX_ROWS) {
      const rows = events.slice(from, from + MAX_ROWS).map((e, i) => toRow(e, pos + from + i));
      await this.db.insertInto('events').values(rows).execute();
    }
    events.forEach((event, i) => this.#entries.push(toEntry(event, pos + i, alerted[i])));
    this.#unlogged -= events.length;
  }

  /** Runs `work` so that it leaves a trace only if it ends well, and every allotted seq is logged. */
  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    const before = { nextPos: this.#nextPos, entries: this.#entries.length };
    await this.db.executeQuery(SAVEPOINT);
    try {
      const result = await work();
      if (this.#unlogged !== 0) throw new Error(`${this.#unlogged} seqs were allotted, not logged`);
      await this.db.executeQuery(RELEASE);
      return result;
    } catch (error) {
      this.#nextPos = before.nextPos;
      this.#entries.length = before.entries;
      this.#unlogged = 0;
      try {
        await this.db.executeQuery(ROLLBACK);
        await this.db.executeQuery(RELEASE);
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

const SAVEPOINT = CompiledQuery.raw('savepoint act');
const RELEASE = CompiledQuery.raw('release act');
const ROLLBACK = CompiledQuery.raw('rollback to act');
