import { ChatError } from '../../protocol/errors.ts';
import type { Author, Message, Reaction } from '../../protocol/resources.ts';
import * as messages from '../../store/queries/messages.ts';
import { findStanding, type StandingRow } from '../../store/queries/rooms.ts';
import { posOfMessage, removeFromIndex } from '../../store/sqlite/fts5.ts';
import { isoTime, reactionsIn, toAuthor, toMessage } from '../../store/mapping.ts';
import type { AuthoredMessageRow } from '../../store/mapping.ts';
import type { Tx } from '../../store/transaction.ts';
import { isModerator, requireReader } from '../permissions.ts';
import { refusalToWrite, whomToAlert } from './blocks.ts';
import { join, requireUser } from './members.ts';
import { findMentions } from './mentions.ts';

/* What may be done to a message once it is sent. */

/** Different emoji that one message takes: each is a part of every answer and replay that carries it. */
const MAX_EMOJI = 50;

/**
 * Reactions that one message takes, by whomever: each is gone through for every other, and is a part of
 * whatever carries the message. So many are some 200 KB and 2 ms.
 */
const MAX_REACTIONS = 10_000;

interface Target {
  readonly roomId: string;
  readonly seq: number;
  /** Who acts. */
  readonly userId: string;
}

/** Which event tells of the change; where nothing changed, the room's last one. */
export interface Changed {
  readonly seq: number;
  readonly duplicate: boolean;
}

/** What became of an edit, and the message as it is now. */
export interface Edited extends Changed {
  readonly message: Message;
}

/** Gives a message of one's own another text. Whom it mentions now is found anew, and not alerted. */
export async function editMessage(tx: Tx, input: Target & { text: string }): Promise<Edited> {
  const { row, room } = await findTarget(tx, input);
  if (row.author_id !== input.userId) {
    throw new ChatError('forbidden', { message: 'This message is somebody else’s' });
  }
  if (row.deleted_at !== null) throw deleted();
  if (row.text === input.text) return { ...unchanged(room), message: toMessage(row) };
  await requireWriter(tx, room, input.userId);
  const [mentioned = []] = await findMentions(tx, room, [input.text]);
  const change = {
    text: input.text,
    mentions: mentioned.length > 0 ? JSON.stringify(mentioned) : null,
    edited_at: Date.now(),
  };
  await messages.updateText(tx.db, row, change);
  await messages.deleteMentions(tx.db, row.room_id, row.seq);
  const userIds = await whomToAlert(tx, row.author_id, mentioned);
  await messages.insertMentions(tx, row.room_id, [{ seq: row.seq, userIds }]);
  const pos = await posOfMessage(tx.db, row.room_id, row.seq);
  await removeFromIndex(tx, room, { pos, text: row.text });
  const author = { id: row.author_id, name: row.author_name, color: row.author_color };
  return log(tx, 'message.edited', { ...row, ...change }, change.edited_at, author);
}

/**
 * Takes the text of a message away for good; its seq stays. One's own, or as a moderator anybody's;
 * `byModerator` says which it was.
 */
export async function deleteMessage(
  tx: Tx,
  input: Target,
): Promise<Changed & { byModerator: boolean }> {
  const { row, room } = await findTarget(tx, input);
  const byModerator = row.author_id !== input.userId;
  if (byModerator && !isModerator(room)) {
    throw new ChatError('forbidden', { message: 'This message is somebody else’s' });
  }
  if (row.deleted_at !== null) return { ...unchanged(room), byModerator };
  const change = { text: '', mentions: null, reactions: null, deleted_at: Date.now() } as const;
  await messages.updateText(tx.db, row, change);
  await messages.deleteMentions(tx.db, row.room_id, row.seq);
  const pos = await posOfMessage(tx.db, row.room_id, row.seq);
  await removeFromIndex(tx, room, { pos, text: row.text });
  const actor = toAuthor(await requireUser(tx, input.userId));
  const after = { ...row, ...change };
  const { seq, duplicate } = await log(tx, 'message.deleted', after, change.deleted_at, actor);
  return { seq, duplicate, byModerator };
}

