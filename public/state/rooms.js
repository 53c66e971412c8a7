// @ts-check
/** @import { ChatEvent, EventOf } from '../../src/protocol/events.ts' */
/** @import { Room, RoomSummary, User } from '../../src/protocol/resources.ts' */
/** @import { News } from './events.js' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, computed, signal } from '@preact/signals-core';
import { nameKey } from '../shared/name-key.js';
import { alertOf, alertsAreDue } from './alerts.js';
import { forgetBlocks, isBlocked, loadBlocks } from './blocks.js';
import { frameQueue } from './frame-queue.js';
import { onNews, tellNews } from './events.js';
import { asNow } from './people.js';
import { api, client, me } from './session.js';

const PAGE = 100;
/** How long changes of counts may come one after the other until they are asked for, in milliseconds. */
const REFRESH_MS = 300;
/** Over how long requests are spread that one event makes many pages ask at once, in milliseconds. */
const SPREAD_MS = 3_000;

/** @type {Signal<ReadonlyMap<string, Room>>} every room the page has heard of */
const rooms = signal(new Map());

/** Public rooms answering to `query`, a page at a time; null while none has been loaded. */
const found = signal(/** @type {readonly string[] | null} */ (null));

export const query = signal('');
export const moreFound = signal(/** @type {string | null} */ (null));
/** Whether the list of one's own rooms is there. */
export const roomsState = signal(/** @type {'loading' | 'ready' | 'failed'} */ ('loading'));

/** All one's own rooms that answer to the query, the liveliest first. */
const ownRooms = computed(() =>
  [...rooms.value.values()]
    .filter(({ role, name }) => role !== null && matches(name))
    .toSorted((a, b) => b.lastActivityAt.localeCompare(a.lastActivityAt)),
);

export const myRooms = computed(() => ownRooms.value.filter(({ kind }) => kind !== 'direct'));
export const directRooms = computed(() => ownRooms.value.filter(({ kind }) => kind === 'direct'));

/** Unread messages in all of one's rooms. */
export const unreadTotal = computed(() =>
  [...rooms.value.values()]
    .filter(({ role }) => role !== null)
    .reduce((sum, { unreadCount }) => sum + unreadCount, 0),
);

/** Public rooms to join. */
export const otherRooms = computed(() =>
  (found.value ?? [])
    .flatMap((id) => rooms.value.get(id) ?? [])
    .filter(({ role }) => role === null),
);

/** @param {string} roomId */
export function knownRoom(roomId) {
  return rooms.value.get(roomId);
}

/**
 * News that came in while the list was being loaded: it may or may not tell of them already.
 *
 * @typedef {Exclude<ChatEvent, EventOf<'mention' | 'user.updated'>>} RoomEvent
 * @type {RoomEvent[] | null}
 */
let meanwhile = null;

/** @type {Map<string, string>} with whom the user opened direct rooms; the others were opened by whoever made them */
const peers = new Map();

/**
 * Loads one's own rooms and the first public ones.
 *
 * @param {{ again?: boolean }} [options] `again`: what there is stays until it is there
 */
