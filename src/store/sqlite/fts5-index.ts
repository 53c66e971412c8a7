import { sql, type Kysely } from 'kysely';
import type { Mutations } from '../mutation.ts';
import { getMeta, setMeta } from '../queries/meta.ts';
import { posOfEvent } from '../queries/log.ts';
import { PreparedQuery } from '../query.ts';
import { fillNameSearch } from '../search/name-search.ts';
import type { TextIndex } from '../search/search.ts';
import { indexText, WORDS_FORM } from '../search/words.ts';
import type { Database } from '../tables.ts';
import type { Tx } from '../transaction.ts';
import type { SqliteExecutor } from './executor.ts';

type Room = Parameters<TextIndex['forgetText']>[0];

/**
 * How long a batch adds messages, in milliseconds, and how much of them, in characters: FTS5 collects their
 * words and writes them when the batch commits, which takes as long again.
 */
const MAX_ADD_MS = 4;
const MAX_ADD_LENGTH = 32 * 1024;
/** Messages that are read at once: few enough that those a batch has no time for are no loss, however long. */
const READ_AT_ONCE = 64;
/** Words that one statement removes from the index, in some 0.3 ms; and how long that is repeated. */
const WORDS_AT_ONCE = 8;
const MAX_REMOVE_MS = 3;
/** Pages of the index that one step merges: some 3 ms of work. */
const MERGE_PAGES = 16;

/** The names of the index's own mutations. They run as background jobs, or before a search. */
export type IndexMutations = ReturnType<Fts5Index['mutations']>;

/**
 * The index of words (FTS5). A send does not wait for it: a thousand messages added at once cost a third of
 * what they cost one by one. So it follows the log, and a search first brings it up to date.
 */
export class Fts5Index implements TextIndex {
  readonly #executor: SqliteExecutor;
  #hasRemovals = false;

  constructor(executor: SqliteExecutor) {
    this.#executor = executor;
  }

  mutations() {
    return {
      addToIndex: (tx: Tx, limit: number) => this.#addNext(tx, limit),
      removeFromIndex: () => this.#removeNext(),
      mergeIndex: () => this.#merge(),
    } satisfies Mutations;
  }

  /** The words of the text stay in the index until `removeFromIndex`; meanwhile the message is not found. */
  async forgetText(room: Room, { seq, text }: { seq: number; text: string }): Promise<void> {
    const { db } = this.#executor;
    const pos = await posOfEvent(db, room.id, seq);
    if (pos > (await indexedPos(db))) return;
    const values = { pos, text, rooms: placesOf(room), size: text.length };
    await db
      .insertInto('search_removals')
      .values(values)
      // The index has what the message said first.
      .onConflict((row) => row.doNothing())
      .execute();
    this.#hasRemovals = true;
  }

  /** Whether texts were forgotten since the last call. */
  takeHasRemovals(): boolean {
    const hasRemovals = this.#hasRemovals;
    this.#hasRemovals = false;
    return hasRemovals;
  }

  /**
   * Adds messages that were sent and are not in the index yet: at most `limit`, and as many as fit in some
   * milliseconds. Returns how far the index has come, and whether there is more.
   */
  async #addNext(tx: Tx, limit: number): Promise<{ pos: number; more: boolean }> {
    const { db } = this.#executor;
    const end = performance.now() + MAX_ADD_MS;
    let pos = await indexedPos(db);
    let length = 0;
    let done = 0;
    const goesOn = () =>
      done === 0 || (done < limit && length < MAX_ADD_LENGTH && performance.now() < end);
    let more = true;
    while (more && goesOn()) {
      const rows = await this.#executor.all(sentAfter, { pos, limit: READ_AT_ONCE });
      more = rows.length === READ_AT_ONCE;
      for (const row of rows) {
        if (!goesOn()) {
          more = true;
          break;
        }
        if (row.deleted_at === null) length += await this.#add(row);
        pos = row.pos;
        done += 1;
      }
    }
    if (!more) pos = Math.max(pos, await tx.lastPos());
    await setMeta(db, 'search_pos', String(pos));
    return { pos, more };
  }

  /** Returns how much it added, in characters. */
  async #add(row: { pos: number; text: string } & Room): Promise<number> {
    const words = indexText(row.text);
    await this.#executor.first(insertWords, { rowid: row.pos, words, rooms: placesOf(row) });
    return words.length;
  }

  /**
   * Removes a part of what messages no longer say from the index, the shortest text first, and adds what the
   * message says instead. Returns whether there was something to remove.
   */
  async #removeNext(): Promise<boolean> {
    const row = await this.#executor.first(nextRemoval, {});
    if (!row) return false;
    const { pos } = row;
    const words = row.words?.split(' ') ?? [...new Set(indexText(row.text).split(' '))];
    const end = performance.now() + MAX_REMOVE_MS;
    let done = 0;
    while (done < words.length && (done === 0 || performance.now() < end)) {
      const some = words.slice(done, done + WORDS_AT_ONCE).join(' ');
      await this.#executor.first(deleteWords, { rowid: pos, words: some, rooms: '' });
      // Each deletion makes FTS5 count one message less, and it refuses to count below none.
      await this.#executor.first(insertWords, { rowid: pos, words: '', rooms: '' });
      done += WORDS_AT_ONCE;
    }
    if (done < words.length) {
      const left = words.slice(done);
      await this.#executor.first(keepRemoval, { pos, words: left.join(' '), size: left.length });
      return true;
    }
    await this.#executor.first(deleteWords, { rowid: pos, words: '', rooms: row.rooms });
    await this.#executor.first(endRemoval, { pos });
    const [message] = await this.#executor.all(sentAfter, { pos: pos - 1, limit: 1 });
    if (message?.pos === pos && message.deleted_at === null) await this.#add(message);
    return true;
  }

  /**
   * Each batch leaves a segment of its own in the index, and a search reads every segment. This merges some of
   * them; returns whether there was something to merge.
   */
  async #merge(): Promise<boolean> {
    const before = await this.#executor.first(totalChanges, {});
    await this.#executor.first(mergeSegments, {});
    const after = await this.#executor.first(totalChanges, {});
    // The command itself counts for one (FTS5's documentation, 6.8).
    return after!.changes - before!.changes >= 2;
  }
}

