// @ts-check
/** @import { Message, NotifyLevel, Room } from '../../src/protocol/resources.ts' */
import { isBlocked } from './blocks.js';
import { putRoom } from './room-list.js';
import { api } from './client.js';
import { me } from './session.js';

/**
 * Chooses which messages of a room notify the user, here and on other devices.
 *
 * @param {string} roomId
 * @param {NotifyLevel} level
 */
export async function setNotifyLevel(roomId, level) {
  putRoom(await api.push.setLevel(roomId, level));
}

/**
 * Whether the user wants to be notified of a message.
 *
 * @param {Message} message
 * @param {Room} room
 */
export function isNotified({ author, deletedAt, mentions }, { notify }) {
  const userId = me.value?.id;
  if (!userId || author.id === userId || deletedAt || isBlocked(author.id)) return false;
  return notify === 'all' || (notify === 'mentions' && mentions.includes(userId));
}

/**
 * How many of a room's unread messages are ones that the user wants to be notified of.
 *
 * @param {Pick<Room, 'notify' | 'unreadCount' | 'mentionCount'>} room
 */
export function notifiedCount({ notify, unreadCount, mentionCount }) {
  if (notify === 'none') return 0;
  return notify === 'all' ? unreadCount : mentionCount;
}
