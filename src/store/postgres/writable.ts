import type pg from 'pg';
import { ConnectionLost } from '../executor.ts';
import type { Committer } from '../group.ts';
import { headPos } from '../queries/log.ts';
import { Tx } from '../transaction.ts';
import { connect, destroy, end } from './connect.ts';
import { isConnectionError, isUnavailable } from './errors.ts';
import { PostgresExecutor } from './executor.ts';
import { LOG_CHANNEL, toPayloads } from './notification.ts';
import { textIndex } from './text-index.ts';
import type { GroupTimes } from '../stats.ts';

/**
 * A node that freezes while it holds the lock delays the others for so long, and a node waits longer than that.
 * In milliseconds.
 */
const LIMITS = { statement: 10_000, lock: 8000, idleInTransaction: 3000 };
/** How long a link may give no answer, in milliseconds: longer than any statement takes. */
const ANSWER_MS = 12_000;

/**
 * The row that a group locks first. Whoever has the lock is the only writer, so positions and seqs follow the order of
 * commit, and nothing changes between the checks of a mutation and its writes. It is a row that has to be read anyway.
 */
const LOCK = `select value from meta where key = 'epoch' for update`;

/** What a commit has to find: the database that this node knows, at least as far as the node has seen it. */
export interface Expected {
  readonly epoch: string;
  readonly pos: number;
}

/** The connection that writes. It connects again, where it was lost, when the next group comes. */
export class Writable implements Committer {
  readonly #url: string;
  readonly #expected: () => Expected;
  #connection: { client: pg.Client; executor: PostgresExecutor } | null = null;
  /** Whether PostgreSQL has warned since the last commit began: it does not wait for its replicas. */
  #isWarned = false;
  #isChanged = false;
  #lockMs = 0;
  #commitMs = 0;

  constructor(url: string, expected: () => Expected) {
    this.#url = url;
    this.#expected = expected;
  }

  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const { client, executor } = await this.#connected();
    let isCommitting = false;
    try {
      const begun = this.#begin(client, executor);
      // It is awaited below, and before the first position is given out.
      begun.catch(() => {});
      const tx = new Tx(executor, textIndex(executor), begun);
      const result = await work(tx).catch(async (error: unknown) => {
        // Where the transaction did not begin, that is the reason, and not what failed after it.
        await begun;
        throw error;
      });
      await begun;
      isCommitting = true;
      await this.#commit(client, tx);
      return result;
    } catch (error) {
      if (error instanceof ConnectionLost) {
        this.#drop(client);
        throw error;
      }
      if (isConnectionError(error)) {
        this.#drop(client);
        throw new ConnectionLost(error, isCommitting);
      }
      await this.#rollBack(client);
      throw error;
    }
  }

  isUnavailable = isUnavailable;

  /** Whether a transaction has found another database than expected since the last call. */
  takeIsChanged(): boolean {
    const isChanged = this.#isChanged;
    this.#isChanged = false;
    return isChanged;
  }

  /** What the transactions since the last call have taken. */
  takeTimes(): GroupTimes {
    const times = { lockMs: this.#lockMs, commitMs: this.#commitMs };
    [this.#lockMs, this.#commitMs] = [0, 0];
    return times;
  }

  async close(): Promise<void> {
    if (this.#connection) await end(this.#connection.client);
  }

  /** Takes the lock, and returns the head of the log. */
  async #begin(client: pg.Client, executor: PostgresExecutor): Promise<number> {
    const before = performance.now();
    const [, locked, head] = await Promise.all([
      client.query('begin'),
      client.query<{ value: string }>(LOCK),
      executor.first(headPos, {}),
    ]).catch((error: unknown) => {
      // Nobody of the group has a part in this: it must not be tried for each of them.
      throw isUnavailable(error) ? new ConnectionLost(error) : error;
    });
    this.#lockMs += performance.now() - before;
    const { epoch, pos } = this.#expected();
    if (locked.rows[0]?.value !== epoch || head!.pos < pos) {
      this.#isChanged = true;
      throw new ConnectionLost(new Error('The database is another one, or an older copy'));
    }
    return head!.pos;
  }

  /** Tells all nodes of the entries if, and only if, they are committed, in the order of commit. */
  async #commit(client: pg.Client, tx: Tx): Promise<void> {
    const payloads = toPayloads(tx.entries);
    this.#isWarned = false;
    const before = performance.now();
    const [, committed] = await Promise.all([
      payloads.length > 0
        ? client.query({
            name: 'charla_notify',
            text: `select pg_notify('${LOG_CHANNEL}', payload) from unnest($1::text[]) as payload`,
            values: [payloads],
          })
        : null,
      client.query('commit'),
    ]);
    this.#commitMs += performance.now() - before;
    if (committed.command !== 'COMMIT') throw new Error('The transaction was rolled back');
    // It is on this disk alone, and a replica that takes over would not have it.
    if (this.#isWarned) throw new ConnectionLost(new Error('A commit was not replicated'), true);
  }

  async #rollBack(client: pg.Client): Promise<void> {
    try {
      await client.query('rollback');
    } catch {
      this.#drop(client);
    }
  }

  async #connected() {
    if (this.#connection) return this.#connection;
    const options = { limits: LIMITS, pipeline: true, answerMs: ANSWER_MS };
    try {
      const client = await connect(this.#url, options, (lost) => this.#drop(lost));
      client.on('notice', ({ severity }) => {
        if (severity === 'WARNING') this.#isWarned = true;
      });
      this.#connection = { client, executor: new PostgresExecutor(client) };
      return this.#connection;
    } catch (error) {
      throw new ConnectionLost(error);
    }
  }

  #drop(client: pg.Client): void {
    if (this.#connection?.client === client) this.#connection = null;
    destroy(client);
  }
}
