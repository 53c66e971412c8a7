import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import type { Author, RoomKind } from '../protocol/resources.ts';

/* Lists of what rooms have, over all rooms, the newest first, for admins. Each page reads all of its kind: they are few. */

/** Which page of a list. */
export interface ListPage {
  /** Where the page before ended: when its last item was made, in milliseconds since 1970, and its id. */
  readonly after: readonly [createdAt: number, id: string] | undefined;
  readonly limit: number;
}

/** Cuts a page out of a list, by when its items were made and their ids. */
export function paged<DB, TB extends keyof DB, O>(
  list: SelectQueryBuilder<DB, TB, O>,
  [at, id]: readonly [RawBuilder<number>, RawBuilder<string>],
  { after, limit }: ListPage,
): SelectQueryBuilder<DB, TB, O> {
  const ordered = list.orderBy(at, 'desc').orderBy(id).limit(limit);
  if (!after) return ordered;
  const [lastAt, lastId] = after;
  return ordered.where(
    sql<boolean>`(${at} <= ${lastAt} and (${at} < ${lastAt} or ${id} > ${lastId}))`,
  );
}

/** Where something is, and who made it. */
export interface ListOrigin {
  readonly room: { readonly id: string; readonly kind: RoomKind; readonly name: string };
  readonly maker: Author;
}

/** The columns of `rooms` and `makers` that `originOf` reads. */
export const ORIGIN = [
  'rooms.id as room_id',
  'rooms.kind as room_kind',
  'rooms.name as room_name',
  'makers.id as maker_id',
  'makers.name as maker_name',
  'makers.color as maker_color',
] as const;

interface OriginRow {
  readonly room_id: string;
  readonly room_kind: string;
  readonly room_name: string;
  readonly maker_id: string;
  readonly maker_name: string;
  readonly maker_color: string;
}

export const originOf = (row: OriginRow): ListOrigin => ({
  room: { id: row.room_id, kind: row.room_kind as RoomKind, name: row.room_name },
  maker: { id: row.maker_id, name: row.maker_name, color: row.maker_color },
});
