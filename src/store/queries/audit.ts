import type { Kysely } from 'kysely';
import type { AuditRecord } from '../mapping/audit.ts';
import { toAuditRecord } from '../mapping/audit.ts';
import type { Database } from '../tables.ts';

type Db = Kysely<Database>;

/** Adds an entry. Only one transaction writes at a time, so that no two get the same number. */
export async function insertAudit(db: Db, entry: Omit<AuditRecord, 'id'>): Promise<void> {
  const { last } = await db
    .selectFrom('audit')
    .select(({ fn }) => fn.max<number | null>('id').as('last'))
    .executeTakeFirstOrThrow();
  await db
    .insertInto('audit')
    .values({
      id: (last ?? 0) + 1,
      at: entry.at,
      action: entry.action,
      actor_id: entry.actorId,
      user_id: entry.userId,
      room_id: entry.roomId,
      details: entry.details && JSON.stringify(entry.details),
    })
    .execute();
}

export interface AuditFilter {
  readonly actorId?: string | undefined;
  readonly userId?: string | undefined;
  readonly roomId?: string | undefined;
  /** Only entries before this one. */
  readonly before?: number | undefined;
}

/** The newest entries that fit, newest first. */
export async function listAudit(
  db: Db,
  { actorId, userId, roomId, before }: AuditFilter,
  limit: number,
): Promise<AuditRecord[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit);
  if (actorId !== undefined) query = query.where('actor_id', '=', actorId);
  if (userId !== undefined) query = query.where('user_id', '=', userId);
  if (roomId !== undefined) query = query.where('room_id', '=', roomId);
  if (before !== undefined) query = query.where('id', '<', before);
  return (await query.execute()).map(toAuditRecord);
}

/** Deletes the oldest entries from before a time, `limit` at most, and returns how many. */
export async function deleteOldAudit(db: Db, before: number, limit: number): Promise<number> {
  // Entries are numbered in the order of time: this reads none that stays but one.
  const oldest = await db
    .selectFrom('audit')
    .select(['id', 'at'])
    .orderBy('id')
    .limit(limit)
    .execute();
  const last = oldest.findLast(({ at }) => at < before);
  if (!last) return 0;
  const { numDeletedRows } = await db
    .deleteFrom('audit')
    .where('id', '<=', last.id)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
