import { ChatError } from '../../protocol/errors.ts';
import type { User } from '../../protocol/resources.ts';
import { authorOf, userOf } from '../../store/mapping/accounts.ts';
import { isoTime } from '../../store/mapping/time.ts';
import * as accounts from '../../store/queries/accounts.ts';
import * as deletion from '../../store/queries/deletion.ts';
import { removeFiles } from '../../store/queries/files.ts';
import { setMeta } from '../../store/queries/meta.ts';
import { markDeleted } from '../../store/queries/rooms.ts';
import { deleteSessions } from '../../store/queries/sessions.ts';
import type { Tx } from '../../store/transaction.ts';
import { requireUnchanged } from './accounts.ts';
import { isActiveAdmin } from './admin.ts';
import { record } from './audit.ts';
import { endMembership } from './members.ts';

/** Memberships that one transaction ends: others wait for no more. */
const PAGE = 50;
/** Rooms that a user owns, at most: more than anybody creates. */
const MAX_OWNED = 5000;
/** Rooms that a refusal names. */
const MAX_NAMED = 5;
/** A user has no more unsent files than they can upload in a day. */
const MAX_UNSENT = 10_000;

/** What the deletion of an account has changed for others. */
export interface Departure {
  /** Private rooms in which nobody else was. */
  readonly deletedRoomIds: string[];
  /** Whether there are more memberships to end: call `departDeleted`. */
  readonly hasMore: boolean;
}

/**
 * Deletes the account of a user whose password matched `passwordHash`. Its messages stay, by "Deleted user". Rejects it
 * with `last_owner` while others are in a room that would have no owner, and for the last admin.
 */
export async function deleteAccount(
  tx: Tx,
  { userId, passwordHash }: { userId: string; passwordHash: string },
): Promise<Departure & { user: User; endedSessions: string[] }> {
  const account = await requireUnchanged(tx, userId, passwordHash, 'forbidden');
  if (isActiveAdmin(account) && (await accounts.countAdmins(tx.db)) === 1) {
    throw new ChatError('forbidden', {
      message: 'You are the last admin of the server; make another account admin first',
    });
  }
  await requireOtherOwners(tx, userId);
  const at = Date.now();
  const endedSessions = await deleteSessions(tx.db, userId);
  await removeFiles(tx.db, { unsentOf: userId }, MAX_UNSENT);
  await deletion.eraseAccount(tx.db, userId, at);
  await deletion.blockDirectPeers(tx.db, userId, at);
  // The file may have copies of what was erased.
  await setMeta(tx.db, 'wipe_due', '1');
  await record(tx, { actorId: userId, action: 'account deleted', userId });
  const user = userOf((await accounts.findAccount(tx.db, userId))!);
  // As an owner at once: nobody else may leave a room because a deleted account still owns it.
  return { ...(await depart(tx, user, PAGE, true)), user, endedSessions };
}

async function requireOtherOwners(tx: Tx, userId: string): Promise<void> {
  const names = await deletion.roomsWithoutOtherOwner(tx.db, userId, MAX_NAMED + 1);
  if (names.length === 0) return;
  const shown = names.slice(0, MAX_NAMED).map((name) => `“${name}”`);
  if (names.length > MAX_NAMED) shown.push('…');
  throw new ChatError('last_owner', {
    message: `Make somebody else owner of the rooms that only you own, or delete them: ${shown.join(', ')}`,
  });
}

/** Ends more memberships of a deleted account. */
export async function departDeleted(tx: Tx, { userId }: { userId: string }): Promise<Departure> {
  const account = await accounts.findAccount(tx.db, userId);
  if (!account?.isDeleted) return { deletedRoomIds: [], hasMore: false };
  return depart(tx, userOf(account), PAGE, false);
}

async function depart(tx: Tx, user: User, page: number, withAllOwned: boolean): Promise<Departure> {
  const limit = withAllOwned ? MAX_OWNED : page;
  const endings = await deletion.listEndings(tx.db, user.id, limit);
  const due = endings.filter(({ role }, i) => i < page || role === 'owner');
  const deletedRoomIds: string[] = [];
  for (const { roomId, role, kind, memberCount } of due) {
    if (kind === 'private' && memberCount === 1) {
      deletedRoomIds.push(roomId);
      await markDeleted(tx.db, { id: roomId, kind });
      const { seq, pos } = await tx.reserve(roomId);
      const at = isoTime(Date.now());
      const actor = authorOf(user);
      await tx.log([{ pos, event: { type: 'room.deleted', roomId, seq, at, actor } }]);
    } else {
      await endMembership(tx, { roomId, actor: user, user, role, reason: 'left' });
    }
  }
  return { deletedRoomIds, hasMore: endings.length > due.length || endings.length === limit };
}
