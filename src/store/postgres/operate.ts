import type { Kysely } from 'kysely';
import type pg from 'pg';
import type { News } from '../cluster.ts';
import { requireLatest } from '../migrate.ts';
import { readEpoch } from '../queries/meta.ts';
import type { Database } from '../tables.ts';
import { NEWS_CHANNEL, toPayloads } from './cluster/payloads.ts';
import { kyselyBy } from './dialect.ts';
import { connectChecked } from './prepare.ts';
import { toDriver, toResult } from './statements.ts';
import { Writable } from './writable.ts';

/* What commands of the operator do with a PostgreSQL database, beside running nodes or without them. */

/** How long one of their statements may take, in milliseconds. */
const LIMITS = { statement: 60_000 };

/** Reads a database on one connection. Throws as `prepareDatabase` does. */
export async function readPostgres<T>(
  url: string,
  read: (opened: { db: Kysely<Database>; client: pg.Client }) => Promise<T>,
): Promise<T> {
  const client = await connectChecked(url, LIMITS);
  try {
    const db = kyselyBy(async (query) => toResult(await client.query(toDriver(query))));
    return await read({ db, client });
  } finally {
    await client.end();
  }
}

/** The same with one view of the database, whatever is committed meanwhile. It may take as long as it takes. */
export const readPostgresView = <T>(
  url: string,
  read: (db: Kysely<Database>) => Promise<T>,
): Promise<T> =>
  readPostgres(url, async ({ db, client }) => {
    await client.query('begin isolation level repeatable read read only');
    await client.query(NO_TIMEOUTS);
    return read(db);
  });

/** Ends the limits of a transaction, whatever the database or its user are set to. */
export const NO_TIMEOUTS = `select set_config(name, '0', true) from pg_settings
  where name in ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')`;

/** A node whose last beat is older counts as dead. */
const NODE_SECONDS = 15;

/** Throws where a node is running on the database. */
export async function requireNoNode(client: pg.Client): Promise<void> {
  const since = `clock_timestamp() - interval '${NODE_SECONDS} seconds'`;
  const { rows } = await client.query(`select 1 from nodes where beat_at > ${since}`);
  if (rows.length === 0) return;
  throw new Error('a node is running on it; stop all nodes first');
}

/** Whether a database has no tables yet. */
export async function isEmpty({ client }: { client: pg.Client }): Promise<boolean> {
  const text = `select 1 from pg_tables where schemaname = 'public' limit 1`;
  return (await client.query(text)).rows.length === 0;
}

/** The name by which nodes know the operator's command, which is none of them. */
const OPERATOR = 'operator';

/**
 * Opens a database to change it as a node does, beside nodes that may run on it. Throws as `prepareDatabase` does, and
 * where it is of another version.
 */
export async function openForOperator(url: string) {
  const epoch = await readPostgres(url, async ({ db }) => {
    await requireLatest(db, 'postgres');
    return readEpoch(db);
  });
  const writable = new Writable(url, () => ({ epoch, pos: 0 }));
  return {
    committer: writable,
    /** Tells the nodes at once. What gets lost they find within 10 s. */
    tell: (news: readonly News[]) =>
      readPostgres(url, async ({ client }) => {
        for (const payload of toPayloads(OPERATOR, 'news', news)) {
          await client.query('select pg_notify($1, $2)', [NEWS_CHANNEL, payload]);
        }
      }),
    close: () => writable.close(),
  };
}
