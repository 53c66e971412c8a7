// @ts-check
/** @import { Signal } from '@preact/signals-core' */
import { effect, signal, untracked } from '@preact/signals-core';
import { Conversation } from './conversation.js';
import { findGeneral, followRooms, knownRoom, leaveRoom, loadRooms, putRoom } from './rooms.js';
import { hasRoute, replaceRoute, roomHref, route } from './route.js';
import { ending, me } from './session.js';

/** Rooms visited lately keep their messages, so that going back to one shows it at once. */
const KEPT = 8;

/** @type {Map<string, Conversation>} the latest visited last */
const conversations = new Map();

/** @type {Signal<Conversation | null>} the one on the screen */
export const conversation = signal(null);

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
      if (at) void conversation.value?.goTo(at);
    });
  });
  // A phone that comes back from sleep or out of a tunnel need not sit out the back-off.
  window.addEventListener('online', () => conversation.value?.wake());
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    conversation.value?.wake();
    conversation.value?.noteRead();
  });
}

/** Leaves the room on the screen for good, and shows the list of rooms. */
export async function leaveCurrentRoom() {
  const { roomId } = route.value;
  if (!roomId) return;
  await leaveRoom(roomId);
  replaceRoute('#/');
  conversations.delete(roomId);
}

/** Comes back to the room on the screen after leaving it elsewhere. */
export function rejoin() {
  conversation.value?.enter(0);
}

function signedIn() {
  unfollowRooms = followRooms();
  void loadRooms();
  if (!hasRoute()) void openGeneral();
}

function signedOut() {
  unfollowRooms?.();
  conversation.value = null;
  for (const old of conversations.values()) old.close();
  conversations.clear();
  // Whoever signs in after a sign-out starts afresh; after an expiry they find the room where they were.
  if (!ending.value) replaceRoute('#');
}

async function openGeneral() {
  const general = await findGeneral().catch(() => null);
  if (!hasRoute()) replaceRoute(general ? roomHref(general.id) : '#/');
}

/** @param {string} roomId */
function show(roomId) {
  const next = conversations.get(roomId) ?? new Conversation(roomId, putRoom);
  if (next === conversation.value) return;
  hide();
  conversations.delete(roomId);
  conversations.set(roomId, next);
  for (const [id, oldest] of conversations) {
    if (conversations.size <= KEPT) break;
    conversations.delete(id);
    oldest.leave();
  }
  conversation.value = next;
  next.enter(knownRoom(roomId)?.lastSeq ?? 0);
}

function hide() {
  conversation.value?.leave();
  conversation.value = null;
}
