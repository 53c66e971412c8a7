import { ChatError } from '../../protocol/errors.ts';
import type { RoomSummary } from '../../protocol/resources.ts';
import { purgeLog } from '../../store/queries/log.ts';
import { listLeftOver, purgeMessages } from '../../store/queries/messages.ts';
import type { RoomForUserRow } from '../../store/queries/rooms-for-user.ts';
import * as rooms from '../../store/queries/rooms.ts';
import { posOfMessage, removeFromIndex } from '../../store/sqlite/fts5.ts';
import { isoTime, toAuthor } from '../../store/mapping.ts';
import type { RoomRow } from '../../store/tables.ts';
import type { Tx } from '../../store/transaction.ts';
import { isOwner, requireModerator, requireOwner } from '../permissions.ts';
import { hasBlocked, takesNoMessages } from './blocks.ts';
import { addMember, requireUser } from './members.ts';
import { roomForUser } from './views.ts';

/** A new room, of which its creator is the owner. */
export async function createRoom(
  tx: Tx,
  input: {
    id: string;
    kind: 'public' | 'private';
    name: string;
    nameKey: string;
    topic: string;
    userId: string;
    /** How many rooms one user may have made; 0: as many as they like. */
    maxRooms: number;
  },
): Promise<RoomForUserRow> {
  await requireRoomQuota(tx, input.userId, input.maxRooms);
  if (input.kind === 'public') await requireFreeName(tx, input.nameKey);
  const user = await requireUser(tx, input.userId);
  const room = await rooms.insertRoom(tx.db, {
    id: input.id,
    kind: input.kind,
    name: input.name,
    name_key: input.nameKey,
    topic: input.topic,
    created_at: Date.now(),
    created_by: user.id,
  });
  await logRoom(tx, 'room.created', room, user);
  await addMember(tx, { roomId: room.id, actor: user, user, role: 'owner' });
  return roomForUser(tx, room.id, user.id);
}

/** The one room of two people; `id` is for it where they have none yet. */
export async function openDirect(
  tx: Tx,
  { id, actorId, userId }: { id: string; actorId: string; userId: string },
): Promise<{ room: RoomForUserRow; isNew: boolean }> {
  const user = await requireUser(tx, userId);
  if (userId === actorId) {
    throw new ChatError('forbidden', { message: 'A direct room is for two' });
  }
  if (await hasBlocked(tx, { userId, blockedId: actorId })) throw takesNoMessages();
  const pairKey = rooms.pairKeyOf(actorId, userId);
  const known = await rooms.findDirectRoom(tx.db, pairKey);
  if (known) return { room: await roomForUser(tx, known.id, actorId), isNew: false };
  const actor = await requireUser(tx, actorId);
  const room = await rooms.insertRoom(tx.db, {
    id,
    kind: 'direct',
    name: '',
    name_key: '',
    topic: '',
    created_at: Date.now(),
    created_by: actorId,
    pair_key: pairKey,
  });
  await logRoom(tx, 'room.created', room, actor);
  await addMember(tx, { roomId: id, actor, user: actor, role: 'member' });
  await addMember(tx, { roomId: id, actor, user, role: 'member' });
  return { room: await roomForUser(tx, id, actorId), isNew: true };
}

export interface RoomChanges {
  readonly name?: { readonly name: string; readonly key: string };
  readonly topic?: string;
  readonly slowModeSeconds?: number;
}

/** Changes a room; moderators leave its name alone. `changed` says whether anything is other than before. */
export async function updateRoom(
  tx: Tx,
  { roomId, actorId, changes }: { roomId: string; actorId: string; changes: RoomChanges },
): Promise<{ room: RoomForUserRow; changed: boolean }> {
  const room = requireModerator(await rooms.findStanding(tx.db, roomId, actorId));
  const { name, topic = room.topic, slowModeSeconds = room.slow_mode_seconds } = changes;
  if (name && !isOwner(room)) {
    throw new ChatError('forbidden', { message: 'Only owners of this room may rename it' });
  }
  const after = {
    name: name?.name ?? room.name,
    name_key: name?.key ?? room.name_key,
    topic,
    slow_mode_seconds: slowModeSeconds,
  };
  const keys = Object.keys(after) as (keyof typeof after)[];
  const changed = keys.some((key) => after[key] !== room[key]);
  if (changed) {
    if (room.kind === 'public') await requireFreeName(tx, after.name_key, roomId);
    await rooms.updateRoom(tx.db, roomId, after);
    await logRoom(tx, 'room.updated', { ...room, ...after }, await requireUser(tx, actorId));
  }
  return { room: await roomForUser(tx, roomId, actorId), changed };
}

/** Takes a room from everybody. `purgeRoom` then takes away what it held. */
export async function deleteRoom(
  tx: Tx,
  { roomId, actorId }: { roomId: string; actorId: string },
): Promise<void> {
  const room = requireOwner(await rooms.findStanding(tx.db, roomId, actorId));
  const actor = toAuthor(await requireUser(tx, actorId));
  await rooms.markDeleted(tx.db, room);
  const { seq, pos } = await tx.reserve(roomId);
  const at = isoTime(Date.now());
  await tx.log(pos, [{ type: 'room.deleted', roomId, seq, at, actor }]);
}

/**
 * Rows of a deleted room, and characters of their texts, that go in one transaction: others wait for no
 * more than that.
 */
const PURGE_MESSAGES = 25;
const PURGE_LENGTH = 8000;
const PURGE_EVENTS = 500;

/** Takes away a part of what a deleted room held; answers whether there is more. */
export async function purgeRoom(tx: Tx, { roomId }: { roomId: string }): Promise<boolean> {
  const [room] = await rooms.listDeletedRooms(tx.db, roomId);
  if (!room) return false;
  let purged = 0;
  let length = 0;
  for (const { seq, text, deleted_at } of await listLeftOver(tx.db, roomId, PURGE_MESSAGES)) {
    length += text.length;
    if (purged > 0 && length > PURGE_LENGTH) break;
    purged = seq;
    if (deleted_at !== null) continue;
    const pos = await posOfMessage(tx.db, roomId, seq);
    await removeFromIndex(tx, room, { pos, text });
  }
  if (purged > 0) {
    await purgeMessages(tx.db, roomId, purged);
    return true;
  }
  if ((await purgeLog(tx.db, roomId, PURGE_EVENTS)) > 0) return true;
  await rooms.deleteRoom(tx.db, roomId);
  return false;
}

async function requireRoomQuota(tx: Tx, userId: string, maxRooms: number): Promise<void> {
  if (maxRooms === 0 || (await rooms.countRoomsMadeBy(tx.db, userId)) < maxRooms) return;
  const message = `You have made ${maxRooms} rooms, and may make no more; delete one first`;
  throw new ChatError('quota_exceeded', { message });
}

async function requireFreeName(tx: Tx, nameKey: string, exceptId?: string): Promise<void> {
  const holder = await rooms.findPublicRoomByName(tx.db, nameKey);
  if (holder && holder.id !== exceptId) throw new ChatError('room_name_taken');
}

async function logRoom(
  tx: Tx,
  type: 'room.created' | 'room.updated',
  row: RoomRow,
  user: { id: string; name: string; color: string },
): Promise<void> {
  const { seq, pos } = await tx.reserve(row.id);
  const at = isoTime(Date.now());
  const room: RoomSummary = rooms.summaryOf(row);
  await tx.log(pos, [{ type, roomId: row.id, seq, at, actor: toAuthor(user), room }]);
}
