import type { Kysely } from 'kysely';
import { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';

type Db = Kysely<Database>;

/** A browser that is notified while its pages are closed. Times are milliseconds since 1970. */
export interface SubscriptionRecord {
  /** A hash of the endpoint. */
  readonly id: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly expiresAt: number | null;
  readonly createdAt: number;
}

/** Adds a subscription, or replaces the one with the same id. */
export async function putSubscription(db: Db, one: SubscriptionRecord): Promise<void> {
  const columns = {
    user_id: one.userId,
    session_id: one.sessionId,
    endpoint: one.endpoint,
    p256dh: one.p256dh,
    auth: one.auth,
    expires_at: one.expiresAt,
    created_at: one.createdAt,
  };
  await db
    .insertInto('push_subscriptions')
    .values({ id: one.id, ...columns })
    .onConflict((row) => row.column('id').doUpdateSet(columns))
    .execute();
}

/** Since when a subscription is a user's; undefined where it is not. */
export async function subscribedSince(
  db: Db,
  id: string,
  userId: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('push_subscriptions')
    .select('created_at')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.created_at;
}

/** Deletes a user's, or a session's, subscriptions but the `keep` newest. */
export async function deleteOldestSubscriptions(
  db: Db,
  of: { readonly column: 'user_id' | 'session_id'; readonly id: string; readonly keep: number },
): Promise<void> {
  const kept = db
    .selectFrom('push_subscriptions')
    .select('id')
    .where(of.column, '=', of.id)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(of.keep);
  await db
    .deleteFrom('push_subscriptions')
    .where(of.column, '=', of.id)
    .where('id', 'not in', kept)
    .execute();
}

/** Deletes a subscription; where `userId` is given, only that user's. */
export async function deleteSubscription(db: Db, id: string, userId?: string): Promise<void> {
  let query = db.deleteFrom('push_subscriptions').where('id', '=', id);
  if (userId !== undefined) query = query.where('user_id', '=', userId);
  await query.execute();
}

/** One row where somebody has a subscription. */
export const anySubscription = new PreparedQuery((db) =>
  db.selectFrom('push_subscriptions').select('id').limit(1),
);
