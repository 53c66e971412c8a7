// @ts-check
/** @import { CreateRoom, UpdateRoom } from '../../src/protocol/commands.ts' */
/** @import { Room } from '../../src/protocol/resources.ts' */
import { rememberPeer } from './direct-peers.js';
import { changeRoom, knownRoom, putRoom, removeRoom } from './room-list.js';
import { cancelRefresh, refreshSoon } from './room-refresh.js';
import { api } from './client.js';

/** @param {CreateRoom} room */
export async function createRoom(room) {
  const created = await api.createRoom(room);
  putRoom(created);
  return created;
}

/**
 * Returns the room of the user and somebody else alone; creates it where there is none.
 *
 * @param {string} userId
 */
export async function openDirect(userId) {
  const room = await api.openDirect(userId);
  rememberPeer(room.id, userId);
  putRoom(room);
  return room;
}

/**
 * @param {string} roomId
 * @param {UpdateRoom} changes
 */
export async function updateRoom(roomId, changes) {
  putRoom(await api.updateRoom(roomId, changes));
}

/**
 * Reports to the server, and thus to other devices, how far the user has read.
 *
 * @param {string} roomId
 * @param {number} seq
 */
export async function markRead(roomId, seq) {
  setReadMarker(roomId, await api.markRead(roomId, seq));
}

/**
 * @param {string} roomId
 * @param {Pick<Room, 'lastReadSeq' | 'unreadCount'>} marker
 */
export function setReadMarker(roomId, { lastReadSeq, unreadCount }) {
  const room = knownRoom(roomId);
  if (!room || lastReadSeq < room.lastReadSeq) return;
  changeRoom(roomId, { lastReadSeq, unreadCount });
  // Only the server knows how many of the rest are mentions.
  if (unreadCount === 0) changeRoom(roomId, { mentionCount: 0 });
  else if (room.mentionCount > 0) refreshSoon(roomId);
}

/** @param {string} roomId */
export async function leaveRoom(roomId) {
  await api.leaveRoom(roomId);
  forgetMembership(roomId);
}

/** @param {string} roomId */
export function forgetMembership(roomId) {
  if (knownRoom(roomId)?.kind !== 'public') return dropRoom(roomId);
  cancelRefresh(roomId);
  changeRoom(roomId, { role: null, lastReadSeq: 0, unreadCount: 0, mentionCount: 0 });
}

/**
 * There is no such room, or none that the user may see.
 *
 * @param {string} roomId
 */
export function dropRoom(roomId) {
  cancelRefresh(roomId);
  removeRoom(roomId);
}
