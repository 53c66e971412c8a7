import { sql, type Kysely } from 'kysely';
import { PreparedQuery } from '../query.ts';
import type { Database, FileRow } from '../tables.ts';
import type { Tx } from '../transaction.ts';
import { stringsIn } from '../values.ts';
import { exists } from './rooms.ts';

/*
 * A row and its file come and go together. The file is there before its row; a row that is deleted leaves a removal,
 * which stays until the file is gone, too.
 */

type Db = Kysely<Database>;

/** A file in FILES_DIR, and whose it is. */
export interface FileRecord {
  readonly id: string;
  readonly roomId: string;
  /** Who uploaded it. */
  readonly userId: string;
  /** The message that carries it; null until it is sent. */
  readonly seq: number | null;
  readonly name: string;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** In pixels; null for all but pictures. */
  readonly width: number | null;
  readonly height: number | null;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
}

export type NewFile = Omit<FileRecord, 'seq'>;

const toRecord = (row: FileRow): FileRecord => ({
  id: row.id,
  roomId: row.room_id,
  userId: row.user_id,
  seq: row.seq,
  name: row.name,
  type: row.type,
  size: row.size,
  width: row.width,
  height: row.height,
  createdAt: row.created_at,
});

const file = new PreparedQuery((db, its: { fileId: string }) =>
  db.selectFrom('files').selectAll().where('id', '=', its.fileId),
);

export async function findFile(db: Db, fileId: string): Promise<FileRecord | undefined> {
  const row = await file.first(db, { fileId });
  return row && toRecord(row);
}

/** The files that exist among some ids, by their ids. */
export async function findFiles(
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FileRecord>> {
  if (ids.length === 0) return new Map();
  const found = await tx.each(
    file,
    ids.map((fileId) => ({ fileId })),
  );
  return new Map(found.flat().map((row) => [row.id, toRecord(row)]));
}

export async function insertFile(db: Db, one: NewFile): Promise<void> {
  await db
    .insertInto('files')
    .values({
      id: one.id,
      room_id: one.roomId,
      user_id: one.userId,
      name: one.name,
      type: one.type,
      size: one.size,
      width: one.width,
      height: one.height,
      created_at: one.createdAt,
    })
    .execute();
}

/** The bytes that a user's files take, sent or not. */
export async function sumOfSizes(db: Db, userId: string): Promise<number> {
  const { total } = await db
    .selectFrom('files')
    .select(sql<number>`cast(coalesce(sum(size), 0) as bigint)`.as('total'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return total;
}

const carried = new PreparedQuery((db, its: { fileId: string; seq: number }) =>
  db.updateTable('files').set({ seq: its.seq }).where('id', '=', its.fileId),
);

/** Notes which message carries each file. */
export async function setCarriers(
  tx: Tx,
  files: readonly { readonly fileId: string; readonly seq: number }[],
): Promise<void> {
  if (files.length > 0) await tx.each(carried, files);
}

/** Which files to remove: those of a message, of a room, that nobody has sent since a time, that a user has not sent, or one. */
export type Removed =
  | { readonly roomId: string; readonly seq: number }
  | { readonly roomId: string }
  | { readonly unsentSince: number }
  | { readonly unsentOf: string }
  | { readonly fileId: string };

/** Deletes the rows of files, at most `limit`, and notes that the files have to go. Returns how many there were. */
export async function removeFiles(db: Db, which: Removed, limit: number): Promise<number> {
  let query = db.selectFrom('files').select('id').limit(limit);
  if ('roomId' in which) query = query.where('room_id', '=', which.roomId);
  if ('seq' in which) query = query.where('seq', '=', which.seq);
  if ('fileId' in which) query = query.where('id', '=', which.fileId);
  if ('unsentOf' in which) {
    query = query.where('seq', 'is', null).where('user_id', '=', which.unsentOf);
  }
  if ('unsentSince' in which) {
    query = query.where('seq', 'is', null).where('created_at', '<', which.unsentSince);
  }
  const rows = await query.execute();
  if (rows.length === 0) return 0;
  const ids = JSON.stringify(rows.map(({ id }) => id));
  await db
    .insertInto('file_removals')
    .values(rows.map(({ id }) => ({ file_id: id })))
    .execute();
  await db
    .deleteFrom('files')
    .where('id', 'in', (of) => of.selectFrom(stringsIn(ids).as('gone')).select('gone.value'))
    .execute();
  return rows.length;
}

/** Files that have to go, after an id, in order, at most `limit`. */
export async function listRemovals(db: Db, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('file_removals')
    .select('file_id')
    .where('file_id', '>', after)
    .orderBy('file_id')
    .limit(limit)
    .execute();
  return rows.map(({ file_id }) => file_id);
}

/** Forgets removals, after the files have gone. */
export async function deleteRemovals(db: Db, ids: readonly string[]): Promise<void> {
  await db
    .deleteFrom('file_removals')
    .where('file_id', 'in', (of) =>
      of.selectFrom(stringsIn(JSON.stringify(ids)).as('gone')).select('gone.value'),
    )
    .execute();
}

/** A user's files after one of them, the smallest first, at most `limit`; also those that they have not sent. */
export async function listOwnFiles(
  db: Db,
  userId: string,
  after: Pick<FileRecord, 'size' | 'id'> | undefined,
  limit: number,
): Promise<FileRecord[]> {
  const { size, id } = after ?? { size: -1, id: '' };
  const rows = await db
    .selectFrom('files')
    .innerJoin('rooms', 'rooms.id', 'files.room_id')
    .selectAll('files')
    .where(exists)
    .where('files.user_id', '=', userId)
    // The order of the index.
    .where(sql<boolean>`(files.size, files.id) > (${size}, ${id})`)
    .orderBy('files.size')
    .orderBy('files.id')
    .limit(limit)
    .execute();
  return rows.map(toRecord);
}

/** The ids of all files after an id, in order, at most `limit`. */
export async function listFileIds(db: Db, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('files')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Those of some ids that files have. */
export async function listKnownIds(db: Db, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('files')
    .select('id')
    .where('id', 'in', (of) =>
      of.selectFrom(stringsIn(JSON.stringify(ids)).as('asked')).select('asked.value'),
    )
    .execute();
  return rows.map(({ id }) => id);
}

/** How many files there are. */
export async function countFiles(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('files')
    .select(sql<number>`cast(count(*) as bigint)`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
