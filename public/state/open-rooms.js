// @ts-check
/** @import { Signal } from '@preact/signals-core' */
import { effect, signal, untracked } from '@preact/signals-core';
import { OpenRoom } from './open-room.js';
import { loadBlocks } from './blocks.js';
import { onNews } from './events.js';
import { doubtPeople } from './people.js';
import {
  findGeneral,
  findRooms,
  followRooms,
  knownRoom,
  leaveRoom,
  loadRooms,
  putRoom,
  query,
} from './rooms.js';
import { repeatSearch } from './search.js';
import { hasRoute, replaceRoute, roomHref, route } from './route.js';
import { ending, me } from './session.js';

/** Rooms visited lately keep their messages, so that going back to one shows it at once. */
const KEPT = 8;
/** Over how long pages that come back together spread what they read, in milliseconds. */
const SPREAD_MS = 3_000;

/** @type {Map<string, OpenRoom>} the latest visited last */
const openRooms = new Map();

/** @type {Signal<OpenRoom | null>} the one on the screen */
export const currentRoom = signal(null);

/** @type {(() => void) | null} */
let unfollowRooms = null;
/** @type {string | null} */
let userId = null;

/** Keeps what is open in step with who is signed in and with the URL. */
export function followSessionAndRoute() {
  effect(() => {
    const id = me.value?.id ?? null;
    // A renewed session or a changed profile is still the same user.
    if (id === userId) return;
    if (userId !== null) untracked(signedOut);
    userId = id;
    if (id !== null) untracked(signedIn);
  });
  effect(() => {
    const { roomId, at } = route.value;
    const visible = me.value && roomId;
    untracked(() => {
      if (!visible) return hide();
      show(roomId);
      if (at) void currentRoom.value?.goTo(at);
    });
  });
  // A phone that comes back from sleep or out of a tunnel need not sit out the back-off.
  window.addEventListener('online', () => currentRoom.value?.wake());
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    currentRoom.value?.wake();
    currentRoom.value?.noteRead();
    // Of these, no event tells: blocks on another device, and rooms that the user does not belong to.
    if (me.value) Promise.all([loadBlocks(), findRooms(query.peek())]).catch(() => {});
  });
  onNews((event) => {
    if (event.type === 'user.updated') {
      for (const one of openRooms.values()) one.updateUser(event.user);
    } else if (event.type === 'room.deleted') {
      forget(event.roomId);
    } else if (event.type === 'member.left' && event.user.id === me.value?.id) {
      forget(event.roomId);
    }
  });
}

/** The one on the screen says by itself why it ends. @param {string} roomId */
function forget(roomId) {
  const lost = openRooms.get(roomId);
  if (!lost || lost === currentRoom.value) return;
  openRooms.delete(roomId);
  lost.close();
}

/** The stream of news was away: whatever it would have told of is read again, or not kept. */
function doubtAll() {
  // Many pages come back at once, when a server does.
  setTimeout(() => {
    doubtPeople();
    for (const one of openRooms.values()) one.refresh();
    void repeatSearch();
  }, Math.random() * SPREAD_MS);
}

/** Leaves the room on the screen for good, and shows the list of rooms. */
export async function leaveCurrentRoom() {
  const { roomId } = route.value;
  if (!roomId) return;
  await leaveRoom(roomId);
  replaceRoute('#/');
  openRooms.delete(roomId);
}

/** Comes back to the room on the screen after leaving it elsewhere. */
export function rejoin() {
  currentRoom.value?.enter(0);
}

function signedIn() {
  unfollowRooms = followRooms(doubtAll);
  void loadRooms();
  if (!hasRoute()) void openGeneral();
}

function signedOut() {
  unfollowRooms?.();
  currentRoom.value = null;
  for (const old of openRooms.values()) old.close();
  openRooms.clear();
  // Whoever signs in after a sign-out starts afresh; after an expiry they find the room where they were.
  if (!ending.value) replaceRoute('#');
}

async function openGeneral() {
  const general = await findGeneral().catch(() => null);
  if (!hasRoute()) replaceRoute(general ? roomHref(general.id) : '#/');
}

/** @param {string} roomId */
function show(roomId) {
  const next = openRooms.get(roomId) ?? new OpenRoom(roomId, putRoom);
  if (next === currentRoom.value) return;
  hide();
  openRooms.delete(roomId);
  openRooms.set(roomId, next);
  for (const [id, oldest] of openRooms) {
    if (openRooms.size <= KEPT) break;
    openRooms.delete(id);
    oldest.leave();
  }
  currentRoom.value = next;
  next.enter(knownRoom(roomId)?.lastSeq ?? 0);
}

function hide() {
  currentRoom.value?.leave();
  currentRoom.value = null;
}
