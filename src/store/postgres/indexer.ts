import { sql, type Kysely } from 'kysely';
import { getMeta, setMeta } from '../queries/meta.ts';
import { readHeadPos } from '../queries/log.ts';
import { fillNameSearch } from '../search/name-search.ts';
import { WORDS_FORM } from '../search/words.ts';
import type { Database } from '../tables.ts';
import { searchTables } from './text-index.ts';
import { vectorOf } from './vector.ts';

/** One node at a time has this lock and indexes; any number that other programs are unlikely to use. */
const INDEX_LOCK = '7261843590142732';
/** Events that one transaction indexes; positions are 1, 2, 3 …, so this many positions. */
const BATCH = 500;

/** Runs work in a transaction. */
export type InTransaction = <T>(work: (db: Kysely<Database>) => Promise<T>) => Promise<T>;

/**
 * Indexes messages that are new, and those that were changed. It does not take the lock of writers, so it delays no
 * send. Returns whether there is more; null where another node indexes and `mayWait` is false.
 */
export function indexNext(
  transaction: InTransaction,
  { mayWait }: { mayWait: boolean },
): Promise<{ more: boolean } | null> {
  return transaction(async (db) => {
    if (!(await takeLock(db, mayWait))) return null;
    const head = await readHeadPos(db);
    const after = Number((await getMeta(db, 'search_pos')) ?? 0);
    const due = await searchTables(db)
      .selectFrom('search_due')
      .selectAll()
      .orderBy('id')
      .limit(BATCH)
      .execute();
    const pos = Math.min(after + BATCH, Math.max(after, head));
    await index(db, await readMessages(db, after, pos, due));
    await forgetDue(db, due);
    await setMeta(db, 'search_pos', String(pos));
    return { more: pos < head || due.length === BATCH };
  });
}

/** Whether messages wait to be indexed. */
export async function isBehind(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ behind: boolean }>`
    select exists (select 1 from search_due) or coalesce((select max(pos) from events), 0)
      > (select value::bigint from meta where key = 'search_pos') as behind`.execute(db);
  return rows[0]!.behind;
}

/** How many events of the log are not in the index yet, and how many messages have to be indexed again. */
export async function readLag(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ lag: number }>`
    select (select count(*) from search_due)
      + greatest(0, coalesce((select max(pos) from events), 0)
        - (select value::bigint from meta where key = 'search_pos')) as lag`.execute(db);
  return rows[0]!.lag;
}

async function takeLock(db: Kysely<Database>, mayWait: boolean): Promise<boolean> {
  if (mayWait) {
    await sql`select pg_advisory_xact_lock(${sql.lit(INDEX_LOCK)}::bigint)`.execute(db);
    return true;
  }
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(${sql.lit(INDEX_LOCK)}::bigint) as taken`.execute(db);
  return rows[0]!.taken;
}

interface Indexed {
  pos: number;
  text: string;
  deleted_at: number | null;
  id: string;
  kind: string;
}

/** The messages that were created after one position up to another, and those that are due. */
async function readMessages(
  db: Kysely<Database>,
  after: number,
  upTo: number,
  due: readonly { pos: number }[],
): Promise<Indexed[]> {
  const ofEvents = sql`events
      join messages on messages.room_id = events.room_id and messages.seq = events.seq
      join rooms on rooms.id = messages.room_id`;
  const columns = sql`events.pos, messages.text, messages.deleted_at, rooms.id, rooms.kind`;
  const { rows } = await sql<Indexed>`
    select ${columns} from ${ofEvents} where events.pos > ${after} and events.pos <= ${upTo}
    union all
    select ${columns} from ${ofEvents}
      where events.pos = any(${due.map(({ pos }) => pos)}::bigint[])`.execute(db);
  return rows;
}

async function index(db: Kysely<Database>, messages: readonly Indexed[]): Promise<void> {
  const rows = new Map<number, object>();
  for (const { pos, text, deleted_at, ...room } of messages) {
    const { words, longText } = vectorOf(text, room);
    if (deleted_at === null) rows.set(pos, { pos, words, long_text: longText });
  }
  await sql`insert into messages_search (pos, words, long_text)
    select pos, words::tsvector, long_text
      from jsonb_to_recordset(${JSON.stringify([...rows.values()])}::jsonb)
        as one (pos bigint, words text, long_text text)
    on conflict (pos) do update set words = excluded.words, long_text = excluded.long_text`.execute(
    db,
  );
}

/** What was changed is indexed as it is now, or it is gone. */
async function forgetDue(db: Kysely<Database>, due: readonly { id: number; pos: number }[]) {
  if (due.length === 0) return;
  await sql`delete from messages_search where pos = any(${due.map(({ pos }) => pos)})
    and not exists (select 1 from events join messages
      on messages.room_id = events.room_id and messages.seq = events.seq
      where events.pos = messages_search.pos and messages.deleted_at is null)`.execute(db);
  await sql`delete from search_due where id = any(${due.map(({ id }) => id)})`.execute(db);
}

/** Empties the index where its words are of another form than this version's. It is then filled from the beginning. */
export async function checkIndex(db: Kysely<Database>): Promise<void> {
  if ((await getMeta(db, 'search_words')) === WORDS_FORM) return;
  await db.transaction().execute(async (trx) => {
    await sql`truncate messages_search, search_due`.execute(trx);
    await fillNameSearch(trx);
    await setMeta(trx, 'search_pos', '0');
    await setMeta(trx, 'search_words', WORDS_FORM);
  });
}
