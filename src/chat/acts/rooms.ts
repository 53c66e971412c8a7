import { ChatError } from '../../protocol/errors.ts';
import type { Role, User } from '../../protocol/resources.ts';
import { findUser } from '../../store/accounts.ts';
import * as rooms from '../../store/rooms.ts';
import { isoTime, toAuthor, toUser } from '../../store/rows.ts';
import type { RoomRow } from '../../store/schema.ts';
import type { Tx } from '../../store/transaction.ts';

/** A new public room, of which its creator is the owner. */
export async function createRoom(
  tx: Tx,
  input: { id: string; name: string; nameKey: string; topic: string; userId: string },
): Promise<void> {
  if (await rooms.findPublicRoomByName(tx.db, input.nameKey))
    throw new ChatError('room_name_taken');
  const user = await requireUser(tx, input.userId);
  const now = Date.now();
  const room: RoomRow = {
    id: input.id,
    kind: 'public',
    name: input.name,
    name_key: input.nameKey,
    topic: input.topic,
    slow_mode_seconds: 0,
    created_at: now,
    created_by: user.id,
    head: 0,
    last_pos: 0,
    last_activity_at: now,
    member_count: 0,
  };
  await rooms.insertRoom(tx.db, room);
  const { seq, pos } = await tx.allot(room.id);
  await tx.log(pos, [
    {
      type: 'room.created',
      roomId: room.id,
      seq,
      at: isoTime(now),
      actor: toAuthor(user),
      room: rooms.summaryOf(room),
    },
  ]);
  await addMember(tx, { room, user, role: 'owner' });
}

/** Makes somebody a member of a public room; nothing happens where they are one already. */
export async function joinRoom(
  tx: Tx,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<void> {
  const room = await requireRoom(tx, roomId);
  if ((await rooms.findRole(tx.db, roomId, userId)) !== null) return;
  await addMember(tx, { room, user: await requireUser(tx, userId), role: 'member' });
}

export async function leaveRoom(
  tx: Tx,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<void> {
  await requireRoom(tx, roomId);
  const role = await rooms.findRole(tx.db, roomId, userId);
  if (role === null) return;
  if (role === 'owner' && (await rooms.countOwners(tx.db, roomId)) === 1) {
    throw new ChatError('last_owner');
  }
  const user = await requireUser(tx, userId);
  await rooms.deleteMember(tx.db, roomId, userId);
  const { seq, pos } = await tx.allot(roomId);
  const at = isoTime(Date.now());
  await tx.log(pos, [
    { type: 'member.left', roomId, seq, at, actor: toAuthor(user), user, role, reason: 'left' },
  ]);
}

async function addMember(
  tx: Tx,
  { room, user, role }: { room: RoomRow; user: User; role: Role },
): Promise<void> {
  const { seq, pos } = await tx.allot(room.id);
  const at = Date.now();
  // Who joins has read everything, the own joining counted.
  const member = { roomId: room.id, userId: user.id, role, at, pos, readSeq: seq };
  await rooms.insertMember(tx.db, member);
  await tx.log(pos, [
    {
      type: 'member.joined',
      roomId: room.id,
      seq,
      at: isoTime(at),
      actor: toAuthor(user),
      user,
      role,
    },
  ]);
}

async function requireRoom(tx: Tx, roomId: string): Promise<RoomRow> {
  const room = await rooms.findRoom(tx.db, roomId);
  if (!room) throw new ChatError('room_not_found');
  return room;
}

async function requireUser(tx: Tx, userId: string): Promise<User> {
  const row = await findUser(tx.db, userId);
  if (!row) throw new ChatError('user_not_found');
  return toUser(row);
}
