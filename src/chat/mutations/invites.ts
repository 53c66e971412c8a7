import { ChatError } from '../../protocol/errors.ts';
import type { User } from '../../protocol/resources.ts';
import type { InviteRecord, NewInvite } from '../../store/mapping/invites.ts';
import type { RoomForUser } from '../../store/mapping/rooms.ts';
import { findAccount } from '../../store/queries/accounts.ts';
import * as invites from '../../store/queries/invites.ts';
import { findStanding } from '../../store/queries/rooms.ts';
import type { Tx } from '../../store/transaction.ts';
import { isoTime } from '../../store/mapping/time.ts';
import { endOf, requireUsable } from '../invite-rules.ts';
import { refusalToRead, requireModerator } from '../permissions.ts';
import { requireAdmin } from './admin.ts';
import { record } from './audit.ts';
import { addMember, requireUser } from './members.ts';
import { roomForUser } from './room-for-user.ts';

/** Invites of one room, or onto the server, that let people in: they are listed all at once. */
const MAX_INVITES = 100;
/** Ended ones that are kept of a room, and for how long after they expire, in milliseconds: their links say why. */
const MAX_ENDED = 100;
const KEPT_MS = 30 * 86_400_000;
/** What one mutation deletes of those. It is more than it adds, so that they do not pile up. */
const DELETED_AT_ONCE = 100;

/** Adds an invite into a room that its maker moderates, or of an admin onto the server. */
export async function createInvite(tx: Tx, invite: NewInvite): Promise<InviteRecord> {
  const { roomId, createdBy, createdAt: now } = invite;
  await requireInviter(tx.db, roomId, createdBy);
  const all = await invites.listInvites(tx.db, roomId);
  const ended = all.filter((one) => endOf(one, now) !== null);
  if (all.length - ended.length >= MAX_INVITES) {
    const message = `${roomId === null ? 'The server' : 'This room'} has ${MAX_INVITES} invites, which is the limit; revoke one first`;
    throw new ChatError('quota_exceeded', { message });
  }
  const old = ended.slice(MAX_ENDED).map(({ code }) => code);
  await invites.deleteInvites(tx.db, old);
  await invites.deleteExpiredInvites(tx.db, now - KEPT_MS, DELETED_AT_ONCE);
  await invites.insertInvite(tx.db, invite);
  const details = { expiresAt: isoTime(invite.expiresAt), maxUses: invite.maxUses };
  await record(tx, {
    actorId: createdBy,
    action: 'invite made',
    roomId: roomId ?? undefined,
    details,
  });
  return (await invites.findInvite(tx.db, invite.code))!;
}

/** Throws where a user may not make, list or revoke the invites of a room, or onto the server (null). */
export async function requireInviter(
  db: Tx['db'],
  roomId: string | null,
  userId: string,
): Promise<void> {
  if (roomId !== null) {
    requireModerator(await findStanding(db, roomId, userId));
    return;
  }
  if ((await findAccount(db, userId))?.isAdmin) return;
  throw new ChatError('forbidden', { message: 'Only admins invite people onto the server' });
}

export async function revokeInvite(
  tx: Tx,
  {
    roomId,
    actorId,
    code,
    asAdmin = false,
  }: { roomId: string | null; actorId: string; code: string; asAdmin?: boolean },
): Promise<void> {
  // An admin may revoke those into rooms, too, whatever their standing there.
  if (asAdmin) await requireAdmin(tx, actorId);
  else await requireInviter(tx.db, roomId, actorId);
  const invite = await invites.findInvite(tx.db, code);
  if (!invite || invite.roomId !== roomId || invite.isRevoked) {
    throw new ChatError('invite_not_found');
  }
  await invites.revokeInvite(tx.db, code, Date.now());
  await record(tx, { actorId, action: 'invite revoked', roomId: roomId ?? undefined });
}

/**
 * Makes a user a member of the room that an invite is for, and returns the room as they see it. For a member, nothing
 * happens, even if the invite has ended: a repeat after a lost response succeeds.
 */
export async function acceptInvite(
  tx: Tx,
  { code, actorId }: { code: string; actorId: string },
): Promise<RoomForUser> {
  const invite = await invites.findInvite(tx.db, code);
  const roomId = invite?.roomId;
  const standing = roomId ? await findStanding(tx.db, roomId, actorId) : undefined;
  if (roomId && standing?.role) return roomForUser(tx, roomId, actorId);
  if (standing?.isBanned) throw refusalToRead(standing);
  const { roomId: invitedTo } = requireUsable(invite);
  if (invitedTo === null) {
    const message = 'This invite only lets register, and you have an account';
    throw new ChatError('forbidden', { message });
  }
  await enterBy(tx, code, await requireUser(tx, actorId));
  return roomForUser(tx, invitedTo, actorId);
}

/**
 * Counts a use of an invite by a user who was not in its room, and adds them to it. Throws `invite_not_found` where it has
 * ended: nothing can use it between this check and the count.
 */
export async function enterBy(tx: Tx, code: string, user: User): Promise<void> {
  const { roomId } = requireUsable(await invites.findInvite(tx.db, code));
  await invites.countUse(tx.db, code);
  if (roomId !== null) await addMember(tx, { roomId, actor: user, user, role: 'member' });
}
