// @ts-check
/** @import { Mention, Room, RoomEvent, RoomFacts } from '../chat-client.js' */
/** @import { Signal } from '@preact/signals-core' */
import { batch, computed, signal } from '@preact/signals-core';
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

/** One's own rooms that answer to the query, the liveliest first. */
export const myRooms = computed(() =>
  [...rooms.value.values()]
    .filter(({ role, name }) => role !== null && matches(name))
    .toSorted((a, b) => b.lastActivityAt.localeCompare(a.lastActivityAt)),
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

/** Loads one's own rooms and the first public ones. */
export async function loadRooms() {
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
    });
    await findRooms(query.value);
  } catch {
    if (roomsState.value === 'loading') roomsState.value = 'failed';
  }
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

/** @param {{ name: string, topic: string }} room */
export async function createRoom(room) {
  /** @type {Room} */
  const created = await client.request('POST', 'rooms', { body: room });
  putRoom(created);
  return created;
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
    onEvent: (event) => queue.push(event),
    onFresh: () => void loadRooms(),
  });
  return () => {
    stream.close();
    batch(() => {
      rooms.value = new Map();
      found.value = null;
      roomsState.value = 'loading';
      query.value = '';
    });
  };
}

/** @param {RoomEvent | Mention} event */
function apply(event) {
  if ('seq' in event) changeRoom(event.roomId, { lastSeq: event.seq });
  switch (event.type) {
    case 'message.created':
      return changeRoom(event.roomId, { lastActivityAt: event.at });
    case 'room.created':
      if (event.room.kind === 'public' && !rooms.value.has(event.roomId))
        putRoom(newcomer(event.room, event.at));
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
    // The list of rooms shows nothing of these.
    case 'message.edited':
    case 'message.deleted':
    case 'reaction.added':
    case 'reaction.removed':
    case 'member.updated':
    case 'presence.joined':
    case 'presence.left':
    case 'typing':
    case 'read':
    case 'mention':
  }
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
  return name.toLowerCase().includes(query.value.toLowerCase());
}
