import { ChatError } from '../../protocol/errors.ts';
import type { Member, Role, User } from '../../protocol/resources.ts';
import { findUser } from '../../store/queries/accounts.ts';
import * as members from '../../store/queries/members.ts';
import {
  readMarker,
  type Marker,
  type RoomForUserRow,
} from '../../store/queries/rooms-for-user.ts';
import { findStanding, type StandingRow } from '../../store/queries/rooms.ts';
import { isoTime, toAuthor, toUser } from '../../store/mapping.ts';
import type { Tx } from '../../store/transaction.ts';
import { hasBlocked } from './blocks.ts';
import { isOwner, requireAbove, requireModerator, requireReader } from '../permissions.ts';
import { roomForUser } from './views.ts';

interface InRoom {
  readonly roomId: string;
  /** Who acts. */
  readonly actorId: string;
}

interface OnMember extends InRoom {
  /** On whom. */
  readonly userId: string;
}

/** Makes somebody a member of a public room; nothing happens where they are one already. Returns what they see. */
export async function joinRoom(tx: Tx, at: InRoom): Promise<RoomForUserRow> {
  await join(tx, at);
  return roomForUser(tx, at.roomId, at.actorId);
}

/** The same for an act that is about something else. */
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

/** What became of somebody: for the audit log. */
export type MemberChange = 'added' | 'role changed' | 'removed' | 'banned' | 'ban lifted' | null;

/** Adds somebody, lifting a ban, or gives a member another role. Returns them as they are now, but for `online`. */
export async function putMember(
  tx: Tx,
  { roomId, actorId, userId, role }: OnMember & { role: Role | undefined },
): Promise<{ change: MemberChange; member: Omit<Member, 'online'> }> {
  const room = requireModerator(await findStanding(tx.db, roomId, actorId));
  const user = await requireUser(tx, userId);
  const before = await members.findRole(tx.db, roomId, userId);
  const after = role ?? before ?? 'member';
  requireAbove(room, before);
  if (after !== (before ?? 'member')) requireGiver(room, after);
  const member = { ...user, role: after };
  if (after === before) return { change: null, member };

  const actor = await requireUser(tx, actorId);
  if (before === null) {
    if (await hasBlocked(tx, { userId, blockedId: actorId })) {
      throw new ChatError('forbidden', { message: 'This person is not added to rooms by you' });
    }
    await members.deleteBan(tx.db, roomId, userId);
    await addMember(tx, { roomId, actor, user, role: after });
    return { change: 'added', member };
  }
  if (before === 'owner') await requireOtherOwner(tx, roomId);
  await members.updateRole(tx.db, roomId, userId, after);
  const { seq, pos } = await tx.reserve(roomId);
  const at = isoTime(Date.now());
  await tx.log(pos, [
    { type: 'member.updated', roomId, seq, at, actor: toAuthor(actor), user, role: after },
  ]);
  return { change: 'role changed', member };
}

/** Removes a member; with `ban` keeps them, or whoever is no member, out. */
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
  if (!ban) return role === null ? null : 'removed';
  if (await members.isBanned(tx.db, roomId, userId)) return null;
  await requireRoomForBan(tx, roomId);
  await members.insertBan(tx.db, { roomId, userId, at: Date.now() });
  return 'banned';
}

/** Bans of a room: they are listed all at once. */
const MAX_BANS = 5000;

async function requireRoomForBan(tx: Tx, roomId: string): Promise<void> {
  if ((await members.countBans(tx.db, roomId)) < MAX_BANS) return;
  const message = `A room bans ${MAX_BANS} people, and this one does; lift a ban first`;
  throw new ChatError('quota_exceeded', { message });
}

export async function liftBan(
  tx: Tx,
  { roomId, actorId, userId }: OnMember,
): Promise<MemberChange> {
  requireModerator(await findStanding(tx.db, roomId, actorId));
  await requireUser(tx, userId);
  return (await members.deleteBan(tx.db, roomId, userId)) ? 'ban lifted' : null;
}

function requireGiver(room: StandingRow, role: Role): void {
  if (!isOwner(room)) {
    throw new ChatError('forbidden', { message: 'Only owners of this room give roles' });
  }
  if (role === 'owner' && room.created_by === null) {
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
  // Who joins has read everything, the own joining counted.
  const member = { roomId, userId: user.id, role, at, pos, readSeq: seq };
  await members.insertMember(tx.db, member);
  await tx.log(pos, [
    { type: 'member.joined', roomId, seq, at: isoTime(at), actor: toAuthor(actor), user, role },
  ]);
}

async function dropMember(
  tx: Tx,
  input: {
    roomId: string;
    actor: User;
    user: User;
    role: Role;
    reason: 'left' | 'removed' | 'banned';
  },
): Promise<void> {
  const { roomId, actor, user, role, reason } = input;
  if (role === 'owner') await requireOtherOwner(tx, roomId);
  await members.deleteMember(tx.db, roomId, user.id);
  const { seq, pos } = await tx.reserve(roomId);
  const at = isoTime(Date.now());
  await tx.log(pos, [
    { type: 'member.left', roomId, seq, at, actor: toAuthor(actor), user, role, reason },
  ]);
}

/** Moves a read marker on, and says where it is now; a seq past the head counts as the head. */
export async function markRead(
  tx: Tx,
  { roomId, actorId, seq }: InRoom & { seq: number },
): Promise<{ moved: boolean; marker: Marker }> {
  const { role, head } = requireReader(await findStanding(tx.db, roomId, actorId));
  if (role === null) {
    throw new ChatError('forbidden', { message: 'Join the room before you mark it as read' });
  }
  const moved = await members.moveMarker(tx.db, roomId, actorId, Math.min(seq, head));
  // Most have read everything, and nothing is past the head.
  if (seq >= head) return { moved, marker: { lastReadSeq: head, unreadCount: 0 } };
  return { moved, marker: (await tx.run(readMarker, { roomId, userId: actorId }))! };
}

export async function requireUser(tx: Tx, userId: string): Promise<User> {
  const row = await findUser(tx.db, userId);
  if (!row) throw new ChatError('user_not_found');
  return toUser(row);
}
