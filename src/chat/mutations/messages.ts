import { ChatError } from '../../protocol/errors.ts';
import type { Author, Message } from '../../protocol/resources.ts';
import { authorOf } from '../../store/mapping/accounts.ts';
import type { Standing } from '../../store/mapping/rooms.ts';
import { toMentionRows } from '../../store/mapping/messages.ts';
import { isoTime } from '../../store/mapping/time.ts';
import { removeFiles } from '../../store/queries/files.ts';
import * as messages from '../../store/queries/messages.ts';
import { findStanding } from '../../store/queries/rooms.ts';
import type { Tx } from '../../store/transaction.ts';
import { requireVisible } from '../content.ts';
import { isModerator, requireReader } from '../permissions.ts';
import { record } from './audit.ts';
import { refusalToWrite, whomToAlert } from './blocks.ts';
import { hashOf } from './first-sent.ts';
import { requireUser } from './members.ts';
import { findMentions } from './mentions.ts';

/* Editing and deleting messages. */

/** A message, and the user who changes it. */
export interface Target {
  readonly roomId: string;
  readonly seq: number;
  readonly userId: string;
}

/** The seq of the event that the change has logged; where nothing changed, the room's head. */
export interface Changed {
  readonly seq: number;
  readonly duplicate: boolean;
}

export interface Edited extends Changed {
  readonly message: Message;
}

/** Gives the user's own message another text. Its mentions are found anew, and alert nobody. */
export async function editMessage(tx: Tx, input: Target & { text: string }): Promise<Edited> {
  const { message, room } = await findTarget(tx, input);
  const { roomId, seq, author } = message;
  if (author.id !== input.userId) {
    throw new ChatError('forbidden', { message: 'This message is somebody else’s' });
  }
  if (message.deletedAt !== null) throw wasDeleted();
  if (message.text === input.text) return { ...unchanged(room), message };
  if (input.text === '' && message.files.length === 0) requireVisible(input.text);
  await requireWriter(tx, room, input.userId);
  const [mentions = []] = await findMentions(tx, [{ room, text: input.text }]);
  const at = Date.now();
  await messages.updateText(
    tx.db,
    { roomId, seq, hash: firstHashOf(message) },
    { text: input.text, mentions, at },
  );
  await messages.deleteMentions(tx.db, roomId, seq);
  const [alertedIds = []] = await whomToAlert(tx, [{ authorId: author.id, mentions }]);
  await tx.insert('mentions', toMentionRows(roomId, seq, alertedIds));
  await tx.textIndex.forgetText(room, { seq, text: message.text });
  const edited = { ...message, text: input.text, mentions, editedAt: isoTime(at) };
  return logChange(tx, 'message.edited', edited, at, author);
}

/**
 * Deletes the text of a message for good; its seq stays. Users delete their own messages, and moderators anybody's;
 * `byModerator` says which it was.
 */
export async function deleteMessage(
  tx: Tx,
  input: Target,
): Promise<Changed & { byModerator: boolean; hadFiles: boolean }> {
  const { message, room } = await findTarget(tx, input);
  const { roomId, seq } = message;
  const byModerator = message.author.id !== input.userId;
  if (byModerator && !isModerator(room)) {
    throw new ChatError('forbidden', { message: 'This message is somebody else’s' });
  }
  if (message.deletedAt !== null) return { ...unchanged(room), byModerator, hadFiles: false };
  const at = Date.now();
  await messages.clearMessage(tx.db, { roomId, seq, hash: firstHashOf(message) }, at);
  if (message.files.length > 0) await removeFiles(tx.db, { roomId, seq }, message.files.length);
  await messages.deleteMentions(tx.db, roomId, seq);
  await tx.textIndex.forgetText(room, { seq, text: message.text });
  const deleted = {
    ...message,
    text: '',
    mentions: [],
    reactions: [],
    files: [],
    deletedAt: isoTime(at),
  };
  const actor = authorOf(await requireUser(tx, input.userId));
  const change = await logChange(tx, 'message.deleted', deleted, at, actor);
  if (byModerator) {
    const audited = { roomId, userId: message.author.id, details: { seq } };
    await record(tx, { actorId: input.userId, action: 'message deleted', ...audited });
  }
  const hadFiles = message.files.length > 0;
  return { seq: change.seq, duplicate: change.duplicate, byModerator, hadFiles };
}

/** Throws where the user may read a room, and may not write in it. */
export async function requireWriter(tx: Tx, room: Standing, userId: string): Promise<void> {
  const refusal = await refusalToWrite(tx, room, userId);
  if (refusal) throw refusal;
}

/** The message, where the user may read it, and their standing in its room. */
export async function findTarget(
  tx: Tx,
  { roomId, seq, userId }: Target,
): Promise<{ message: Message; room: Standing }> {
  const room = requireReader(await findStanding(tx.db, roomId, userId));
  const message = await messages.findMessage(tx.db, roomId, seq);
  if (!message) throw new ChatError('message_not_found');
  return { message, room };
}

const firstHashOf = (message: Message) =>
  hashOf({ ...message, fileIds: message.files.map(({ id }) => id) });

export const wasDeleted = () =>
  new ChatError('message_not_found', { message: 'This message was deleted' });

export const unchanged = ({ head }: Standing): Changed => ({ seq: head, duplicate: true });

async function logChange(
  tx: Tx,
  type: 'message.edited' | 'message.deleted',
  message: Message,
  at: number,
  actor: Author,
): Promise<Edited> {
  const { roomId } = message;
  const { seq, pos } = await tx.reserve(roomId);
  await tx.log([{ pos, event: { type, roomId, seq, at: isoTime(at), actor, message } }]);
  return { seq, duplicate: false, message };
}
