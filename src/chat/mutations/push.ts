import { ChatError } from '../../protocol/errors.ts';
import type { NotifyLevel } from '../../protocol/resources.ts';
import type { RoomForUser } from '../../store/mapping/rooms.ts';
import { readHeadPos } from '../../store/queries/log.ts';
import { getMeta, setMeta } from '../../store/queries/meta.ts';
import { setNotifyLevel } from '../../store/queries/notify-levels.ts';
import * as subscriptions from '../../store/queries/push-subscriptions.ts';
import type { SubscriptionRecord } from '../../store/queries/push-subscriptions.ts';
import { findStanding } from '../../store/queries/rooms.ts';
import { findSession } from '../../store/queries/sessions.ts';
import type { Tx } from '../../store/transaction.ts';
import { requireReader } from '../permissions.ts';
import { roomForUser } from './room-for-user.ts';

/** Sets what a member is notified of in a room, and returns the room as they see it. */
export async function setNotify(
  tx: Tx,
  { roomId, actorId, level }: { roomId: string; actorId: string; level: NotifyLevel },
): Promise<RoomForUser> {
  const { role } = requireReader(await findStanding(tx.db, roomId, actorId));
  if (role === null) {
    throw new ChatError('forbidden', {
      message: 'Join the room before you choose what it notifies you of',
    });
  }
  await setNotifyLevel(tx.db, { roomId, userId: actorId, level });
  return roomForUser(tx, roomId, actorId);
}

/** Returns the keys that are valid from now on: those made at an earlier start, or by another node, or `keys`. */
export async function keepVapidKeys(tx: Tx, keys: string): Promise<string> {
  const kept = await getMeta(tx.db, 'vapid_keys');
  if (kept !== undefined) return kept;
  await setMeta(tx.db, 'vapid_keys', keys);
  return keys;
}

/** Subscriptions of a session, which is one browser and has one at a time, and of a user. */
const MAX_OF_SESSION = 3;
const MAX_OF_USER = 30;

/**
 * Adds a subscription of a session. It may have been another user's: who signs in at a shared browser takes it over. The
 * oldest ones go where there are too many.
 */
export async function putSubscription(tx: Tx, input: SubscriptionRecord): Promise<void> {
  const { id, userId, sessionId } = input;
  if (!(await findSession(tx.db, userId, sessionId))) throw new ChatError('session_revoked');
  // Nobody has followed the log so far: the first one is notified of what comes from now on.
  const isFirst = !(await tx.first(subscriptions.anySubscription, {}));
  if (isFirst) await setMeta(tx.db, 'push_pos', String(await readHeadPos(tx.db)));
  // A page that starts puts its subscription again, and has not missed anything for that.
  const since = await subscriptions.subscribedSince(tx.db, id, userId);
  const createdAt = since ?? input.createdAt;
  await subscriptions.putSubscription(tx.db, { ...input, createdAt });
  for (const of of [
    { column: 'session_id', id: sessionId, keep: MAX_OF_SESSION },
    { column: 'user_id', id: userId, keep: MAX_OF_USER },
  ] as const) {
    await subscriptions.deleteOldestSubscriptions(tx.db, of);
  }
}

/** Deletes a subscription; where `userId` is given, only that user's. */
export function deleteSubscription(
  tx: Tx,
  { id, userId }: { id: string; userId?: string },
): Promise<void> {
  return subscriptions.deleteSubscription(tx.db, id, userId);
}

/**
 * Claims the log from one position up to another, whose messages nobody else pushes then; false where somebody has, and
 * changes nothing.
 */
export async function claimPushes(
  tx: Tx,
  { from, upTo }: { from: number | null; upTo: number },
): Promise<boolean> {
  const pushed = await getMeta(tx.db, 'push_pos');
  if ((pushed ?? null) !== (from === null ? null : String(from))) return false;
  await setMeta(tx.db, 'push_pos', String(upTo));
  return true;
}
