import type pg from 'pg';
import type { FilledDatabase } from '../filling.ts';
import { migrateToLatest } from '../migrate.ts';
import { headPos } from '../queries/log.ts';
import { Tx } from '../transaction.ts';
import { PostgresExecutor } from './executor.ts';
import { NO_TIMEOUTS, requireNoNode } from './operate.ts';
import { connectChecked, MIGRATION_LOCK, shownUrl } from './prepare.ts';
import { textIndex } from './text-index.ts';

/** How long to wait for the lock that a node or another import has: one that was killed has gone by then. */
const LOCK_SECONDS = 10;
const LOCK_NOT_AVAILABLE = '55P03';

/** Opens a database to fill it. Nodes that start meanwhile wait until it is closed. */
export async function openToFill(url: string): Promise<FilledDatabase> {
  const client = await connectChecked(url, { statement: 0 });
  try {
    await lock(client);
    const executor = new PostgresExecutor(client);
    await migrateToLatest(executor.db, 'postgres', { mayBePart: true });
    await requireNoNode(client);
    return {
      db: executor.db,
      transaction: (work) =>
        inTransaction(client, async () => {
          const { pos } = (await executor.first(headPos, {}))!;
          return work(new Tx(executor, textIndex(executor), pos));
        }),
      close: () => client.end(),
    };
  } catch (error) {
    await client.end();
    const { message } = error as Error;
    throw new Error(`DATABASE_URL (${shownUrl(url)}) cannot be filled: ${message}`, {
      cause: error,
    });
  }
}

async function lock(client: pg.Client): Promise<void> {
  await client.query(`set lock_timeout = '${LOCK_SECONDS}s'`);
  try {
    await client.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== LOCK_NOT_AVAILABLE) throw error;
    const message = 'a node is starting on it, or another import is running; wait for its end';
    throw new Error(message, { cause: error });
  }
}

async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await client.query(NO_TIMEOUTS);
    const result = await work();
    const { command } = await client.query('commit');
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back');
    return result;
  } catch (error) {
    // Where the connection is lost, so is the transaction, and the first error says why.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}
