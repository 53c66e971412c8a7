// @ts-check
/** @import { Signal } from '@preact/signals-core' */
import { effect, signal, untracked } from '@preact/signals-core';
import { forgetChanges } from './cache.js';
import { onEvent } from './events.js';
import { OpenRoom } from './open-room.js';
import { forgetOutbox, pendingIn, restoreOutbox, roomsToSend, saveOutboxAgain } from './outbox.js';
import { refreshPeople } from './people.js';
import { leaveRoom } from './room-calls.js';
import { knownRoom, replaceRooms, roomsState } from './room-list.js';
import { findGeneral } from './room-search.js';
import { followRooms, loadRooms, roomsAreFresh, streamIsOpen } from './rooms.js';
import { hasRoute, replaceRoute, roomHref, route } from './route.js';
import { repeatSearch } from './search.js';
import { ending, me } from './session.js';
import { readRooms } from './storage/cache-store.js';
import { clearCache, onStorageLost, setOwner, soon } from './storage/database.js';

/** The latest rooms visited keep their messages, so that returning to one shows it at once. */
const KEPT = 8;
/** Pages that reconnect together, when a server starts again, spread their requests over this time. */
const SPREAD_MS = 3_000;

/** Why a message to a room that the user has lost is not sent. */
const NOT_MEMBER = { code: 'not_member', message: '' };

/** @type {Map<string, OpenRoom>} the latest visited last */
const openRooms = new Map();

/** @type {Signal<OpenRoom | null>} the one on the screen */
export const currentRoom = signal(null);

/** @type {(() => void) | null} */
let unfollowRooms = null;
/** @type {string | null} */
let userId = null;

/** Keeps the open rooms in step with the session and the URL. */
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
      const isEntered = show(roomId);
      const history = currentRoom.value?.history;
      if (isEntered) history?.enter();
      if (at) void history?.goTo(at);
    });
  });
  effect(() => {
    if (roomsAreFresh.value) untracked(() => void resumeOutbox());
  });
  onStorageLost(() => {
    if (userId === null) return;
    void setOwner(userId);
    saveOutboxAgain();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    currentRoom.value?.readMarker.report();
    void resumeOutbox();
    // These have no events: blocks and notification levels chosen on another device, and rooms that the user does not
    // belong to.
    if (streamIsOpen.peek()) void loadRooms({ again: true });
  });
  onEvent((event) => {
    if (event.type === 'user.updated') {
      for (const one of openRooms.values()) one.updateUser(event.user);
    } else if (event.type === 'room.deleted') {
      forget(event.roomId);
    } else if (event.type === 'member.left' && event.user.id === me.value?.id) {
      forget(event.roomId);
    }
  });
}

/** The room on the screen stays: it says itself why it ends. @param {string} roomId */
function forget(roomId) {
  if (roomId !== route.peek().roomId && roomsToSend().includes(roomId))
    pendingIn(roomId).failUnsent(NOT_MEMBER);
  const lost = openRooms.get(roomId);
  if (!lost || lost === currentRoom.value) return;
  openRooms.delete(roomId);
  lost.close();
}

/** The notification stream was away: loads again whatever its events would have changed. */
function refreshAll() {
  setTimeout(() => {
    refreshPeople();
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

/** Joins the room on the screen again, after the user has left it elsewhere. */
export function rejoin() {
  currentRoom.value?.enter();
}

/** Shows and sends what was written before the page was loaded, or in a tab that was closed. */
async function resumeOutbox() {
  const id = me.peek()?.id;
  if (!id) return;
  await restoreOutbox(id, () => void resumeOutbox());
  if (id === me.peek()?.id) sendWaiting();
}

function sendWaiting() {
  for (const roomId of roomsToSend()) {
    if (roomId === route.peek().roomId) currentRoom.peek()?.sendWaiting();
    else if (roomsAreFresh.peek()) sendElsewhere(roomId);
  }
}

/** Sends what waits in a room that is not on the screen. @param {string} roomId */
function sendElsewhere(roomId) {
  // To send would be to join again.
  if (!knownRoom(roomId)?.role) return pendingIn(roomId).failUnsent(NOT_MEMBER);
  const room = keep(roomId);
  room.enter();
  room.leave();
}

function signedIn() {
  void setOwner(userId ?? '');
  void resumeOutbox();
  unfollowRooms = followRooms(refreshAll);
  void loadRooms();
  void restoreRooms();
}

/** Shows the list as it was when the page was last open, until the server responds, and the room that was open. */
async function restoreRooms() {
  const id = userId ?? '';
  const kept = await soon(readRooms(id));
  if (id !== userId) return;
  if (kept && roomsState.peek() === 'loading') {
    replaceRooms(kept.rooms, { keepOthers: true });
    roomsState.value = 'ready';
  }
  if (hasRoute()) return;
  const last = kept?.rooms.find(({ id: roomId }) => roomId === kept.lastRoom);
  if (last) replaceRoute(roomHref(last.id));
  else await openGeneral();
}

function signedOut() {
  unfollowRooms?.();
  currentRoom.value = null;
  for (const old of openRooms.values()) old.close();
  openRooms.clear();
  forgetOutbox();
  forgetChanges();
  // The session was ended elsewhere, perhaps since this browser is in the wrong hands.
  if (ending.value && ending.value !== 'token_expired') void clearCache();
  // After a sign-out the next user starts afresh; after an expiry the same one returns to where they were.
  if (!ending.value) replaceRoute('#');
}

async function openGeneral() {
  const general = await findGeneral().catch(() => null);
  if (!hasRoute()) replaceRoute(general ? roomHref(general.id) : '#/');
}

/**
 * @param {string} roomId
 * @returns {boolean} false where it is on the screen already
 */
function show(roomId) {
  if (currentRoom.value && openRooms.get(roomId) === currentRoom.value) return false;
  hide();
  const next = keep(roomId);
  currentRoom.value = next;
  next.enter();
  return true;
}

/** Returns a room that is kept from now on, as the latest of few. @param {string} roomId */
function keep(roomId) {
  const room = openRooms.get(roomId) ?? new OpenRoom(roomId);
  openRooms.delete(roomId);
  openRooms.set(roomId, room);
  for (const [id, oldest] of openRooms) {
    if (openRooms.size <= KEPT) break;
    if (oldest === currentRoom.value || oldest.pending.isWaiting) continue;
    // They are nowhere else.
    if (!oldest.composer.files.isEmpty) continue;
    openRooms.delete(id);
    oldest.leave();
  }
  return room;
}

function hide() {
  currentRoom.value?.leave();
  currentRoom.value = null;
}
