import { MessageLine } from '../../protocol/export.ts';
import type { FileInfo } from '../../protocol/resources.ts';
import { compileValidator } from '../../protocol/validate.ts';
import { toJson, toMentionRows } from '../../store/mapping/messages.ts';
import { findFiles, setCarriers, type FileRecord } from '../../store/queries/files.ts';
import {
  appendEvents,
  countNewMessages,
  countOfAuthors,
  findLastMessages,
  findRooms,
  setClientHash,
  type ImportedRoom,
} from '../../store/move/imported-rows.ts';
import { messageAt } from '../../store/queries/messages.ts';
import type { Tx } from '../../store/transaction.ts';
import { whomToAlert } from '../mutations/blocks.ts';
import { findMentions } from '../mutations/mentions.ts';
import { toFileInfo } from '../mutations/sent-files.ts';
import { emojiFrom } from './events.ts';
import {
  countBy,
  importedId,
  Misfit,
  requireKnown,
  timeFrom,
  unfit,
  type ImportStep,
} from './step.ts';

const toMessage = compileValidator(MessageLine);

const parseMessage = (value: object) => {
  const line = toMessage(value);
  const reactions = (line.reactions ?? []).map(({ emoji, userIds }) => ({
    emoji: emojiFrom(emoji),
    userIds: userIds.map(importedId),
  }));
  const deletedAt = line.deletedAt === undefined ? null : timeFrom(line.deletedAt, 'deletedAt');
  if (deletedAt !== null && (line.text !== '' || line.files?.length || reactions.length > 0)) {
    throw unfit('deletedAt', 'is for messages whose text, files and reactions are gone');
  }
  return {
    roomId: importedId(line.roomId),
    seq: line.seq ?? null,
    authorId: importedId(line.authorId),
    text: line.text,
    createdAt: timeFrom(line.createdAt, 'createdAt'),
    replyTo: line.replyTo ?? null,
    mentions: line.mentions?.map(importedId) ?? null,
    alerts: line.alerts ? [...new Set(line.alerts.map(importedId))] : null,
    reactions,
    files: (line.files ?? []).map(({ id, alt }) => ({ id: importedId(id), alt: alt ?? null })),
    clientMsgId: line.clientMsgId ?? null,
    clientHash: line.clientHash ?? null,
    editedAt: line.editedAt === undefined ? null : timeFrom(line.editedAt, 'editedAt'),
    deletedAt,
  };
};
type MessageOfLine = ReturnType<typeof parseMessage>;

/** With its numbers here. */
interface Placed extends MessageOfLine {
  seq: number;
}

export const importMessages: ImportStep<MessageOfLine> = {
  file: 'messages.jsonl',
  what: 'a seq, or a clientMsgId of its author in its room',
  parse: parseMessage,
  async write(tx, lines, { hasLog }) {
    await requireKnown(tx, 'users', lines, (line) => [
      line.authorId,
      ...(line.mentions ?? []),
      ...(line.alerts ?? []),
      ...line.reactions.flatMap(({ userIds }) => userIds),
    ]);
    await requireKnown(tx, 'rooms', lines, ({ roomId }) => [roomId]);
    const rooms = await findRooms(tx.db, new Set(lines.map(({ roomId }) => roomId)));
    const placed = hasLog ? await placeByLog(tx, lines, rooms) : placeAtEnd(lines, rooms);
    await requireTargets(tx, placed);
    const files = await filesOf(tx, placed);
    const { mentions, alerts } = await mentionsOf(tx, placed, rooms);
    const numbers = await numbersOf(tx, placed, rooms);
    if (!hasLog) await appendEvents(tx, placed.map(createdEvent));
    await tx.insert(
      'messages',
      placed.map((line, i) => ({
        room_id: line.roomId,
        seq: line.seq,
        author_id: line.authorId,
        text: line.text,
        reply_to: line.replyTo,
        ...numbers[i]!,
        mentions: toJson(mentions[i]!),
        reactions: toJson(line.reactions),
        files: toJson(files[i]!),
        client_msg_id: line.clientMsgId,
        created_at: line.createdAt,
        edited_at: line.editedAt,
        deleted_at: line.deletedAt,
      })),
    );
    await tx.insert(
      'mentions',
      placed.flatMap(({ roomId, seq }, i) => toMentionRows(roomId, seq, alerts[i]!)),
    );
    await setCarriers(
      tx,
      placed.flatMap(({ seq }, i) => files[i]!.map(({ id }) => ({ fileId: id, seq }))),
    );
    for (const { roomId, seq, clientHash } of placed) {
      if (clientHash === null) continue;
      await setClientHash(tx.db, { roomId, seq, hash: Buffer.from(clientHash, 'hex') });
    }
    const lastOfRoom = new Map(placed.map(({ roomId, createdAt }) => [roomId, createdAt]));
    await countNewMessages(
      tx,
      Array.from(
        countBy(placed, ({ roomId }) => roomId),
        ([roomId, count]) => ({ roomId, count, at: lastOfRoom.get(roomId)! }),
      ),
    );
  },
};

