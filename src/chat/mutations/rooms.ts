import { ChatError } from '../../protocol/errors.ts';
import type { Author, RoomSummary } from '../../protocol/resources.ts';
import { authorOf } from '../../store/mapping/accounts.ts';
import type { RoomForUser } from '../../store/mapping/rooms.ts';
import { isoTime } from '../../store/mapping/time.ts';
import { purgeLog } from '../../store/queries/log.ts';
import { deleteOutgoingHooks } from '../../store/queries/outgoing-hooks.ts';
import { listUnpurged, purgeMessages } from '../../store/queries/messages.ts';
import * as rooms from '../../store/queries/rooms.ts';
import type { Tx } from '../../store/transaction.ts';
import type { Name } from '../names.ts';
import { isOwner, requireModerator, requireOwner } from '../permissions.ts';
import { record } from './audit.ts';
import { hasBlocked, takesNoMessages } from './blocks.ts';
import { removeFilesOfRoom } from './files.ts';
import { deleteIncomingHooksOfRoom } from './incoming-hooks.ts';
import { addMember, requireInUse, requireUser } from './members.ts';
import { roomForUser } from './room-for-user.ts';

/** Creates a room, owned by its creator. */
export async function createRoom(
  tx: Tx,
  input: {
    id: string;
    kind: 'public' | 'private';
    name: string;
    nameKey: string;
    topic: string;
    userId: string;
    /** How many rooms one user may have created; 0: any number. */
    maxRooms: number;
  },
): Promise<RoomForUser> {
  const { id, kind, name, nameKey, topic } = input;
  await requireRoomQuota(tx, input.userId, input.maxRooms);
  if (kind === 'public') await requireFreeName(tx, nameKey);
  const user = await requireUser(tx, input.userId);
  const room = { id, kind, name, nameKey, topic, createdBy: user.id, createdAt: Date.now() };
  await rooms.insertRoom(tx.db, room);
  await logRoom(tx, 'room.created', { ...room, slowModeSeconds: 0 }, user);
  await addMember(tx, { roomId: id, actor: user, user, role: 'owner' });
  return roomForUser(tx, id, user.id);
}

/** Returns the one direct room of two users; `id` is for it where they have none yet. */
export async function openDirect(
  tx: Tx,
  { id, actorId, userId }: { id: string; actorId: string; userId: string },
): Promise<{ room: RoomForUser; isNew: boolean }> {
  const user = await requireInUse(tx, userId);
  if (userId === actorId) {
    throw new ChatError('forbidden', { message: 'A direct room is for two' });
  }
  if (await hasBlocked(tx, { userId, blockedId: actorId })) throw takesNoMessages();
  const pair = [actorId, userId] as const;
  const existingId = await rooms.findDirectRoomId(tx.db, pair);
  if (existingId) return { room: await roomForUser(tx, existingId, actorId), isNew: false };
  const actor = await requireUser(tx, actorId);
  const room = { id, kind: 'direct', name: '', topic: '' } as const;
  const createdAt = Date.now();
  await rooms.insertRoom(tx.db, { ...room, nameKey: '', createdBy: actorId, createdAt, pair });
  await logRoom(tx, 'room.created', { ...room, slowModeSeconds: 0 }, actor);
  await addMember(tx, { roomId: id, actor, user: actor, role: 'member' });
  await addMember(tx, { roomId: id, actor, user, role: 'member' });
  return { room: await roomForUser(tx, id, actorId), isNew: true };
}

export interface RoomChanges {
  readonly name?: Name;
  readonly topic?: string;
  readonly slowModeSeconds?: number;
}

/** Changes a room; moderators cannot change its name. `changed` says whether anything differs from before. */
export async function updateRoom(
  tx: Tx,
  { roomId, actorId, changes }: { roomId: string; actorId: string; changes: RoomChanges },
): Promise<{ room: RoomForUser; changed: boolean }> {
  const room = requireModerator(await rooms.findStanding(tx.db, roomId, actorId));
  if (changes.name && !isOwner(room)) {
    throw new ChatError('forbidden', { message: 'Only owners of this room may rename it' });
  }
  const after = {
    name: changes.name?.name ?? room.name,
    nameKey: changes.name?.key ?? room.nameKey,
    topic: changes.topic ?? room.topic,
    slowModeSeconds: changes.slowModeSeconds ?? room.slowModeSeconds,
  };
  const keys = Object.keys(after) as (keyof typeof after)[];
  const changedKeys = keys.filter((key) => after[key] !== room[key]);
  const changed = changedKeys.length > 0;
  if (changed) {
    if (room.kind === 'public') await requireFreeName(tx, after.nameKey, roomId);
    await rooms.updateRoom(tx.db, roomId, after);
    await logRoom(tx, 'room.updated', { ...room, ...after }, await requireUser(tx, actorId));
    const details = detailsOf(room, after, changedKeys);
    await record(tx, { actorId, action: 'room updated', roomId, details });
  }
  return { room: await roomForUser(tx, roomId, actorId), changed };
}

