import { sql, type Kysely } from 'kysely';
import type { RoomKind } from '../../protocol/resources.ts';
import { messageColumns } from '../queries/messages.ts';
import { fillNameSearch } from '../search/name-search.ts';
import type { AuthoredMessageRow } from '../mapping.ts';
import { readPage } from '../page.ts';
import { PreparedQuery } from '../query.ts';
import type { Database, DeletedKind } from '../tables.ts';
import type { Tx } from '../transaction.ts';
import { indexText, matchOf, quoted } from '../search/words.ts';

type Db = Kysely<Database>;

/** A message as the index knows it. */
export interface Indexed {
  /** Of its message.created. */
  readonly pos: number;
  readonly text: string;
}

interface Room {
  readonly id: string;
  readonly kind: RoomKind | DeletedKind;
}

/** What a room was made as never changes, so neither does what stands in the index. */
const placesOf = ({ id, kind }: Room) => (kind.endsWith('public') ? `public ${id}` : id);

const insertWords = new PreparedQuery((db, row: { rowid: number; words: string; rooms: string }) =>
  db.insertInto('messages_search').values({ rowid: row.rowid, words: row.words, rooms: row.rooms }),
);

/** Answers how much it put there, in characters. */
async function addToIndex(tx: Tx, room: Room, { pos, text }: Indexed): Promise<number> {
  const words = indexText(text);
  await tx.run(insertWords, { rowid: pos, words, rooms: placesOf(room) });
  return words.length;
}

/**
 * How long a batch takes words in, in milliseconds, and how much of them, in characters: FTS5 gathers
 * them and writes them when the batch is committed, which takes as long again.
 */
const MAX_INDEX_MS = 4;
const MAX_LENGTH = 32 * 1024;
/** More than is taken in at once is not read either: letters of three bytes become that many characters. */
const MAX_READ_BYTES = 3 * MAX_LENGTH;

/** What was sent after a position, and what it says now. */
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

/**
 * Puts in the index what was sent and is not in it yet, at most `limit` messages and as many as are done
 * in some milliseconds. Sends do not wait for it: a thousand at once cost a third of what one after the
 * other do. Answers how far the index has come, and whether there is more.
 */
export async function indexNext(tx: Tx, limit: number): Promise<{ pos: number; more: boolean }> {
  const after = await indexedPos(tx);
  const { rows, isCut } = await tx.page(sentAfter, { pos: after, limit }, MAX_READ_BYTES);
  const end = performance.now() + MAX_INDEX_MS;
  let length = 0;
  let done = 0;
  while (done < rows.length && (done === 0 || (length < MAX_LENGTH && performance.now() < end))) {
    const row = rows[done]!;
    if (row.deleted_at === null) length += await addToIndex(tx, row, row);
    done += 1;
  }
  const more = isCut || done === limit || done < rows.length;
  const pos = more ? rows[done - 1]!.pos : Math.max(after, tx.lastPos);
  await setMeta(tx.db, POS_KEY, String(pos));
  return { pos, more };
}

const mergePart = new PreparedQuery((db) =>
  db.insertInto('messages_search').values({
    messages_search: 'merge',
    // Not bound: FTS5 takes whole numbers only, and bound ones arrive as floating point.
    rank: sql.lit(MERGE_PAGES),
    rowid: null,
  }),
);
const totalChanges = new PreparedQuery((db) =>
  db.selectNoFrom(sql<number>`total_changes()`.as('changes')),
);

/** Pages of the index that are merged at once: some 3 ms of work. */
const MERGE_PAGES = 16;

/**
 * Every batch leaves a part of its own in the index, and a search looks into every part. This takes
 * the merging of parts a step on; answers whether there was something to do.
 */
export async function mergeIndex(tx: Tx): Promise<boolean> {
  const before = await tx.run(totalChanges, {});
  await tx.run(mergePart, {});
  const after = await tx.run(totalChanges, {});
  // The command itself counts for one (FTS5's documentation, 6.8).
  return after!.changes - before!.changes >= 2;
}

/** What is past it will be indexed as it is then. */
async function indexedPos(tx: Tx): Promise<number> {
  return Number((await getMeta(tx.db, POS_KEY)) ?? 0);
}

/**
 * A message says something else than `text`, or nothing any more. Until `removeNext` has taken its words
 * out of the index, it is not found.
 */
export async function removeFromIndex(tx: Tx, room: Room, { pos, text }: Indexed): Promise<void> {
  if (pos > (await indexedPos(tx))) return;
  const values = { pos, text, rooms: placesOf(room), size: text.length };
  await tx.db
    .insertInto('search_removals')
    .values(values)
    // What is in the index is what it said before.
    .onConflict((row) => row.doNothing())
    .execute();
}

/** Words that are taken out of the index by one statement, some 0.3 ms; and how long that goes on. */
const PART = 8;
const MAX_REMOVE_MS = 3;

/**
 * Takes a part of what is not said any more out of the index, the shortest first, and puts in what a
 * message says instead. Answers whether there was something to do.
 */
