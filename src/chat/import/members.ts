import { MemberLine } from '../../protocol/export.ts';
import type { Role } from '../../protocol/resources.ts';
import { compileValidator } from '../../protocol/validate.ts';
import {
  appendEvents,
  countNewMembers,
  findEvents,
  findNameKeys,
  findRooms,
  type ImportedRoom,
} from '../../store/move/imported-rows.ts';
import type { Tx } from '../../store/transaction.ts';
import { countBy, importedId, Misfit, requireKnown, timeFrom, type ImportStep } from './step.ts';

const toMember = compileValidator(MemberLine);

const parseMember = (value: object) => {
  const line = toMember(value);
  return {
    roomId: importedId(line.roomId),
    userId: importedId(line.userId),
    role: line.role ?? null,
    joinedAt: line.joinedAt === undefined ? null : timeFrom(line.joinedAt, 'joinedAt'),
    joinedSeq: line.joinedSeq ?? null,
    /** -1 until the end of the import, which then knows the last seq of the room. */
    lastReadSeq: line.lastReadSeq ?? -1,
  };
};
type MemberOfLine = ReturnType<typeof parseMember>;

export const importMembers: ImportStep<MemberOfLine> = {
  file: 'members.jsonl',
  what: 'a member',
  parse: parseMember,
  async write(tx, lines, { hasLog }) {
    await requireKnown(tx, 'users', lines, ({ userId }) => [userId]);
    await requireKnown(tx, 'rooms', lines, ({ roomId }) => [roomId]);
    const rooms = await findRooms(tx.db, new Set(lines.map(({ roomId }) => roomId)));
    const nameKeys = await findNameKeys(tx.db, new Set(lines.map(({ userId }) => userId)));
    const members = lines.map((line) => {
      const room = rooms.get(line.roomId)!;
      return { ...line, role: roleOf(line, room), at: line.joinedAt ?? room.createdAt };
    });
    const positions = hasLog ? await findJoins(tx, lines) : await logJoins(tx, members, rooms);
    await tx.insert(
      'members',
      members.map((member, i) => ({
        room_id: member.roomId,
        user_id: member.userId,
        role: member.role,
        joined_at: member.at,
        joined_pos: positions[i]!,
        last_read_seq: member.lastReadSeq,
        name_key: nameKeys.get(member.userId)!,
      })),
    );
    const counts = countBy(lines, ({ roomId }) => roomId);
    await countNewMembers(
      tx,
      Array.from(counts, ([roomId, count]) => ({ roomId, count })),
    );
  },
};

/** The creator of a room is its owner, unless the line says otherwise. */
function roleOf({ role, userId }: MemberOfLine, { kind, createdBy }: ImportedRoom): Role {
  if (kind === 'direct') return 'member';
  return role ?? (createdBy === userId ? 'owner' : 'member');
}

/** The positions of the events with which they joined. */
async function findJoins(tx: Tx, lines: readonly MemberOfLine[]): Promise<number[]> {
  const found = await findEvents(
    tx,
    lines.map(({ roomId, joinedSeq }) => ({ roomId, seq: joinedSeq ?? 0 })),
  );
  return found.map((event, i) => {
    if (event?.type === 'member.joined' && event.user_id === lines[i]!.userId) return event.pos;
    throw new Misfit(i, 'has no joinedSeq of a member.joined of this user in events.jsonl');
  });
}

async function logJoins(
  tx: Tx,
  members: readonly { roomId: string; userId: string; role: Role; at: number }[],
  rooms: ReadonlyMap<string, ImportedRoom>,
): Promise<number[]> {
  return appendEvents(
    tx,
    members.map(({ roomId, userId, role, at }) => ({
      room_id: roomId,
      seq: (rooms.get(roomId)!.head += 1),
      type: 'member.joined',
      at,
      actor_id: userId,
      target_seq: null,
      user_id: userId,
      data: JSON.stringify({ role }),
    })),
  );
}
