import { ChatError } from '../../protocol/errors.ts';
import type { Member, Role, User } from '../../protocol/resources.ts';
import { authorOf, userOf } from '../../store/mapping/accounts.ts';
import type { RoomForUser, Standing } from '../../store/mapping/rooms.ts';
import { isoTime } from '../../store/mapping/time.ts';
import { findAccount } from '../../store/queries/accounts.ts';
import * as bans from '../../store/queries/bans.ts';
import * as members from '../../store/queries/members.ts';
import { readMarker, type Marker } from '../../store/queries/rooms-for-user.ts';
import { findStanding } from '../../store/queries/rooms.ts';
import type { Tx } from '../../store/transaction.ts';
import { isOwner, requireAbove, requireModerator, requireReader } from '../permissions.ts';
import { record } from './audit.ts';
import { hasBlocked } from './blocks.ts';
import { roomForUser } from './room-for-user.ts';

interface InRoom {
  readonly roomId: string;
  /** The user who does it. */
  readonly actorId: string;
}

interface OnMember extends InRoom {
  /** The user it is done to. */
  readonly userId: string;
}

/** Makes a user a member of a public room; nothing happens where they are one. Returns the room as they see it. */
export async function joinRoom(tx: Tx, at: InRoom): Promise<RoomForUser> {
  await join(tx, at);
  return roomForUser(tx, at.roomId, at.actorId);
}

/** The same within another mutation. */
export async function join(tx: Tx, { roomId, actorId }: InRoom): Promise<void> {
  const { role } = requireReader(await findStanding(tx.db, roomId, actorId));
  if (role !== null) return;
  const user = await requireUser(tx, actorId);
  await addMember(tx, { roomId, actor: user, user, role: 'member' });
}

export async function leaveRoom(tx: Tx, { roomId, actorId }: InRoom): Promise<void> {
  const { kind, role } = requireReader(await findStanding(tx.db, roomId, actorId));
  if (kind === 'direct') {
    throw new ChatError('forbidden', { message: 'Nobody leaves a direct room' });
  }
  if (role === null) return;
  const user = await requireUser(tx, actorId);
  await dropMember(tx, { roomId, actor: user, user, role, reason: 'left' });
}

/** What happened to a user, for the audit log; null for nothing. */
export type MemberChange = 'added' | 'role changed' | 'removed' | 'banned' | 'ban lifted' | null;

/** Adds a user, lifting a ban, or gives a member another role. Returns the member, without `online`. */
export async function putMember(
  tx: Tx,
  { roomId, actorId, userId, role }: OnMember & { role: Role | undefined },
): Promise<{ change: MemberChange; member: Omit<Member, 'online'> }> {
  const room = requireModerator(await findStanding(tx.db, roomId, actorId));
  const user = await requireInUse(tx, userId);
  const before = await members.findRole(tx.db, roomId, userId);
  const after = role ?? before ?? 'member';
  requireAbove(room, before);
  if (after !== (before ?? 'member')) requireMayGive(room, after);
  const member = { ...user, role: after };
  if (after === before) return { change: null, member };

  const actor = await requireUser(tx, actorId);
  if (before === null) {
    if (await hasBlocked(tx, { userId, blockedId: actorId })) {
      throw new ChatError('forbidden', { message: 'You cannot add this person to rooms' });
    }
    await bans.deleteBan(tx.db, roomId, userId);
    await addMember(tx, { roomId, actor, user, role: after });
    await record(tx, { actorId, action: 'added', roomId, userId, details: { role: after } });
    return { change: 'added', member };
  }
  if (before === 'owner') await requireOtherOwner(tx, roomId);
  await members.updateRole(tx.db, roomId, userId, after);
  const { seq, pos } = await tx.reserve(roomId);
  const at = isoTime(Date.now());
  await tx.log([
    {
      pos,
      event: { type: 'member.updated', roomId, seq, at, actor: authorOf(actor), user, role: after },
    },
  ]);
  await record(tx, { actorId, action: 'role changed', roomId, userId, details: { role: after } });
  return { change: 'role changed', member };
}

/** Removes a member. With `ban` it also keeps the user out, whether or not they are a member. */
export async function removeMember(
  tx: Tx,
  { roomId, actorId, userId, ban }: OnMember & { ban: boolean },
): Promise<MemberChange> {
  const room = requireModerator(await findStanding(tx.db, roomId, actorId));
  const user = await requireUser(tx, userId);
  if (ban && userId === actorId) {
    throw new ChatError('forbidden', { message: 'You cannot ban yourself' });
  }
  const role = await members.findRole(tx.db, roomId, userId);
  requireAbove(room, role);
  if (role !== null) {
    const actor = await requireUser(tx, actorId);
    const reason = ban ? 'banned' : 'removed';
    await dropMember(tx, { roomId, actor, user, role, reason });
  }
  const isChange = ban ? await keepOut(tx, roomId, userId) : role !== null;
  if (!isChange) return null;
  const change = ban ? 'banned' : 'removed';
  await record(tx, { actorId, action: change, roomId, userId });
  return change;
}

