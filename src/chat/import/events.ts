import { qualified } from '../../../public/shared/emoji.js';
import { eventLines, type EventLine } from '../../protocol/export.ts';
import { compileValidator, type Validator } from '../../protocol/validate.ts';
import { appendEvents, findRooms, type NewEvent } from '../../store/move/imported-rows.ts';
import { importedId, Misfit, requireKnown, timeFrom, unfit, type ImportStep } from './step.ts';

const validators = new Map<unknown, Validator<(typeof eventLines)[keyof typeof eventLines]>>(
  Object.entries(eventLines).map(([type, schema]) => [type, compileValidator(schema)]),
);

function parseEvent(value: object): NewEvent {
  const validate = validators.get((value as { type?: unknown }).type);
  if (!validate) throw unfit('type', `must be one of ${Object.keys(eventLines).join(', ')}`);
  const line: EventLine = validate(value);
  const [about, before] = subjectOf(line);
  if (line.type === 'message.created' && line.messageSeq !== line.seq) {
    throw unfit('messageSeq', 'must be the seq of the event');
  }
  if (before !== null && before >= line.seq) throw unfit('seq', 'must be past its message');
  return {
    room_id: importedId(line.roomId),
    seq: line.seq,
    type: line.type,
    at: timeFrom(line.at, 'at'),
    actor_id: line.actorId === undefined ? null : importedId(line.actorId),
    target_seq: 'messageSeq' in line ? line.messageSeq : null,
    user_id: 'userId' in line ? importedId(line.userId) : null,
    data: about && JSON.stringify(about),
  };
}

/** What an event carries in `data`, and the seq of the earlier message that it is about. */
function subjectOf(line: EventLine): [data: object | null, before: number | null] {
  switch (line.type) {
    case 'room.created':
    case 'room.updated':
      if (line.room.id !== line.roomId) throw unfit('room/id', 'must be the roomId');
      return [{ room: { ...line.room, id: importedId(line.roomId) } }, null];
    case 'message.created':
      return [null, null];
    case 'message.edited':
    case 'message.deleted':
      return [null, line.messageSeq];
    case 'reaction.added':
    case 'reaction.removed':
      return [{ target: line.target, emoji: emojiFrom(line.emoji) }, line.target];
    case 'member.joined':
    case 'member.updated':
      return [{ role: line.role }, null];
    case 'member.left':
      return [{ role: line.role, reason: line.reason }, null];
  }
}

/** One emoji, as it is stored. Throws `validation_failed` where it is none. */
export function emojiFrom(written: string): string {
  const emoji = qualified(written);
  if (emoji === null) throw unfit('emoji', 'must be one emoji');
  return emoji;
}

export const importEvents: ImportStep<NewEvent> = {
  file: 'events.jsonl',
  what: 'an event',
  parse: parseEvent,
  async write(tx, lines) {
    await requireKnown(tx, 'users', lines, (line) => [line.actor_id, line.user_id]);
    await requireKnown(tx, 'rooms', lines, (line) => [line.room_id]);
    const rooms = await findRooms(tx.db, new Set(lines.map((line) => line.room_id)));
    for (const [i, { room_id: roomId, seq, type }] of lines.entries()) {
      const room = rooms.get(roomId)!;
      if (seq !== room.head + 1) {
        throw new Misfit(i, `has the seq ${seq}, and the next of its room is ${room.head + 1}`);
      }
      if (seq === 1 && type !== 'room.created') throw new Misfit(i, 'is before room.created');
      room.head = seq;
    }
    await appendEvents(tx, lines);
  },
};