export async function removeNext(tx: Tx): Promise<boolean> {
  const row = await tx.run(nextRemoval, {});
  if (!row) return false;
  const { pos } = row;
  const words = row.words?.split(' ') ?? [...new Set(indexText(row.text).split(' '))];
  const end = performance.now() + MAX_REMOVE_MS;
  let done = 0;
  while (done < words.length && (done === 0 || performance.now() < end)) {
    await tx.run(takeOut, {
      rowid: pos,
      words: words.slice(done, done + PART).join(' '),
      rooms: '',
    });
    // FTS5 counts a message less for each part, but refuses to count below none.
    await tx.run(insertWords, { rowid: pos, words: '', rooms: '' });
    done += PART;
  }
  if (done < words.length) {
    const left = words.slice(done);
    await tx.run(keepRemoval, { pos, words: left.join(' '), size: left.length });
    return true;
  }
  await tx.run(takeOut, { rowid: pos, words: '', rooms: row.rooms });
  await tx.run(endRemoval, { pos });
  const [message] = await tx.all(sentAfter, { pos: pos - 1, limit: 1 });
  if (message?.pos === pos && message.deleted_at === null) await addToIndex(tx, message, message);
  return true;
}

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
/** FTS5 has to be told what it is to forget, word for word; in which order does not matter. */
const takeOut = new PreparedQuery((db, row: { rowid: number; words: string; rooms: string }) =>
  db.insertInto('messages_search').values({
    messages_search: sql.lit('delete'),
    rowid: row.rowid,
    words: row.words,
    rooms: row.rooms,
  }),
);

/** Where a message's message.created stands in the log of the whole server. */
export async function posOfMessage(db: Db, roomId: string, seq: number): Promise<number> {
  const { pos } = await db
    .selectFrom('events')
    .select('pos')
    .where('room_id', '=', roomId)
    .where('seq', '=', seq)
    .executeTakeFirstOrThrow();
  return pos;
}

/** `snippet` is the JSON of its parts. */
export type FoundRow = AuthoredMessageRow & { pos: number; snippet: string };

/**
 * Messages that have the words of a query, the newest first, from the rooms that a user may read; `more`
 * says whether there are others. The index is asked for those rooms only, so that what others say in
 * theirs costs nothing.
 */
export async function searchMessages(
  db: Db,
  userId: string,
  query: string,
  page: { roomId: string | undefined; before: number | undefined; limit: number },
): Promise<{ rows: FoundRow[]; more: boolean }> {
  const words = matchOf(query);
  if (words === null) return { rows: [], more: false };
  const places =
    page.roomId === undefined ? ['public', ...(await closedRoomsOf(db, userId))] : [page.roomId];
  const match = `${words} AND rooms : (${places.map(quoted).join(' OR ')})`;
  let found = db
    .selectFrom('messages_search')
    .innerJoin('events', 'events.pos', 'messages_search.rowid')
    .innerJoin('messages', (join) =>
      join
        .onRef('messages.room_id', '=', 'events.room_id')
        .onRef('messages.seq', '=', 'events.seq'),
    )
    .innerJoin('rooms', 'rooms.id', 'messages.room_id')
    .innerJoin('users', 'users.id', 'messages.author_id')
    .leftJoin('members', (join) =>
      join.onRef('members.room_id', '=', 'messages.room_id').on('members.user_id', '=', userId),
    )
    .leftJoin('bans', (join) =>
      join.onRef('bans.room_id', '=', 'messages.room_id').on('bans.user_id', '=', userId),
    )
    .leftJoin('search_removals', 'search_removals.pos', 'messages_search.rowid')
    .select(messageColumns)
    .select(['events.pos', sql<string>`snippet_of(messages.text, ${query})`.as('snippet')])
    .where(sql<boolean>`messages_search match ${match}`)
    .where('bans.user_id', 'is', null)
    .where('search_removals.pos', 'is', null)
    .where((eb) => eb.or([eb('rooms.kind', '=', 'public'), eb('members.role', 'is not', null)]))
    .orderBy('messages_search.rowid', 'desc')
    // One more than asked for tells whether there are others.
    .limit(page.limit + 1);
  if (page.roomId !== undefined) found = found.where('messages.room_id', '=', page.roomId);
  if (page.before !== undefined) found = found.where('messages_search.rowid', '<', page.before);
  const { rows, isCut } = await readPage(db, found.compile());
  return { rows: rows.slice(0, page.limit), more: isCut || rows.length > page.limit };
}

/** The private and direct rooms that a user belongs to. */
async function closedRoomsOf(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('members')
    .innerJoin('rooms', 'rooms.id', 'members.room_id')
    .select('rooms.id')
    .where('members.user_id', '=', userId)
    .where('rooms.kind', '!=', 'public')
    .execute();
  return rows.map(({ id }) => id);
}

/** Names the words that this version makes; Unicode's own tables are a part of that. */
const WORDS = `4 of Unicode ${process.versions['unicode']}`;
const WORDS_KEY = 'search_words';
const POS_KEY = 'search_pos';

/**
 * Empties the index where it was made with other words than this version's: what it holds could
 * neither be found nor taken out again. `indexNext` then fills it from the beginning. What names
 * are searched in is made anew at once.
 */
export async function checkIndex(db: Db): Promise<void> {
  if ((await getMeta(db, WORDS_KEY)) !== WORDS) await emptyIndex(db);
}

/**
 * Where there was no time to take all out that is not said any more, the whole index goes: nothing of it
 * may be left in a file. It is built anew after the next start.
 */
export async function forgetRemovals(db: Db): Promise<void> {
  if (await nextRemoval.first(db, {})) await emptyIndex(db);
}

async function emptyIndex(db: Db): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const values = { messages_search: 'delete-all', rowid: 0, words: '', rooms: '' };
    await trx.insertInto('messages_search').values(values).execute();
    await trx.deleteFrom('search_removals').execute();
    await fillNameSearch(trx);
    await setMeta(trx, POS_KEY, '0');
    await setMeta(trx, WORDS_KEY, WORDS);
  });
}

async function getMeta(db: Db, key: string): Promise<string | undefined> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value;
}

async function setMeta(db: Db, key: string, value: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ key, value })
    .onConflict((row) => row.column('key').doUpdateSet({ value }))
    .execute();
}