/** What a room was created as never changes, so this entry of the index never does. */
const placesOf = ({ id, kind }: Room) => (kind.endsWith('public') ? `public ${id}` : id);

/** The index covers the log up to here. What comes after it will be indexed as it is then. */
async function indexedPos(db: Kysely<Database>): Promise<number> {
  return Number((await getMeta(db, 'search_pos')) ?? 0);
}

/** What was sent after a position, with what it says now. */
export const sentAfter = new PreparedQuery((db, its: { pos: number; limit: number }) =>
  db
    .selectFrom('events')
    .innerJoin('messages', (join) =>
      join
        .onRef('messages.room_id', '=', 'events.room_id')
        .onRef('messages.seq', '=', 'events.seq'),
    )
    .innerJoin('rooms', 'rooms.id', 'messages.room_id')
    .select(['events.pos', 'messages.text', 'messages.deleted_at', 'rooms.id', 'rooms.kind'])
    .where('events.pos', '>', its.pos)
    .orderBy('events.pos')
    .limit(its.limit),
);

const insertWords = new PreparedQuery((db, row: { rowid: number; words: string; rooms: string }) =>
  db.insertInto('messages_search').values({ rowid: row.rowid, words: row.words, rooms: row.rooms }),
);

/** FTS5 needs the words it is to forget, one by one; their order does not matter. */
const deleteWords = new PreparedQuery((db, row: { rowid: number; words: string; rooms: string }) =>
  db.insertInto('messages_search').values({
    messages_search: sql.lit('delete'),
    rowid: row.rowid,
    words: row.words,
    rooms: row.rooms,
  }),
);

const nextRemoval = new PreparedQuery((db) =>
  db.selectFrom('search_removals').selectAll().orderBy('size').limit(1),
);

const keepRemoval = new PreparedQuery((db, row: { pos: number; words: string; size: number }) =>
  db
    .updateTable('search_removals')
    .set({ text: '', words: row.words, size: row.size })
    .where('pos', '=', row.pos),
);

const endRemoval = new PreparedQuery((db, its: { pos: number }) =>
  db.deleteFrom('search_removals').where('pos', '=', its.pos),
);

const mergeSegments = new PreparedQuery((db) =>
  db.insertInto('messages_search').values({
    messages_search: 'merge',
    // Not bound: FTS5 takes whole numbers only, and better-sqlite3 binds floating point.
    rank: sql.lit(MERGE_PAGES),
    rowid: null,
  }),
);

const totalChanges = new PreparedQuery((db) =>
  db.selectNoFrom(sql<number>`total_changes()`.as('changes')),
);

/**
 * Empties the index where it has words of another form than this version's: they could neither be found nor
 * removed. `addToIndex` then fills it from the beginning. The column that names are searched in is filled at
 * once.
 */
export async function checkIndex(db: Kysely<Database>): Promise<void> {
  if ((await getMeta(db, 'search_words')) !== WORDS_FORM) await emptyIndex(db);
}

/**
 * Where a stop left no time to remove all that messages no longer say, it empties the whole index: no file may
 * keep any of it. The next start builds it anew.
 */
export async function finishRemovals(db: Kysely<Database>): Promise<void> {
  if (await nextRemoval.first(db, {})) await emptyIndex(db);
}

async function emptyIndex(db: Kysely<Database>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const values = { messages_search: 'delete-all', rowid: 0, words: '', rooms: '' };
    await trx.insertInto('messages_search').values(values).execute();
    await trx.deleteFrom('search_removals').execute();
    await fillNameSearch(trx);
    await setMeta(trx, 'search_pos', '0');
    await setMeta(trx, 'search_words', WORDS_FORM);
  });
}
