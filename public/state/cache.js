// @ts-check
/** @import { Message } from '../../src/protocol/resources.ts' */
/** @import { CachedPage } from './storage/database.js' */
import { effect, untracked } from '@preact/signals-core';
import { onEvent } from './events.js';
import { memberRooms, roomsState } from './room-list.js';
import { route } from './route.js';
import { roomsAreFresh } from './rooms.js';
import { me } from './session.js';
import { deletePages, saveCopies } from './storage/cache-store.js';

/** Changes are written together, this long after the first: a busy room costs no more than a quiet one. */
const WRITE_MS = 1_000;

/** @typedef {{ toKeep(): CachedPage | null }} Keepable */

/** @type {Set<Keepable>} open rooms that have changed */
const changedRooms = new Set();
/** @type {Map<string, Map<number, Message>>} messages that were edited or deleted, by room: it may not be open */
const changedMessages = new Map();
let listHasChanged = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Keeps copies of the list of rooms and of the rooms' newest messages, for the next start of the page. */
export function followChanges() {
  effect(() => {
    if (roomsState.value !== 'ready') return;
    void [memberRooms.value, route.value.roomId];
    listHasChanged = true;
    writeLater();
  });
  effect(() => {
    if (!roomsAreFresh.value) return;
    const mine = new Set(untracked(() => memberRooms.value.map(({ id }) => id)));
    void deletePages((roomId) => !mine.has(roomId));
  });
  onEvent((event) => {
    if (event.type === 'message.edited' || event.type === 'message.deleted') {
      if (!changedMessages.has(event.roomId)) changedMessages.set(event.roomId, new Map());
      changedMessages.get(event.roomId)?.set(event.message.seq, event.message);
      writeLater();
    } else if (event.type === 'room.deleted') {
      forgetPage(event.roomId);
    } else if (event.type === 'member.left' && event.user.id === me.value?.id) {
      forgetPage(event.roomId);
    }
  });
  window.addEventListener('pagehide', write);
  document.addEventListener('visibilitychange', () => document.hidden && write());
}

/** @param {Keepable} room that shows something new */
export function keepLater(room) {
  changedRooms.add(room);
  writeLater();
}

/** The user may no longer read a room. @param {string} roomId */
export function forgetPage(roomId) {
  changedMessages.delete(roomId);
  void deletePages((id) => id === roomId);
}

/** The user is signed out: what is not written yet is not kept. */
export function forgetChanges() {
  changedRooms.clear();
  changedMessages.clear();
  listHasChanged = false;
}

function writeLater() {
  timer ??= setTimeout(write, WRITE_MS);
}

function write() {
  clearTimeout(timer);
  timer = undefined;
  const userId = me.peek()?.id;
  if (!userId) return forgetChanges();
  const pages = [...changedRooms].flatMap((room) => room.toKeep() ?? []);
  if (!listHasChanged && pages.length === 0 && changedMessages.size === 0) return;
  void saveCopies(userId, {
    rooms: listHasChanged ? memberRooms.peek() : null,
    lastRoom: route.peek().roomId,
    pages,
    messages: new Map(changedMessages),
  });
  forgetChanges();
}
