import { sql, type Kysely } from 'kysely';
import type { RoomKind } from '../protocol/resources.ts';
import { messageColumns } from './messages.ts';
import type { AuthoredMessageRow } from './rows.ts';
import type { Database, DeletedKind } from './schema.ts';
import { indexText, matchOf, quoted } from './words.ts';

type Db = Kysely<Database>;

/** Rows a multi-row insert may hold: SQLite binds at most 32,766 values in one statement. */
const MAX_ROWS = 1000;

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

export async function addToIndex(db: Db, room: Room, messages: readonly Indexed[]): Promise<void> {
  const rooms = placesOf(room);
  const rows = messages.map(({ pos, text }) => ({ rowid: pos, words: indexText(text), rooms }));
  for (let from = 0; from < rows.length; from += MAX_ROWS) {
    await db
      .insertInto('messages_search')
      .values(rows.slice(from, from + MAX_ROWS))
      .execute();
  }
}

/** Takes a message out of the index, which has to be told what it said, word for word. */
export async function removeFromIndex(db: Db, room: Room, { pos, text }: Indexed): Promise<void> {
  await db
    .insertInto('messages_search')
    .values({
      messages_search: 'delete',
      rowid: pos,
      words: indexText(text),
      rooms: placesOf(room),
    })
    .execute();
}

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

export type FoundRow = AuthoredMessageRow & { pos: number };

/**
 * Messages that have the words of a query, the newest first, from the rooms that a user may read. The
 * index is asked for those rooms only, so that what others say in theirs costs nothing.
 */
export async function searchMessages(
  db: Db,
  userId: string,
  query: string,
  page: { roomId: string | undefined; before: number | undefined; limit: number },
): Promise<FoundRow[]> {
  const words = matchOf(query);
  if (words === null) return [];
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
    .select(messageColumns)
    .select('events.pos')
    .where(sql<boolean>`messages_search match ${match}`)
    .where('bans.user_id', 'is', null)
    .where((eb) => eb.or([eb('rooms.kind', '=', 'public'), eb('members.role', 'is not', null)]))
    .orderBy('messages_search.rowid', 'desc')
    .limit(page.limit);
  if (page.roomId !== undefined) found = found.where('messages.room_id', '=', page.roomId);
  if (page.before !== undefined) found = found.where('messages_search.rowid', '<', page.before);
  return found.execute();
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
const WORDS = `1 of Unicode ${process.versions['unicode']}`;
const WORDS_KEY = 'search_words';

/** Messages that are read at once while the index is built anew. */
const BUILD_ROWS = 5000;

/**
 * Builds the index anew where it was made with other words than this version's: what it holds could
 * neither be found nor taken out again.
 */
export async function buildIndex(db: Db): Promise<void> {
  const made = await db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', WORDS_KEY)
    .executeTakeFirst();
  if (made?.value === WORDS) return;
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('messages_search')
      .values({ messages_search: 'delete-all', rowid: 0, words: '', rooms: '' })
      .execute();
    for (let after = 0; ;) {
      const rows = await trx
        .selectFrom('events')
        .innerJoin('messages', (join) =>
          join
            .onRef('messages.room_id', '=', 'events.room_id')
            .onRef('messages.seq', '=', 'events.seq'),
        )
        .innerJoin('rooms', 'rooms.id', 'messages.room_id')
        .select(['events.pos', 'messages.text', 'rooms.id', 'rooms.kind'])
        .where('events.pos', '>', after)
        .where('messages.deleted_at', 'is', null)
        .orderBy('events.pos')
        .limit(BUILD_ROWS)
        .execute();
      for (const row of rows) await addToIndex(trx, row, [row]);
      if (rows.length < BUILD_ROWS) break;
      after = rows.at(-1)!.pos;
    }
    await trx
      .insertInto('meta')
      .values({ key: WORDS_KEY, value: WORDS })
      .onConflict((row) => row.column('key').doUpdateSet({ value: WORDS }))
      .execute();
  });
}
