// @ts-check
/** @import { EventOf } from '../../src/protocol/events.ts' */
/** @import { Message } from '../../src/protocol/resources.ts' */
import { api } from './client.js';
import { me } from './session.js';

/** @typedef {EventOf<'reaction.added' | 'reaction.removed'>} ReactionEvent */

/**
 * Adds the user's reaction, or removes it.
 *
 * @param {Message} message
 * @param {string} emoji
 */
export async function toggleReaction({ roomId, seq, reactions }, emoji) {
  const mine = reactions.find((one) => one.emoji === emoji)?.userIds.includes(me.value?.id ?? '');
  if (mine) await api.removeReaction(roomId, seq, emoji);
  else await api.addReaction(roomId, seq, emoji);
}

/**
 * Returns the message after the event. A replayed event may be in the message already: then nothing changes.
 *
 * @param {Message} message
 * @param {ReactionEvent} event
 * @returns {Message}
 */
export function withReaction(message, { type, emoji, actor }) {
  if (!actor) return message;
  const others = message.reactions.map((one) => ({
    emoji: one.emoji,
    userIds: one.emoji === emoji ? one.userIds.filter((id) => id !== actor.id) : one.userIds,
  }));
  if (type === 'reaction.added') {
    const same = others.find((one) => one.emoji === emoji);
    if (same) same.userIds = [...same.userIds, actor.id];
    else others.push({ emoji, userIds: [actor.id] });
  }
  const reactions = message.deletedAt ? [] : others.filter(({ userIds }) => userIds.length > 0);
  return { ...message, reactions };
}
