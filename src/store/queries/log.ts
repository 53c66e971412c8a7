import { sql, type Kysely } from 'kysely';
import { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';

/* Writing the log, and how far it has come. Reading it back is in replay.ts. */

/**
 * Deletes events of a deleted room, at most `limit` of them, and returns how many. Departures from the room and
 * its deletion stay: some streams have yet to receive them.
 */
export async function purgeLog(
  db: Kysely<Database>,
  roomId: string,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('events')
    .where('pos', 'in', (eb) =>
      eb
        .selectFrom('events')
        .select('pos')
        .where('room_id', '=', roomId)
        .where('type', 'not in', ['member.left', 'room.deleted'])
        .limit(limit),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** The last position that was given out on this server; 0 where there is none. */
export const headPos = new PreparedQuery((db) =>
  db.selectFrom('events').select(sql<number>`coalesce(max(pos), 0)`.as('pos')),
);

export async function readHeadPos(db: Kysely<Database>): Promise<number> {
  return (await headPos.first(db, {}))!.pos;
}

const eventAt = new PreparedQuery((db, its: { roomId: string; seq: number }) =>
  db
    .selectFrom('events')
    .select('pos')
    .where('room_id', '=', its.roomId)
    .where('seq', '=', its.seq),
);

/** The position of a room's event in the log of the whole server. */
export async function posOfEvent(
  db: Kysely<Database>,
  roomId: string,
  seq: number,
): Promise<number> {
  const row = await eventAt.first(db, { roomId, seq });
  if (!row) throw new Error(`Room ${roomId} has no event ${seq}`);
  return row.pos;
}

/** When the newest event happened, in milliseconds since 1970; null where there is none. */
export async function newestEvent(db: Kysely<Database>): Promise<number | null> {
  const row = await db
    .selectFrom('events')
    .select('at')
    .orderBy('pos', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.at ?? null;
}
