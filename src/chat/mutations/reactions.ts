import { ChatError } from '../../protocol/errors.ts';
import type { Reaction } from '../../protocol/resources.ts';
import { authorOf } from '../../store/mapping/accounts.ts';
import { isoTime } from '../../store/mapping/time.ts';
import { updateReactions } from '../../store/queries/messages.ts';
import type { Tx } from '../../store/transaction.ts';
import { join, requireUser } from './members.ts';
import {
  findTarget,
  requireWriter,
  unchanged,
  wasDeleted,
  type Changed,
  type Target,
} from './messages.ts';

/** Different emoji on one message: each is a part of every response and replay that carries the message. */
const MAX_EMOJI = 50;

/**
 * Reactions on one message, of all users: adding one reads all others, and each is a part of whatever carries the
 * message. This many are some 200 KB and 2 ms.
 */
const MAX_REACTIONS = 10_000;

/** Adds a reaction to a message, or removes the user's own. The first reaction in a public room joins it. */
export async function react(
  tx: Tx,
  input: Target & { emoji: string; add: boolean },
): Promise<Changed> {
  const { roomId, userId, emoji, add } = input;
  const { message, room } = await findTarget(tx, input);
  if (message.deletedAt !== null) throw wasDeleted();
  const before = message.reactions;
  const has = before.some((one) => one.emoji === emoji && one.userIds.includes(userId));
  if (has === add) return unchanged(room);
  // Users can always remove what is their own; to add something they need the right to write.
  if (add) {
    await requireWriter(tx, room, userId);
    requireQuota(before, emoji);
    if (room.role === null) await join(tx, { roomId, actorId: userId });
  }
  const after = add ? withReaction(before, emoji, userId) : without(before, emoji, userId);
  await updateReactions(tx.db, roomId, message.seq, after);
  const actor = authorOf(await requireUser(tx, userId));
  const { seq, pos } = await tx.reserve(roomId);
  const at = isoTime(Date.now());
  const type = add ? 'reaction.added' : 'reaction.removed';
  await tx.log([{ pos, event: { type, roomId, seq, at, actor, target: message.seq, emoji } }]);
  return { seq, duplicate: false };
}

function requireQuota(reactions: readonly Reaction[], emoji: string): void {
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