/** Bans a user; false where they are banned already. */
async function keepOut(tx: Tx, roomId: string, userId: string): Promise<boolean> {
  if (await bans.isBanned(tx.db, roomId, userId)) return false;
  await requireBanQuota(tx, roomId);
  await bans.insertBan(tx.db, { roomId, userId, at: Date.now() });
  return true;
}

/** Bans of one room: they are listed all at once. */
const MAX_BANS = 5000;

async function requireBanQuota(tx: Tx, roomId: string): Promise<void> {
  if ((await bans.countBans(tx.db, roomId)) < MAX_BANS) return;
  const message = `This room bans ${MAX_BANS} people, which is the limit; lift a ban first`;
  throw new ChatError('quota_exceeded', { message });
}

export async function liftBan(
  tx: Tx,
  { roomId, actorId, userId }: OnMember,
): Promise<MemberChange> {
  requireModerator(await findStanding(tx.db, roomId, actorId));
  await requireUser(tx, userId);
  if (!(await bans.deleteBan(tx.db, roomId, userId))) return null;
  await record(tx, { actorId, action: 'ban lifted', roomId, userId });
  return 'ban lifted';
}

function requireMayGive(room: Standing, role: Role): void {
  if (!isOwner(room)) {
    throw new ChatError('forbidden', { message: 'Only owners of this room give roles' });
  }
  if (role === 'owner' && room.createdBy === null) {
    throw new ChatError('forbidden', { message: 'The server’s own room has no owner' });
  }
}

async function requireOtherOwner(tx: Tx, roomId: string): Promise<void> {
  if ((await members.countOwners(tx.db, roomId)) === 1) throw new ChatError('last_owner');
}

export async function addMember(
  tx: Tx,
  { roomId, actor, user, role }: { roomId: string; actor: User; user: User; role: Role },
): Promise<void> {
  const { seq, pos } = await tx.reserve(roomId);
  const at = Date.now();
  // New members start caught up, their own join included.
  const member = { roomId, userId: user.id, role, at, pos, readSeq: seq };
  await members.insertMember(tx.db, member);
  await tx.log([
    {
      pos,
      event: {
        type: 'member.joined',
        roomId,
        seq,
        at: isoTime(at),
        actor: authorOf(actor),
        user,
        role,
      },
    },
  ]);
}

interface EndOfMembership {
  readonly roomId: string;
  readonly actor: User;
  readonly user: User;
  readonly role: Role;
  readonly reason: 'left' | 'removed' | 'banned';
}

export async function dropMember(tx: Tx, input: EndOfMembership): Promise<void> {
  if (input.role === 'owner') await requireOtherOwner(tx, input.roomId);
  await endMembership(tx, input);
}

/** Ends a membership, also that of a last owner. */
export async function endMembership(tx: Tx, input: EndOfMembership): Promise<void> {
  const { roomId, actor, user, role, reason } = input;
  await members.deleteMember(tx.db, roomId, user.id);
  const { seq, pos } = await tx.reserve(roomId);
  const at = isoTime(Date.now());
  await tx.log([
    {
      pos,
      event: { type: 'member.left', roomId, seq, at, actor: authorOf(actor), user, role, reason },
    },
  ]);
}

/** Moves a read marker forward, and returns where it is; a seq past the head counts as the head. */
export async function markRead(
  tx: Tx,
  { roomId, actorId, seq }: InRoom & { seq: number },
): Promise<{ moved: boolean; marker: Marker }> {
  const { role, head } = requireReader(await findStanding(tx.db, roomId, actorId));
  if (role === null) {
    throw new ChatError('forbidden', { message: 'Join the room before you mark it as read' });
  }
  const moved = await members.moveMarker(tx.db, roomId, actorId, Math.min(seq, head));
  // The most common case: everything is read, and nothing is past the head.
  if (seq >= head) return { moved, marker: { lastReadSeq: head, unreadCount: 0 } };
  return { moved, marker: (await tx.first(readMarker, { roomId, userId: actorId }))! };
}

/** The same, of an account that others can still add and write to: a deleted bot is only the author of what it wrote. */
export async function requireInUse(tx: Tx, userId: string): Promise<User> {
  const account = await findAccount(tx.db, userId);
  if (!account || account.isDeleted || (account.isBot && account.isDisabled))
    throw new ChatError('user_not_found');
  return userOf(account);
}

export async function requireUser(tx: Tx, userId: string): Promise<User> {
  const account = await findAccount(tx.db, userId);
  if (!account || account.isDeleted) throw new ChatError('user_not_found');
  return userOf(account);
}
