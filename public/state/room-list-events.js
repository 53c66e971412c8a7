// @ts-check
/** @import { ChatEvent, EventOf } from '../../src/protocol/events.ts' */
/** @import { Room, RoomSummary, User } from '../../src/protocol/resources.ts' */
import { isBlocked } from './blocks.js';
import { peerOf, rememberPeer } from './direct-peers.js';
import { dropRoom, forgetMembership, setReadMarker } from './room-calls.js';
import { allDirectRooms, changeRoom, knownRoom, putRoom } from './room-list.js';
import { refreshNow, refreshSoon } from './room-refresh.js';
import { addFound } from './room-search.js';
import { api } from './client.js';
import { me } from './session.js';

/** One event makes many pages send the same request: they spread it over this time. */
const SPREAD_MS = 3_000;

/**
 * Applies an event to the list of rooms.
 *
 * @param {ChatEvent} event
 */
export function applyToList(event) {
  if (event.type === 'user.updated') return renamePeer(event.user);
  const { roomId } = event;
  const room = knownRoom(roomId);
  if ('seq' in event) {
    // The list has the event already: it is not counted again.
    if (room && event.seq <= room.lastSeq) return;
    changeRoom(roomId, { lastSeq: event.seq });
  }
  switch (event.type) {
    case 'message.created':
      return countMessage(event);
    case 'message.edited':
    case 'message.deleted':
      if (room && event.message.seq > room.lastReadSeq) refreshSoon(roomId);
      return;
    case 'room.created':
      if (event.room.kind === 'public' && !room) putRoom(newRoom(event.room, event.at));
      return addFound(event.room);
    case 'room.updated':
      return changeRoom(roomId, event.room);
    case 'room.deleted':
      return dropRoom(roomId);
    case 'member.joined':
      if (event.user.id === me.value?.id) refreshNow(roomId);
      return;
    case 'member.left':
      if (event.user.id === me.value?.id) forgetMembership(roomId);
      return;
    case 'member.updated':
      if (event.user.id === me.value?.id) changeRoom(roomId, { role: event.role });
      return;
    case 'read':
      // The list was loaded with older ones.
      if (room && event.lastReadSeq > room.lastReadSeq) setReadMarker(roomId, event);
      return;
    // The list shows nothing of these. A mention is counted with its message; its event is for those outside.
    case 'mention':
    case 'reaction.added':
    case 'reaction.removed':
    case 'presence.joined':
    case 'presence.left':
    case 'typing':
  }
}

/** @param {EventOf<'message.created'>} event */
function countMessage({ roomId, at, message }) {
  const room = knownRoom(roomId);
  if (!room) return;
  const isNews = message.author.id !== me.value?.id && !message.deletedAt;
  const isMention =
    isNews && message.mentions.includes(me.value?.id ?? '') && !isBlocked(message.author.id);
  changeRoom(roomId, {
    lastActivityAt: at,
    unreadCount: room.unreadCount + (isNews ? 1 : 0),
    mentionCount: room.mentionCount + (isMention ? 1 : 0),
  });
}

/**
 * Returns a room that somebody else has just created.
 *
 * @param {RoomSummary} summary
 * @param {string} at
 * @returns {Room}
 */
function newRoom(summary, at) {
  return {
    ...summary,
    createdAt: at,
    createdBy: null,
    memberCount: 1,
    onlineCount: 0,
    lastSeq: 1,
    lastActivityAt: at,
    role: null,
    lastReadSeq: 0,
    unreadCount: 0,
    mentionCount: 0,
    notify: 'mentions',
  };
}

/** A direct room has the name of the other person. @param {User} user */
function renamePeer({ id, name }) {
  if (id === me.value?.id) return;
  const direct = allDirectRooms();
  const theirs = direct.find((room) => peerOf(room) === id);
  if (theirs) changeRoom(theirs.id, { name });
  else if (direct.some((room) => peerOf(room) === undefined)) void findPeer(id, name);
}

/**
 * Finds the direct room that the user once opened with somebody, by its name.
 *
 * @param {string} userId
 * @param {string} name
 */
async function findPeer(userId, name) {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * SPREAD_MS));
  const page = await api.listRooms({ scope: 'mine', query: name, limit: 100 }).catch(() => null);
  const room = page?.rooms.find((one) => one.kind === 'direct' && one.name === name);
  if (!room) return;
  rememberPeer(room.id, userId);
  changeRoom(room.id, { name });
}
