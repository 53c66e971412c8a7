// @ts-check
/** @import { Mention, MessageChange, Room, RoomEvent, RoomFacts } from '../chat-client.js' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, computed, signal } from '@preact/signals-core';
import { nameKey } from '../shared/name-key.js';
import { alertOf, alertsAreDue } from './alerts.js';
import { forgetBlocks, isBlocked, loadBlocks } from './blocks.js';
import { frameQueue } from './frame-queue.js';
import { client, me } from './session.js';

const PAGE = 100;

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
  [...rooms.value.values()].reduce((sum, { unreadCount }) => sum + unreadCount, 0),
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
 * @type {RoomEvent[] | null}
 */
let meanwhile = null;

/** Loads one's own rooms and the first public ones. */
export async function loadRooms() {
  meanwhile ??= [];
  try {
    /** @type {Room[]} */
    const mine = [];
    /** @type {string | undefined} */
    let cursor;
    do {
      const page = await client.request('GET', 'rooms', {
        query: { scope: 'mine', limit: PAGE, cursor },
      });
      mine.push(...page.rooms);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    batch(() => {
      rooms.value = new Map(mine.map((room) => [room.id, room]));
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
  /** @type {Room} */
  const created = await client.request('POST', 'rooms', { body: room });
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
  const room = await client.request('POST', 'direct', { body: { userId } });
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
  const path = `rooms/${encodeURIComponent(roomId)}/read`;
  setMarker(roomId, await client.request('PUT', path, { body: { seq } }));
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
  await client.request('POST', `rooms/${encodeURIComponent(roomId)}/leave`);
  forgetMembership(roomId);
}

/** @param {Room} room */
export function putRoom(room) {
  rooms.value = new Map(rooms.value).set(room.id, room);
}

/** @param {string} roomId */
function dropRoom(roomId) {
  const rest = new Map(rooms.value);
  rest.delete(roomId);
  rooms.value = rest;
}

/** Follows the news of all rooms; returns what ends it. */
export function followRooms() {
  const queue = frameQueue((/** @type {(RoomEvent | Mention)[]} */ events) =>
    batch(() => events.forEach(apply)),
  );
  const stream = client.notifications({
    onEvent: (event) => {
      queue.push(event);
      if ('message' in event && alertsAreDue()) void tell(event);
    },
    onFresh: () => void loadRooms(),
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
    });
  };
}

/** @param {MessageChange | Mention} event that may be meant for the user, who is not looking */
async function tell(event) {
  const { roomId } = event;
  // The first word in a new direct room may come before the list knows the room.
  const path = `rooms/${encodeURIComponent(roomId)}`;
  const room = rooms.value.get(roomId) ?? (await client.request('GET', path).catch(() => null));
  alertOf(event, room);
}

/** @param {RoomEvent | Mention} event */
function apply(event) {
  // That somebody is mentioned, the message itself says; this is for those who are not in the room.
  if (event.type === 'mention') return;
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
      if (event.user.id === me.value?.id) void refreshRoom(event.roomId);
      return;
    case 'member.left':
      if (event.user.id === me.value?.id) forgetMembership(event.roomId);
      return;
    case 'member.updated':
      if (event.user.id === me.value?.id) changeRoom(event.roomId, { role: event.role });
      return;
    case 'read':
      return setMarker(event.roomId, event);
    // The list of rooms shows nothing of these.
    case 'reaction.added':
    case 'reaction.removed':
    case 'presence.joined':
    case 'presence.left':
    case 'typing':
  }
}

/** @param {MessageChange} event */
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

/** @type {Map<string, ReturnType<typeof setTimeout>>} */
const refreshes = new Map();
const REFRESH_MS = 300;

/**
 * Asks for a room's counts once what changes them has calmed down.
 *
 * @param {string} roomId
 */
function refreshSoon(roomId) {
  clearTimeout(refreshes.get(roomId));
  refreshes.set(
    roomId,
    setTimeout(() => {
      refreshes.delete(roomId);
      void refreshRoom(roomId);
    }, REFRESH_MS),
  );
}

/** @param {string} roomId */
async function refreshRoom(roomId) {
  try {
    putRoom(await client.request('GET', `rooms/${encodeURIComponent(roomId)}`));
  } catch {
    // Gone again meanwhile; its own event says so.
  }
}

/** @param {string} roomId */
function forgetMembership(roomId) {
  if (rooms.value.get(roomId)?.kind === 'public') changeRoom(roomId, { role: null });
  else dropRoom(roomId);
}

/**
 * @param {string} roomId
 * @param {Partial<Room>} change
 */
function changeRoom(roomId, change) {
  const room = rooms.value.get(roomId);
  if (room) putRoom({ ...room, ...change });
}

/**
 * What is known of a room that somebody else has just created.
 *
 * @param {RoomFacts} facts
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
 * @returns {Promise<{ rooms: Room[], nextCursor: string | null }>}
 */
function publicPage(text, cursor) {
  return client.request('GET', 'rooms', {
    query: { scope: 'public', query: text || undefined, limit: PAGE, cursor },
  });
}

/** @param {string} name */
function matches(name) {
  return nameKey(name).includes(nameKey(query.value));
}