/** What admins may read of a change: what it was, but of a private room nothing that stands in it. */
function detailsOf<Values extends object>(
  { kind }: Pick<RoomSummary, 'kind'>,
  after: Values,
  changed: readonly (keyof Values & string)[],
): Record<string, unknown> {
  const shown = changed.filter((key) => key !== 'nameKey');
  if (kind !== 'public') return { changed: shown };
  return Object.fromEntries(shown.map((key) => [key, after[key]]));
}

/** Hides a room from everybody. `purgeRoom` then deletes what it held. */
export async function deleteRoom(
  tx: Tx,
  { roomId, actorId }: { roomId: string; actorId: string },
): Promise<void> {
  const room = requireOwner(await rooms.findStanding(tx.db, roomId, actorId));
  const actor = authorOf(await requireUser(tx, actorId));
  await rooms.markDeleted(tx.db, room);
  await deleteOutgoingHooks(tx.db, roomId);
  await deleteIncomingHooksOfRoom(tx, { roomId, actorId });
  const { seq, pos } = await tx.reserve(roomId);
  const at = isoTime(Date.now());
  await tx.log([{ pos, event: { type: 'room.deleted', roomId, seq, at, actor } }]);
  // Nobody finds the name of a room that is gone.
  const details = { kind: room.kind, ...(room.kind === 'public' && { name: room.name }) };
  await record(tx, { actorId, action: 'room deleted', roomId, details });
}

/** What one transaction purges of a deleted room: rows, and characters of texts. Others wait for no more. */
const PURGE_MESSAGES = 25;
const PURGE_LENGTH = 8000;
const PURGE_EVENTS = 500;

/** Deletes a part of what a deleted room held; returns whether there is more. */
export async function purgeRoom(tx: Tx, { roomId }: { roomId: string }): Promise<boolean> {
  const [room] = await rooms.listDeletedRooms(tx.db, roomId);
  if (!room) return false;
  // First, since their links end within a second.
  if ((await removeFilesOfRoom(tx, roomId)) > 0) return true;
  let purgedTo = 0;
  let length = 0;
  const texts: { seq: number; text: string }[] = [];
  for (const { seq, text, isDeleted } of await listUnpurged(tx.db, roomId, PURGE_MESSAGES)) {
    length += text.length;
    if (purgedTo > 0 && length > PURGE_LENGTH) break;
    purgedTo = seq;
    if (!isDeleted) texts.push({ seq, text });
  }
  await Promise.all(texts.map((one) => tx.textIndex.forgetText(room, one)));
  if (purgedTo > 0) {
    await purgeMessages(tx.db, roomId, purgedTo);
    return true;
  }
  if ((await purgeLog(tx.db, roomId, PURGE_EVENTS)) > 0) return true;
  await rooms.deleteRoom(tx.db, roomId);
  return false;
}

async function requireRoomQuota(tx: Tx, userId: string, maxRooms: number): Promise<void> {
  if (maxRooms === 0 || (await rooms.countRoomsCreatedBy(tx.db, userId)) < maxRooms) return;
  const message = `You have created ${maxRooms} rooms, which is the limit; delete one first`;
  throw new ChatError('quota_exceeded', { message });
}

async function requireFreeName(tx: Tx, nameKey: string, exceptId?: string): Promise<void> {
  const holderId = await rooms.findPublicRoomId(tx.db, nameKey);
  if (holderId && holderId !== exceptId) throw new ChatError('room_name_taken');
}

async function logRoom(
  tx: Tx,
  type: 'room.created' | 'room.updated',
  { id, kind, name, topic, slowModeSeconds }: RoomSummary,
  user: Author,
): Promise<void> {
  const { seq, pos } = await tx.reserve(id);
  const at = isoTime(Date.now());
  const room = { id, kind, name, topic, slowModeSeconds };
  await tx.log([{ pos, event: { type, roomId: id, seq, at, actor: authorOf(user), room } }]);
}
