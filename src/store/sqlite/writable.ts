import { Kysely } from 'kysely';
import type { Committer } from '../group.ts';
import { headPos } from '../queries/log.ts';
import type { GroupTimes } from '../stats.ts';
import type { Database } from '../tables.ts';
import { Tx } from '../transaction.ts';
import { openForWriting, type SqliteConnection } from './connection.ts';
import { WritingDialect } from './dialect.ts';
import { SqliteExecutor } from './executor.ts';
import { Fts5Index } from './fts5-index.ts';

/** The codes of SQLite for "the disk, not you": full, failing, locked, read-only, gone. */
const UNAVAILABLE = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|NOMEM)/;

/** The connection that writes, with Kysely on it. One thread owns it alone. */
export class Writable implements Committer {
  readonly connection: SqliteConnection;
  readonly db: Kysely<Database>;
  readonly searchIndex: Fts5Index;
  readonly #executor: SqliteExecutor;

  /** Opens a database as `openForWriting` does. */
  constructor(file: string) {
    this.connection = openForWriting(file);
    this.db = kyselyOn(this.connection);
    this.#executor = new SqliteExecutor(this.db, this.connection);
    this.searchIndex = new Fts5Index(this.#executor);
  }

  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#executor.transaction(async () => {
      const head = await this.#executor.first(headPos, {});
      return work(new Tx(this.#executor, this.searchIndex, head!.pos));
    });
  }

  isUnavailable(error: unknown): boolean {
    const { code } = error as { code?: unknown };
    return typeof code === 'string' && UNAVAILABLE.test(code);
  }

  /** What the transactions since the last call have taken. */
  takeTimes(): GroupTimes {
    return { commitMs: this.#executor.takeCommitMs(), lockMs: null };
  }

  close(): Promise<void> {
    return this.db.destroy();
  }
}

export function kyselyOn(connection: SqliteConnection): Kysely<Database> {
  return new Kysely<Database>({ dialect: new WritingDialect({ database: connection }) });
}
