import { sql, type Kysely } from 'kysely';
import type {
  BanLine,
  BlockLine,
  FileLine,
  MemberLine,
  MessageLine,
  NotifyLine,
  RoomLine,
  UserLine,
} from '../../protocol/export.ts';
import type { FileInfo, Reaction } from '../../protocol/resources.ts';
import { isoTime, isoTimeOrNull } from '../mapping/time.ts';
import type { Database, EventRow } from '../tables.ts';
import { exists } from '../queries/rooms.ts';

/*
 * The database as the lines of an export, page by page, each in the order of a key. The caller has one view of the
 * database open for all of it. Deleted rooms that are still being purged are not there.
 */

type Db = Kysely<Database>;

/** One page of a table. */
export interface Page<Line = object> {
  readonly lines: Line[];
  /** What the next page starts after; null where this one is the last. */
  readonly next: Key | null;
}

/** What a table is read by. */
type Key = readonly (string | number)[];

/** Reads the page after a key; `null` for the first. */
export type ReadPage = (db: Db, after: Key | null) => Promise<Page>;

/** Rows that one page has. A message with all the reactions that it can have takes some 200 KB. */
const PAGE = 200;

function pageOf<Row, Line>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
  toLine: (row: Row) => Line,
): Page<Line> {
  const last = rows.at(-1);
  return { lines: rows.map(toLine), next: last && rows.length === PAGE ? keyOf(last) : null };
}

/** Rows after the key, compared column by column. */
const afterKey = (columns: readonly string[], after: Key | null) =>
  after === null
    ? sql<boolean>`true`
    : sql<boolean>`(${sql.join(columns.map((column) => sql.ref(column)))}) > (${sql.join(after)})`;

/** The accounts. Without `hasPasswords`, nothing is there that lets somebody in. */
export const readUsers =
  (hasPasswords: boolean): ReadPage =>
  async (db, after) => {
    const rows = await db
      .selectFrom('users')
      .selectAll()
      .where(afterKey(['id'], after))
      .orderBy('id')
      .limit(PAGE)
      .execute();
    return pageOf(
      rows,
      ({ id }) => [id],
      (row): UserLine => ({
        id: row.id,
        ...(row.email !== '' && { email: row.email }),
        name: row.name,
        color: row.color,
        isAdmin: row.is_admin === 1,
        ...(row.is_bot === 1 && { isBot: true }),
        isDisabled: row.is_disabled === 1,
        createdAt: isoTime(row.created_at),
        ...(row.deleted_at !== null && { deletedAt: isoTime(row.deleted_at) }),
        ...(row.summary_language !== null && { mailSummaries: row.summary_language }),
        ...(hasPasswords && row.password_hash !== '' && { passwordHash: row.password_hash }),
      }),
    );
  };

export const readBlocks: ReadPage = async (db, after) => {
  const rows = await db
    .selectFrom('blocks')
    .selectAll()
    .where(afterKey(['user_id', 'blocked_id'], after))
    .orderBy('user_id')
    .orderBy('blocked_id')
    .limit(PAGE)
    .execute();
  return pageOf(
    rows,
    (row) => [row.user_id, row.blocked_id],
    (row): BlockLine => ({
      userId: row.user_id,
      blockedId: row.blocked_id,
      createdAt: isoTime(row.created_at),
    }),
  );
};

export const readRooms: ReadPage = async (db, after) => {
  const rows = await db
    .selectFrom('rooms')
    .selectAll()
    .where(exists)
    .where(afterKey(['id'], after))
    .orderBy('id')
    .limit(PAGE)
    .execute();
  return pageOf(
    rows,
    ({ id }) => [id],
    (row): Nullable<RoomLine> => ({
      id: row.id,
      kind: row.kind,
      name: row.name,
      topic: row.topic,
      slowModeSeconds: row.slow_mode_seconds,
      createdAt: isoTime(row.created_at),
      createdBy: row.created_by,
      ...(row.pair_key !== null && { userIds: row.pair_key.split(' ') }),
    }),
  );
};

/** Null and left out are the same in a line. */
type Nullable<T> = { [K in keyof T]: T[K] | null };

const keyInRoom = (row: { room_id: string; user_id: string }) => [row.room_id, row.user_id];
const inRoom = (row: { room_id: string; user_id: string }) => ({
  roomId: row.room_id,
  userId: row.user_id,
});

export const readBans: ReadPage = async (db, after) => {
  const rows = await db
    .selectFrom('bans')
    .innerJoin('rooms', 'rooms.id', 'bans.room_id')
    .selectAll('bans')
    .where(exists)
    .where(afterKey(['bans.room_id', 'bans.user_id'], after))
    .orderBy('bans.room_id')
    .orderBy('bans.user_id')
    .limit(PAGE)
    .execute();
  return pageOf(rows, keyInRoom, (row): BanLine => ({
    ...inRoom(row),
    bannedAt: isoTime(row.banned_at),
  }));
};

export const readNotifyLevels: ReadPage = async (db, after) => {
  const rows = await db
    .selectFrom('notify_levels')
    .innerJoin('rooms', 'rooms.id', 'notify_levels.room_id')
    .selectAll('notify_levels')
    .where(exists)
    .where(afterKey(['notify_levels.user_id', 'notify_levels.room_id'], after))
    .orderBy('notify_levels.user_id')
    .orderBy('notify_levels.room_id')
    .limit(PAGE)
    .execute();
  return pageOf(
    rows,
    (row) => [row.user_id, row.room_id],
    (row): NotifyLine => ({ ...inRoom(row), level: row.level }),
  );
};