export async function loadRooms({ again = false } = {}) {
  meanwhile ??= [];
  try {
    /** @type {Room[]} */
    const mine = [];
    /** @type {string | undefined} */
    let cursor;
    do {
      const page = await api.listRooms({ scope: 'mine', limit: PAGE, cursor });
      mine.push(...page.rooms);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    batch(() => {
      // Rooms to join stay until they are looked for again.
      const others = again ? [...rooms.peek().values()].filter(({ role }) => role === null) : [];
      rooms.value = new Map([...others, ...mine].map((room) => [room.id, namedNow(room)]));
      roomsState.value = 'ready';
      applyMeanwhile();
    });
    await Promise.all([findRooms(query.value), loadBlocks()]);
  } catch {
    if (roomsState.value === 'loading') roomsState.value = 'failed';
    applyMeanwhile();
  }
}

function applyMeanwhile() {
  const events = meanwhile ?? [];
  meanwhile = null;
  events.forEach(apply);
}

/**
 * Looks for public rooms by name.
 *
 * @param {string} text
 */
export async function findRooms(text) {
  query.value = text;
  const page = await publicPage(text);
  // An answer that comes late must not replace that of a newer question.
  if (text !== query.value) return;
  batch(() => {
    page.rooms.forEach(putRoom);
    found.value = page.rooms.map(({ id }) => id);
    moreFound.value = page.nextCursor;
  });
}

export async function findMoreRooms() {
  const text = query.value;
  const page = await publicPage(text, moreFound.value ?? undefined);
  if (text !== query.value) return;
  batch(() => {
    page.rooms.forEach(putRoom);
    found.value = [...(found.value ?? []), ...page.rooms.map(({ id }) => id)];
    moreFound.value = page.nextCursor;
  });
}

/** The room everybody starts in, joined or not. */
export async function findGeneral() {
  const { rooms: answers } = await publicPage('general');
  return answers.find(({ name }) => name === 'general');
}

/** @param {{ name: string, topic: string, visibility: 'public' | 'private' }} room */
export async function createRoom(room) {
  const created = await api.createRoom(room);
  putRoom(created);
  return created;
}

/**
 * The room for the two of them alone.
 *
 * @param {string} userId
 * @returns {Promise<Room>}
 */
export async function openDirect(userId) {
  const room = await api.openDirect(userId);
  peers.set(room.id, userId);
  putRoom(room);
  return room;
}

/**
 * Tells the server, and one's other devices, how far one has read.
 *
 * @param {string} roomId
 * @param {number} seq
 */
export async function markRead(roomId, seq) {
  setMarker(roomId, await api.markRead(roomId, seq));
}

/**
 * @param {string} roomId
 * @param {{ lastReadSeq: number, unreadCount: number }} marker
 */
function setMarker(roomId, { lastReadSeq, unreadCount }) {
  const room = rooms.value.get(roomId);
  if (!room || lastReadSeq < room.lastReadSeq) return;
  changeRoom(roomId, { lastReadSeq, unreadCount });
  // How many of the rest are mentions only the server knows.
  if (unreadCount === 0) changeRoom(roomId, { mentionCount: 0 });
  else if (room.mentionCount > 0) refreshSoon(roomId);
}

/** @param {string} roomId */
export async function leaveRoom(roomId) {
  await api.leaveRoom(roomId);
  forgetMembership(roomId);
}

/**
 * A room as the server tells of it; an answer that is older than the news of the room is passed over.
 *
 * @param {Room} room
 */
export function putRoom(room) {
  const known = rooms.value.get(room.id);
  if (known && isOlder(room, known)) return;
  rooms.value = new Map(rooms.value).set(room.id, namedNow(room));
}

/**
 * @param {Room} room
 * @param {Room} known
 */
const isOlder = (room, known) =>
  room.lastSeq < known.lastSeq || (room.role !== null && room.lastReadSeq < known.lastReadSeq);

/**
 * A direct room by the present name of the other one.
 *
 * @param {Room} room
 */
function namedNow(room) {
  const id = peerOf(room);
  return id === undefined ? room : { ...room, name: asNow({ id, name: room.name }).name };
}

/** Who shares a direct room with the user, where that is known. @param {Room} room */
function peerOf({ id, kind, createdBy }) {
  if (kind !== 'direct') return undefined;
  return createdBy !== null && createdBy !== me.value?.id ? createdBy : peers.get(id);
}

/** The server says that there is no such room, or none that the user may see. @param {string} roomId */
export function dropRoom(roomId) {
  refreshes.get(roomId)?.cancel();
  const rest = new Map(rooms.value);
  rest.delete(roomId);
  rooms.value = rest;
}

/**
 * Follows the news of all rooms; returns what ends it.
 *
 * @param {() => void} onReturn called when some of them may have been missed
 */
export function followRooms(onReturn) {
  const queue = frameQueue((/** @type {News[]} */ events) => batch(() => events.forEach(tellNews)));
  const stream = client.notifications({
    onEvent: (event) => {
      queue.push(event);
      const mayAlert = event.type === 'mention' || event.type === 'message.created';
      if (mayAlert && alertsAreDue()) void alertOf(event, roomOf(event));
    },
    onFresh: () => void loadRooms(),
    onReturn: () => {
      void loadRooms({ again: true });
      onReturn();
    },
  });
  return () => {
    stream.close();
    batch(() => {
      forgetBlocks();
      rooms.value = new Map();
      found.value = null;
      roomsState.value = 'loading';
      query.value = '';
      meanwhile = null;
      peers.clear();
      for (const pending of refreshes.values()) pending.cancel();
    });
  };
}

/**
 * The first word in a new direct room may come before the list knows the room.
 *
 * @param {EventOf<'mention' | 'message.created'>} event that may be meant for the user, who is not looking
 * @returns {Promise<Room | null>}
 */
async function roomOf({ roomId }) {
  return rooms.value.get(roomId) ?? api.getRoom(roomId).catch(() => null);
}

onNews((event) => {
  if (event.type === 'user.updated') renamePeer(event.user);
  // That somebody is mentioned, the message itself says; this is for those who are not in the room.
  else if (event.type !== 'mention') apply(event);
});

/** Direct rooms are named after the other one. @param {User} user */
function renamePeer({ id, name }) {
  if (id === me.value?.id) return;
  const direct = [...rooms.value.values()].filter(({ kind }) => kind === 'direct');
  const theirs = direct.find((room) => peerOf(room) === id);
  if (theirs) changeRoom(theirs.id, { name });
  else if (direct.some((room) => peerOf(room) === undefined)) void findPeer(id, name);
}

/**
 * Whose room a direct room is that the user once opened with somebody, its name tells.
 *
 * @param {string} userId
 * @param {string} name
 */
async function findPeer(userId, name) {
  // All who know somebody are told of a new name at once.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * SPREAD_MS));
  const page = await api.listRooms({ scope: 'mine', query: name, limit: PAGE }).catch(() => null);
  const room = page?.rooms.find((one) => one.kind === 'direct' && one.name === name);
  if (!room) return;
  peers.set(room.id, userId);
  changeRoom(room.id, { name });
}

/** @param {RoomEvent} event */
function apply(event) {
  if (meanwhile) return void meanwhile.push(event);
  const room = rooms.value.get(event.roomId);
  if ('seq' in event) {
    // What the list told of already is not counted again.
    if (room && event.seq <= room.lastSeq) return;
    changeRoom(event.roomId, { lastSeq: event.seq });
  }
  switch (event.type) {
    case 'message.created':
      return countMessage(event);
    case 'message.edited':
    case 'message.deleted':
      if (room && event.message.seq > room.lastReadSeq) refreshSoon(event.roomId);
      return;
    case 'room.created':
      if (event.room.kind === 'public' && !room) putRoom(newcomer(event.room, event.at));
      if (found.value && matches(event.room.name))
        found.value = [...new Set([...found.value, event.roomId])];
      return;
    case 'room.updated':
      return changeRoom(event.roomId, event.room);
    case 'room.deleted':
      return dropRoom(event.roomId);
    case 'member.joined':
      if (event.user.id === me.value?.id) refreshRoom(event.roomId);
      return;
    case 'member.left':
      if (event.user.id === me.value?.id) forgetMembership(event.roomId);
      return;
    case 'member.updated':
      if (event.user.id === me.value?.id) changeRoom(event.roomId, { role: event.role });
      return;
    case 'read':
      // What the list was loaded with is no news.
      if (room && event.lastReadSeq > room.lastReadSeq) setMarker(event.roomId, event);
      return;
    // The list of rooms shows nothing of these.
    case 'reaction.added':
    case 'reaction.removed':
    case 'presence.joined':
    case 'presence.left':
    case 'typing':
  }
}

/** @param {EventOf<'message.created'>} event */
function countMessage({ roomId, at, message }) {
  const room = rooms.value.get(roomId);
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
 * Counts that are being asked for, by room. What ends a membership cancels them: the answer would bring it back.
 *
 * @type {Map<string, { cancel: () => void }>}
 */
const refreshes = new Map();

/**
 * Asks for a room's counts once what changes them has calmed down.
 *
 * @param {string} roomId
 */
const refreshSoon = (roomId) => refresh(roomId, REFRESH_MS);

/** @param {string} roomId */
const refreshRoom = (roomId) => refresh(roomId, 0);

/**
 * @param {string} roomId
 * @param {number} wait milliseconds
 */
function refresh(roomId, wait) {
  refreshes.get(roomId)?.cancel();
  const timer = setTimeout(() => void ask(), wait);
  const own = {
    cancel() {
      clearTimeout(timer);
      if (refreshes.get(roomId) === own) refreshes.delete(roomId);
    },
  };
  refreshes.set(roomId, own);

  async function ask() {
    try {
      const room = await api.getRoom(roomId);
      if (refreshes.get(roomId) === own) putRoom(room);
    } catch {
      // Gone again meanwhile; its own event says so.
    } finally {
      own.cancel();
    }
  }
}

/** @param {string} roomId */
function forgetMembership(roomId) {
  if (rooms.value.get(roomId)?.kind !== 'public') return dropRoom(roomId);
  refreshes.get(roomId)?.cancel();
  changeRoom(roomId, { role: null, lastReadSeq: 0, unreadCount: 0, mentionCount: 0 });
}

/**
 * @param {string} roomId
 * @param {Partial<Room>} change
 */
function changeRoom(roomId, change) {
  const room = rooms.value.get(roomId);
  if (room) rooms.value = new Map(rooms.value).set(roomId, { ...room, ...change });
}

/**
 * What is known of a room that somebody else has just created.
 *
 * @param {RoomSummary} facts
 * @param {string} at
 * @returns {Room}
 */
function newcomer(facts, at) {
  return {
    ...facts,
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
  };
}

/**
 * @param {string} text
 * @param {string} [cursor]
 */
function publicPage(text, cursor) {
  return api.listRooms({ scope: 'public', query: text || undefined, limit: PAGE, cursor });
}

/** @param {string} name */
function matches(name) {
  return nameKey(name).includes(nameKey(query.value));
}