/** Adds a reaction to a message, or takes one's own away. The first act in a public room joins it. */
export async function react(
  tx: Tx,
  input: Target & { emoji: string; add: boolean },
): Promise<Changed> {
  const { roomId, userId, emoji, add } = input;
  const { row, room } = await findTarget(tx, input);
  if (row.deleted_at !== null) throw deleted();
  const before = reactionsIn(row);
  const has = before.some((one) => one.emoji === emoji && one.userIds.includes(userId));
  if (has === add) return unchanged(room);
  if (add) {
    await requireWriter(tx, room, userId);
    requireRoomFor(before, emoji);
    if (room.role === null) await join(tx, { roomId, actorId: userId });
  }
  const after = add ? withReaction(before, emoji, userId) : without(before, emoji, userId);
  await messages.updateReactions(tx.db, roomId, row.seq, after);
  const actor = toAuthor(await requireUser(tx, userId));
  const { seq, pos } = await tx.reserve(roomId);
  const at = isoTime(Date.now());
  const type = add ? 'reaction.added' : 'reaction.removed';
  await tx.log(pos, [{ type, roomId, seq, at, actor, target: row.seq, emoji }]);
  return { seq, duplicate: false };
}

function requireRoomFor(reactions: readonly Reaction[], emoji: string): void {
  if (reactions.length >= MAX_EMOJI && !reactions.some((one) => one.emoji === emoji)) {
    const message = `A message takes ${MAX_EMOJI} different emoji; this one has them`;
    throw new ChatError('quota_exceeded', { message });
  }
  const count = reactions.reduce((sum, { userIds }) => sum + userIds.length, 0);
  if (count >= MAX_REACTIONS) {
    const message = `A message takes ${MAX_REACTIONS} reactions; this one has them`;
    throw new ChatError('quota_exceeded', { message });
  }
}

function withReaction(reactions: Reaction[], emoji: string, userId: string): Reaction[] {
  if (!reactions.some((one) => one.emoji === emoji)) {
    return [...reactions, { emoji, userIds: [userId] }];
  }
  return reactions.map((one) =>
    one.emoji === emoji ? { emoji, userIds: [...one.userIds, userId] } : one,
  );
}

function without(reactions: Reaction[], emoji: string, userId: string): Reaction[] {
  return reactions
    .map((one) =>
      one.emoji === emoji ? { emoji, userIds: one.userIds.filter((id) => id !== userId) } : one,
    )
    .filter(({ userIds }) => userIds.length > 0);
}

/** What is one's own can be taken away always; to add to a room takes the right to write there. */
async function requireWriter(tx: Tx, room: StandingRow, userId: string): Promise<void> {
  const refusal = await refusalToWrite(tx, room, userId);
  if (refusal) throw refusal;
}

async function findTarget(
  tx: Tx,
  { roomId, seq, userId }: Target,
): Promise<{ row: AuthoredMessageRow; room: StandingRow }> {
  const room = requireReader(await findStanding(tx.db, roomId, userId));
  const row = await messages.findMessage(tx.db, roomId, seq);
  if (!row) throw new ChatError('message_not_found');
  return { row, room };
}

const deleted = () => new ChatError('message_not_found', { message: 'This message was deleted' });

const unchanged = ({ head }: StandingRow): Changed => ({ seq: head, duplicate: true });

async function log(
  tx: Tx,
  type: 'message.edited' | 'message.deleted',
  row: AuthoredMessageRow,
  at: number,
  actor: Author,
): Promise<Edited> {
  const { seq, pos } = await tx.reserve(row.room_id);
  const message = toMessage(row);
  await tx.log(pos, [{ type, roomId: row.room_id, seq, at: isoTime(at), actor, message }]);
  return { seq, duplicate: false, message };
}