/** The log has the seqs; within a room they grow. */
async function placeByLog(
  tx: Tx,
  lines: readonly MessageOfLine[],
  rooms: ReadonlyMap<string, ImportedRoom>,
): Promise<Placed[]> {
  const roomIds = [...rooms.keys()];
  const found = await findLastMessages(tx, roomIds);
  const last = new Map(roomIds.map((roomId, i) => [roomId, found[i]!]));
  return lines.map((line, i) => {
    const { roomId, seq } = line;
    if (seq === null || seq <= last.get(roomId)!) {
      throw new Misfit(i, 'needs a seq past that of the message before it in its room');
    }
    last.set(roomId, seq);
    return { ...line, seq };
  });
}

/** Without a log, the seq of a line is the number of the message in its room. */
function placeAtEnd(
  lines: readonly MessageOfLine[],
  rooms: ReadonlyMap<string, ImportedRoom>,
): Placed[] {
  return lines.map((line, i) => {
    const room = rooms.get(line.roomId)!;
    // The room's creation, and its members, are before its messages.
    const before = 1 + room.memberCount;
    room.head += 1;
    if (line.seq !== null && line.seq !== room.head - before) {
      throw new Misfit(i, `is message ${room.head - before} of its room, not ${line.seq}`);
    }
    const replyTo = line.replyTo === null ? null : line.replyTo + before;
    return { ...line, seq: room.head, replyTo };
  });
}

async function requireTargets(tx: Tx, lines: readonly Placed[]): Promise<void> {
  const keyOf = (roomId: string, seq: number) => `${roomId} ${seq}`;
  const here = new Map(lines.map(({ roomId, seq }, i) => [keyOf(roomId, seq), i]));
  const replies = lines.flatMap(({ roomId, replyTo }, i) =>
    replyTo === null ? [] : [{ roomId, seq: replyTo, i }],
  );
  const found = await tx.each(
    messageAt,
    replies.map(({ roomId, seq }) => ({ roomId, seq })),
  );
  for (const [nth, { roomId, seq, i }] of replies.entries()) {
    const isEarlier = found[nth]!.length > 0 || here.get(keyOf(roomId, seq))! < i;
    if (!isEarlier) throw new Misfit(i, 'has a replyTo that is no earlier message of its room');
  }
}

/** The files of each message, as readers receive them. */
async function filesOf(tx: Tx, lines: readonly Placed[]): Promise<FileInfo[][]> {
  const ids = lines.flatMap(({ files }) => files.map(({ id }) => id));
  const known = await findFiles(tx, [...new Set(ids)]);
  const taken = new Set<string>();
  return lines.map(({ roomId, files }, i) =>
    files.map(({ id, alt }) => {
      const file = known.get(id);
      if (!isFree(file, roomId) || taken.has(id)) {
        throw new Misfit(i, 'has a file that files.jsonl does not have for its room, or has twice');
      }
      taken.add(id);
      return toFileInfo(file, alt);
    }),
  );
}

const isFree = (file: FileRecord | undefined, roomId: string): file is FileRecord =>
  file?.roomId === roomId && file.seq === null;

/** Whom each message mentions and alerts: as its line says, or as a new message of this text would. */
async function mentionsOf(
  tx: Tx,
  lines: readonly Placed[],
  rooms: ReadonlyMap<string, ImportedRoom>,
): Promise<{ mentions: readonly string[][]; alerts: readonly string[][] }> {
  const open = lines.filter(({ mentions }) => mentions === null);
  const found = await findMentions(
    tx,
    open.map(({ roomId, text }) => ({ room: rooms.get(roomId)!, text })),
  );
  const ofOpen = new Map(open.map((line, i) => [line, found[i]!]));
  const mentions = lines.map((line) => line.mentions ?? ofOpen.get(line)!);
  const alerts = await whomToAlert(
    tx,
    lines.map(({ authorId, alerts: known }, i) => ({
      authorId,
      mentions: known === null ? mentions[i]! : [],
    })),
  );
  return { mentions, alerts: lines.map((line, i) => line.alerts ?? alerts[i]!) };
}

/** The number of each message among those of its room, and of its author there. */
async function numbersOf(
  tx: Tx,
  lines: readonly Placed[],
  rooms: ReadonlyMap<string, ImportedRoom>,
): Promise<{ nth: number; author_nth: number }[]> {
  const keyOf = ({ roomId, authorId }: Placed) => `${roomId} ${authorId}`;
  const authors = [...new Map(lines.map((line) => [keyOf(line), line])).entries()];
  const found = await countOfAuthors(
    tx,
    authors.map(([, { roomId, authorId }]) => ({ roomId, userId: authorId })),
  );
  const ofAuthor = new Map(authors.map(([key], i) => [key, found[i]!]));
  const ofRoom = new Map(Array.from(rooms.values(), (room) => [room.id, room.messageCount]));
  const next = (counts: Map<string, number>, key: string) => {
    const number = counts.get(key)! + 1;
    counts.set(key, number);
    return number;
  };
  return lines.map((line) => ({
    nth: next(ofRoom, line.roomId),
    author_nth: next(ofAuthor, keyOf(line)),
  }));
}

const createdEvent = (line: Placed) => ({
  room_id: line.roomId,
  seq: line.seq,
  type: 'message.created',
  at: line.createdAt,
  actor_id: line.authorId,
  target_seq: line.seq,
  user_id: null,
  data: null,
});