/** The files that messages carry; nobody else has seen the others. */
export const readFiles: ReadPage = async (db, after) => {
  const rows = await db
    .selectFrom('files')
    .innerJoin('rooms', 'rooms.id', 'files.room_id')
    .selectAll('files')
    .where(exists)
    .where('files.seq', 'is not', null)
    .where(afterKey(['files.id'], after))
    .orderBy('files.id')
    .limit(PAGE)
    .execute();
  return pageOf(
    rows,
    ({ id }) => [id],
    (row): Nullable<FileLine> => ({
      id: row.id,
      ...inRoom(row),
      name: row.name,
      size: row.size,
      width: row.width,
      height: row.height,
      createdAt: isoTime(row.created_at),
    }),
  );
};

/** The log, in the order of its positions. */
export const readEvents: ReadPage = async (db, after) => {
  const rows = await db
    .selectFrom('events')
    .innerJoin('rooms', 'rooms.id', 'events.room_id')
    .selectAll('events')
    .where(exists)
    .where(afterKey(['events.pos'], after))
    .orderBy('events.pos')
    .limit(PAGE)
    .execute();
  return pageOf(rows, ({ pos }) => [pos], toEventLine);
};

const toEventLine = (row: EventRow): object => ({
  roomId: row.room_id,
  seq: row.seq,
  type: row.type,
  at: isoTime(row.at),
  actorId: row.actor_id,
  ...(row.target_seq !== null && { messageSeq: row.target_seq }),
  ...(row.user_id !== null && { userId: row.user_id }),
  ...(row.data !== null && (JSON.parse(row.data) as object)),
});

export const readMembers: ReadPage = async (db, after) => {
  const rows = await db
    .selectFrom('members')
    .innerJoin('rooms', 'rooms.id', 'members.room_id')
    .innerJoin('events', 'events.pos', 'members.joined_pos')
    .selectAll('members')
    .select('events.seq as joined_seq')
    .where(exists)
    .where(afterKey(['members.room_id', 'members.user_id'], after))
    .orderBy('members.room_id')
    .orderBy('members.user_id')
    .limit(PAGE)
    .execute();
  return pageOf(rows, keyInRoom, (row): MemberLine => ({
    ...inRoom(row),
    role: row.role,
    joinedAt: isoTime(row.joined_at),
    joinedSeq: row.joined_seq,
    lastReadSeq: row.last_read_seq,
  }));
};

export const readMessages: ReadPage = async (db, after) => {
  const rows = await db
    .selectFrom('messages')
    .innerJoin('rooms', 'rooms.id', 'messages.room_id')
    .selectAll('messages')
    .where(exists)
    .where(afterKey(['messages.room_id', 'messages.seq'], after))
    .orderBy('messages.room_id')
    .orderBy('messages.seq')
    .limit(PAGE)
    .execute();
  const alerts = await readAlerts(db, rows);
  return pageOf(
    rows,
    (row) => [row.room_id, row.seq],
    (row): Nullable<MessageLine> => ({
      roomId: row.room_id,
      seq: row.seq,
      authorId: row.author_id,
      text: row.text,
      createdAt: isoTime(row.created_at),
      replyTo: row.reply_to,
      mentions: listIn<string>(row.mentions),
      alerts: alerts.get(`${row.room_id} ${row.seq}`) ?? [],
      reactions: listIn<Reaction>(row.reactions),
      files: listIn<FileInfo>(row.files).map(({ id, alt }) => ({ id, ...(alt && { alt }) })),
      clientMsgId: row.client_msg_id,
      ...(row.client_msg_id !== null &&
        row.client_hash && { clientHash: Buffer.from(row.client_hash).toString('hex') }),
      editedAt: isoTimeOrNull(row.edited_at),
      deletedAt: isoTimeOrNull(row.deleted_at),
    }),
  );
};

const listIn = <T>(json: string | null): T[] => (json === null ? [] : (JSON.parse(json) as T[]));

/** Whom the messages of a page alert, by their room and seq. */
async function readAlerts(
  db: Db,
  page: readonly { room_id: string; seq: number }[],
): Promise<Map<string, string[]>> {
  const [first, last] = [page[0], page.at(-1)];
  const found = new Map<string, string[]>();
  if (!first || !last) return found;
  const rows = await db
    .selectFrom('mentions')
    .selectAll()
    .where(sql<boolean>`(room_id, seq) >= (${first.room_id}, ${first.seq})`)
    .where(sql<boolean>`(room_id, seq) <= (${last.room_id}, ${last.seq})`)
    .orderBy('user_id')
    .execute();
  for (const { room_id, seq, user_id } of rows) {
    const key = `${room_id} ${seq}`;
    found.set(key, [...(found.get(key) ?? []), user_id]);
  }
  return found;
}

/** How many rows a table has, those of deleted rooms included. */
export async function countRows(db: Db, table: keyof Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select cast(count(*) as bigint) as count from ${sql.table(table)}`.execute(db);
  return rows[0]!.count;
}
