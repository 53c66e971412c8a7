// @ts-check
/** @import { Room } from '../../src/protocol/resources.ts' */
/** @import { Signal } from '@preact/signals-core' */
import { computed, signal } from '@preact/signals-core';
import { nameKey } from '../shared/name-key.js';
import { withPeerName } from './direct-peers.js';

/* The rooms that the page knows, and the lists made of them. */

/** @type {Signal<ReadonlyMap<string, Room>>} */
const rooms = signal(new Map());

/** Whether the list of the user's rooms is loaded. */
export const roomsState = signal(/** @type {'loading' | 'ready' | 'failed'} */ ('loading'));

/** What the names of the rooms in the lists contain. */
export const query = signal('');

/** The user's rooms that match the query, the latest activity first. */
const ownRooms = computed(() =>
  [...rooms.value.values()]
    .filter(({ role, name }) => role !== null && matchesQuery(name))
    .toSorted((a, b) => b.lastActivityAt.localeCompare(a.lastActivityAt)),
);

export const myRooms = computed(() => ownRooms.value.filter(({ kind }) => kind !== 'direct'));
export const directRooms = computed(() => ownRooms.value.filter(({ kind }) => kind === 'direct'));

/** All of the user's rooms, in no order. */
export const memberRooms = computed(() =>
  [...rooms.value.values()].filter(({ role }) => role !== null),
);

/** @param {string} name */
export const matchesQuery = (name) => nameKey(name).includes(nameKey(query.value));

/** @param {string} roomId */
export const knownRoom = (roomId) => rooms.value.get(roomId);

export const allDirectRooms = () =>
  [...rooms.peek().values()].filter(({ kind }) => kind === 'direct');

/**
 * Replaces the list of the user's rooms.
 *
 * @param {readonly Room[]} own
 * @param {{ keepOthers: boolean }} options whether rooms to join stay
 */
export function replaceRooms(own, { keepOthers }) {
  const others = keepOthers ? [...rooms.peek().values()].filter(({ role }) => role === null) : [];
  rooms.value = new Map([...others, ...own].map((room) => [room.id, withPeerName(room)]));
}

/**
 * Adds or replaces a room as a response has it; ignores a response that is older than the latest event.
 *
 * @param {Room} room
 */
export function putRoom(room) {
  const known = rooms.value.get(room.id);
  if (known && isOlder(room, known)) return;
  rooms.value = new Map(rooms.value).set(room.id, withPeerName(room));
}

/**
 * @param {Room} room
 * @param {Room} known
 */
const isOlder = (room, known) =>
  room.lastSeq < known.lastSeq || (room.role !== null && room.lastReadSeq < known.lastReadSeq);

/**
 * @param {string} roomId
 * @param {Partial<Room>} change
 */
export function changeRoom(roomId, change) {
  const room = rooms.value.get(roomId);
  if (room) rooms.value = new Map(rooms.value).set(roomId, { ...room, ...change });
}

/** @param {string} roomId */
export function removeRoom(roomId) {
  const rest = new Map(rooms.value);
  rest.delete(roomId);
  rooms.value = rest;
}

export function clearRooms() {
  rooms.value = new Map();
  roomsState.value = 'loading';
  query.value = '';
}
