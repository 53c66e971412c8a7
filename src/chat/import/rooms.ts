import { BanLine, NotifyLine, RoomLine } from '../../protocol/export.ts';
import type { RoomKind } from '../../protocol/resources.ts';
import { compileValidator } from '../../protocol/validate.ts';
import { appendEvents, type NewEvent } from '../../store/move/imported-rows.ts';
import { pairKeyOf } from '../../store/mapping/rooms.ts';
import { nameSearch } from '../../store/search/name-search.ts';
import { nameFrom } from '../names.ts';
import { importedId, requireKnown, timeFrom, unfit, type ImportStep } from './step.ts';

const toRoom = compileValidator(RoomLine);
const toBan = compileValidator(BanLine);
const toNotify = compileValidator(NotifyLine);

const parseRoom = (value: object) => {
  const line = toRoom(value);
  const { kind = 'public' } = line;
  const { name, key } = roomName(kind, line.name ?? '');
  const createdAt =
    line.createdAt === undefined ? Date.now() : timeFrom(line.createdAt, 'createdAt');
  return {
    id: importedId(line.id),
    kind,
    name,
    nameKey: key,
    topic: line.topic ?? '',
    slowModeSeconds: line.slowModeSeconds ?? 0,
    createdAt,
    createdBy: line.createdBy === undefined ? null : importedId(line.createdBy),
    pair: pairOf(kind, line.userIds),
  };
};
type Room = ReturnType<typeof parseRoom>;

function roomName(kind: RoomKind, name: string): { name: string; key: string } {
  if (kind !== 'direct') return nameFrom(name);
  if (name === '') return { name, key: '' };
  throw unfit('name', 'is for rooms that are not direct');
}

function pairOf(
  kind: RoomKind,
  userIds: readonly string[] | undefined,
): readonly [string, string] | null {
  if (kind !== 'direct') {
    if (userIds) throw unfit('userIds', 'is for direct rooms');
    return null;
  }
  const [one, other] = (userIds ?? []).map(importedId);
  if (one === undefined || other === undefined) throw unfit('userIds', 'is missing: the two of it');
  return [one, other];
}

export const importRooms: ImportStep<Room> = {
  file: 'rooms.jsonl',
  what: 'an id, the name of a public room, or the two of a direct room',
  parse: parseRoom,
  async write(tx, lines, { hasLog }) {
    await requireKnown(tx, 'users', lines, ({ createdBy, pair }) => [createdBy, ...(pair ?? [])]);
    await tx.insert(
      'rooms',
      lines.map((room) => ({
        id: room.id,
        kind: room.kind,
        name: room.name,
        name_key: room.nameKey,
        name_search: nameSearch(room.name),
        topic: room.topic,
        slow_mode_seconds: room.slowModeSeconds,
        created_at: room.createdAt,
        created_by: room.createdBy,
        pair_key: room.pair && pairKeyOf(room.pair),
        head: 0,
        last_pos: 0,
        last_activity_at: room.createdAt,
        member_count: 0,
      })),
    );
    if (!hasLog) await appendEvents(tx, lines.map(createdEvent));
  },
};

const createdEvent = (room: Room): NewEvent => {
  const { id, kind, name, topic, slowModeSeconds } = room;
  return {
    room_id: id,
    seq: 1,
    type: 'room.created',
    at: room.createdAt,
    actor_id: room.createdBy,
    target_seq: null,
    user_id: null,
    data: JSON.stringify({ room: { id, kind, name, topic, slowModeSeconds } }),
  };
};

const inRoom = (line: { roomId: string; userId: string }) => ({
  room_id: importedId(line.roomId),
  user_id: importedId(line.userId),
});

const parseBan = (value: object) => {
  const line = toBan(value);
  const at = line.bannedAt === undefined ? Date.now() : timeFrom(line.bannedAt, 'bannedAt');
  return { ...inRoom(line), banned_at: at };
};

export const importBans: ImportStep<ReturnType<typeof parseBan>> = {
  file: 'bans.jsonl',
  what: 'a ban',
  parse: parseBan,
  async write(tx, lines) {
    await requireKnown(tx, 'users', lines, (line) => [line.user_id]);
    await requireKnown(tx, 'rooms', lines, (line) => [line.room_id]);
    await tx.insert('bans', lines);
  },
};

const parseNotify = (value: object) => {
  const line = toNotify(value);
  return { ...inRoom(line), level: line.level };
};

export const importNotifyLevels: ImportStep<ReturnType<typeof parseNotify>> = {
  file: 'notify-levels.jsonl',
  what: 'a level',
  parse: parseNotify,
  async write(tx, lines) {
    await requireKnown(tx, 'users', lines, (line) => [line.user_id]);
    await requireKnown(tx, 'rooms', lines, (line) => [line.room_id]);
    await tx.insert('notify_levels', lines);
  },
};
