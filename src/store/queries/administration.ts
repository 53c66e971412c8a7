import { sql, type Kysely } from 'kysely';
import type { RoomKind } from '../../protocol/resources.ts';
import { adminUserOf, toAccount } from '../mapping/accounts.ts';
import type { AccountEntry, RoomSizeRecord, ServerCounts } from '../mapping/administration.ts';
import { toNewest, toRoomSize } from '../mapping/administration.ts';
import { hasWords } from '../search/name-search.ts';
import type { Database } from '../tables.ts';

/* What admins see of the whole server. */

type Db = Kysely<Database>;

/** Accounts by name, whose names have words that begin with those of `query`, or whose emails have it as a part. */
export async function listAccounts(
  db: Db,
  { query, after, now }: { query: string; after: string | undefined; now: number },
  limit: number,
): Promise<AccountEntry[]> {
  let accounts = db
    .selectFrom('users')
    .selectAll()
    .select((eb) => [
      eb
        .selectFrom('sessions')
        .whereRef('sessions.user_id', '=', 'users.id')
        .select(({ fn }) => fn.max<number | null>('sessions.last_used_at').as('at'))
        .as('session_at'),
      eb
        .selectFrom('known_addresses')
        .whereRef('known_addresses.user_id', '=', 'users.id')
        .select(({ fn }) => fn.max<number | null>('known_addresses.last_used_at').as('at'))
        .as('login_at'),
      eb
        .selectFrom('sessions')
        .whereRef('sessions.user_id', '=', 'users.id')
        .where('sessions.expires_at', '>', now)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('session_count'),
    ])
    .where('deleted_at', 'is', null)
    // A disabled bot is deleted.
    .where(sql<boolean>`(is_bot = 0 or is_disabled = 0)`)
    .orderBy('name_key')
    .limit(limit);
  if (after !== undefined) accounts = accounts.where('name_key', '>', after);
  if (query !== '') {
    const pattern = `%${query.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
    accounts = accounts.where((eb) =>
      eb.or([
        hasWords(sql.ref('name_search'), query),
        // Bots have no email, and a key that is none.
        eb.and([
          sql<boolean>`users.email_key like ${pattern} escape '\\'`,
          sql<boolean>`users.is_bot = 0`,
        ]),
      ]),
    );
  }
  return (await accounts.execute()).map((row) => ({
    ...adminUserOf(toAccount(row)),
    nameKey: row.name_key,
    lastSeenAt: toNewest(row.session_at, row.login_at),
    sessionCount: row.session_count ?? 0,
  }));
}

/** Where a page of rooms by size ends. */
export type RoomSizePlace = readonly [fileBytes: number, messageCount: number, id: string];

/**
 * Rooms by size: first by the bytes of their files, then by their messages. Each page reads the sizes of all files, from
 * an index.
 */
export async function listRoomsBySize(
  db: Db,
  after: RoomSizePlace | undefined,
  limit: number,
): Promise<RoomSizeRecord[]> {
  const sizes = db
    .selectFrom('files')
    .select(({ fn }) => [
      'room_id',
      fn.countAll<number>().as('file_count'),
      sql<number>`cast(sum(size) as bigint)`.as('bytes'),
    ])
    .groupBy('room_id')
    .as('sizes');
  const bytes = sql<number>`coalesce(sizes.bytes, 0)`;
  let rooms = db
    .selectFrom('rooms')
    .leftJoin(sizes, 'sizes.room_id', 'rooms.id')
    .leftJoin('users', 'users.id', 'rooms.created_by')
    .select([
      'rooms.id',
      sql<RoomKind>`rooms.kind`.as('kind'),
      'rooms.name',
      'rooms.created_at',
      'rooms.last_activity_at',
      'rooms.member_count',
      'rooms.message_count',
      'sizes.file_count',
      bytes.as('bytes'),
      'users.id as creator_id',
      'users.name as creator_name',
      'users.color as creator_color',
    ])
    .where(sql<boolean>`rooms.kind not like 'deleted %'`)
    .orderBy(bytes, 'desc')
    .orderBy('rooms.message_count', 'desc')
    .orderBy('rooms.id')
    .limit(limit);
  if (after) {
    const [lastBytes, lastMessages, lastId] = after;
    rooms = rooms.where((eb) =>
      eb.or([
        sql<boolean>`coalesce(sizes.bytes, 0) < ${lastBytes}`,
        sql<boolean>`coalesce(sizes.bytes, 0) <= ${lastBytes} and rooms.message_count < ${lastMessages}`,
        sql<boolean>`coalesce(sizes.bytes, 0) <= ${lastBytes} and rooms.message_count <= ${lastMessages}
          and rooms.id > ${lastId}`,
      ]),
    );
  }
  return (await rooms.execute()).map(toRoomSize);
}

/** How much there is of what. It reads all rows of users and rooms, and an index of files. */
export async function countAll(db: Db): Promise<ServerCounts> {
  const users = await db
    .selectFrom('users')
    .select([
      sql<number>`cast(count(case when is_bot = 0 then 1 end) as bigint)`.as('users'),
      sql<number>`cast(count(case when is_bot = 0 and is_disabled = 1 then 1 end) as bigint)`.as(
        'disabledUsers',
      ),
      sql<number>`cast(count(case when is_admin = 1 and is_disabled = 0 then 1 end) as bigint)`.as(
        'admins',
      ),
      sql<number>`cast(count(case when is_bot = 1 and is_disabled = 0 then 1 end) as bigint)`.as(
        'bots',
      ),
    ])
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  const rooms = await db
    .selectFrom('rooms')
    .select([
      sql<number>`cast(count(*) as bigint)`.as('rooms'),
      sql<number>`cast(coalesce(sum(message_count), 0) as bigint)`.as('messages'),
    ])
    .where(sql<boolean>`kind not like 'deleted %'`)
    .executeTakeFirstOrThrow();
  const files = await db
    .selectFrom('files')
    .select([
      sql<number>`cast(count(*) as bigint)`.as('files'),
      sql<number>`cast(coalesce(sum(size), 0) as bigint)`.as('fileBytes'),
    ])
    .executeTakeFirstOrThrow();
  return { ...users, ...rooms, ...files };
}

/** The names of the public rooms among some. */
export async function namesOfPublicRooms(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('rooms')
    .select(['id', 'name'])
    .where('id', 'in', ids)
    .where(sql<boolean>`kind = 'public'`)
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}
