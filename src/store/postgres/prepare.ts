import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { migrateToLatest } from '../migrate.ts';
import { readHeadPos } from '../queries/log.ts';
import { getMeta, readEpoch, setMeta } from '../queries/meta.ts';
import type { Database } from '../tables.ts';
import { connect, type Limits } from './connect.ts';
import { kyselyBy } from './dialect.ts';
import { checkIndex } from './indexer.ts';
import { toDriver, toResult } from './statements.ts';

const LIMITS = { statement: 600_000 };
/** PostgreSQL 13 is the oldest that has all that is used here; tests run on 15 and 18. */
const OLDEST = 130_000;
/** Held while a node migrates the database; any number that other programs are unlikely to use. */
export const MIGRATION_LOCK = '7261843590142731';

export interface Prepared {
  readonly epoch: string;
  /** The last position of the log. */
  readonly head: number;
}

/**
 * Checks that the database can be used, and migrates it; other nodes that start meanwhile wait. `waitsForDisk` is false
 * where a crash of its machine may lose what was acked. Throws an Error with one line that names DATABASE_URL, without
 * the password.
 */
export async function prepareDatabase(url: string): Promise<Prepared & { waitsForDisk: boolean }> {
  const client = await connectChecked(url, LIMITS);
  try {
    const db = kyselyBy(async (query) => toResult(await client.query(toDriver(query))));
    await client.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await migrateToLatest(db, 'postgres');
    await checkIndex(db);
    await renewIfRestored(client, db);
    const { rows } = await client.query<{ fsync: string }>('show fsync');
    const waitsForDisk = rows[0]!.fsync === 'on';
    return { epoch: await readEpoch(db), head: await readHeadPos(db), waitsForDisk };
  } finally {
    await client.end();
  }
}

/** Connects to the database, and checks that it can be used; throws as `prepareDatabase` does. */
export async function connectChecked(url: string, limits: Limits): Promise<pg.Client> {
  const client = await connect(url, { limits }).catch((error: unknown) => {
    throw unusable(url, (error as Error).message, error);
  });
  try {
    await requireUsable(client, url);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function requireUsable(client: pg.Client, url: string): Promise<void> {
  const { rows } = await client.query<{
    version: string;
    encoding: string;
    commit: string;
    ro: string;
  }>(
    `select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding,
      current_setting('synchronous_commit') as commit, current_setting('transaction_read_only') as ro`,
  );
  const { version, encoding, commit, ro } = rows[0]!;
  if (Number(version) < OLDEST) throw unusable(url, 'PostgreSQL 13 or newer is needed');
  if (encoding !== 'UTF8') {
    throw unusable(url, `its encoding is ${encoding}; create it with the encoding UTF8`);
  }
  if (commit === 'off') {
    throw unusable(url, 'synchronous_commit is off; an acked message could then be lost');
  }
  if (ro === 'on') throw unusable(url, 'it is read-only; use the address of the primary');
}

/**
 * Gives the database a new epoch where it is another copy than the one written to before: a restored dump, or one that
 * was recovered to a moment in the past. Where nodes run, it was replaced by a replica under their eyes; each of them
 * has compared it with what it has told. A snapshot of the disk cannot be told from the original; there, only the
 * mark in DATA_DIR can.
 */
async function renewIfRestored(client: pg.Client, db: Kysely<Database>): Promise<void> {
  const copy = await readCopy(client);
  const known = await getMeta(db, 'copy');
  if (copy === known) return;
  const { rows } = await client.query<{ running: boolean }>(
    `select exists (select 1 from nodes where beat_at > clock_timestamp() - interval '15 s') as running`,
  );
  await db.transaction().execute(async (trx) => {
    if (known !== undefined && !rows[0]!.running) await setMeta(trx, 'epoch', randomUUID());
    await setMeta(trx, 'copy', copy);
  });
}

/** The cluster of databases, the database in it, and the timeline of its write-ahead log, which a recovery ends. */
async function readCopy(client: pg.Client): Promise<string> {
  // Some providers do not let everybody call it.
  const { rows } = await client.query<{ allowed: boolean }>(
    `select has_function_privilege('pg_control_system()', 'execute') as allowed`,
  );
  const system = rows[0]!.allowed ? '(select system_identifier from pg_control_system())' : 'null';
  const found = await client.query<{ copy: string }>(
    `select concat_ws(' ', ${system}, oid, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)) as copy
      from pg_database where datname = current_database()`,
  );
  return found.rows[0]!.copy;
}

/** The address without what must not be shown, for messages. */
export function shownUrl(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || 'the local socket'}${port && `:${port}`}${pathname}`;
}

function unusable(url: string, why: string, cause?: unknown): Error {
  return new Error(`DATABASE_URL (${shownUrl(url)}) cannot be used: ${why}`, { cause });
}

/**
 * Gives the database a new epoch where it is still that of `known` and its log ends before `known.pos`: commits that
 * were told of are lost. Returns what the database is now.
 */
export async function renewIfOlder(
  url: string,
  known: { epoch: string; pos: number },
): Promise<Prepared> {
  const limits = { statement: 10_000, lock: 8000 };
  const client = await connect(url, { limits, answerMs: 11_000 });
  try {
    await client.query('begin');
    const locked = await client.query<{ value: string }>(
      `select value from meta where key = 'epoch' for update`,
    );
    const head = await client.query<{ pos: number }>(
      'select coalesce(max(pos), 0)::bigint as pos from events',
    );
    let epoch = locked.rows[0]!.value;
    const { pos } = head.rows[0]!;
    if (epoch === known.epoch && pos < known.pos) {
      epoch = randomUUID();
      await client.query(`update meta set value = $1 where key = 'epoch'`, [epoch]);
    }
    await client.query('commit');
    return { epoch, head: pos };
  } finally {
    await client.end();
  }
}
