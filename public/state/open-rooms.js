// @ts-check
/** @import { Signal } from '@preact/signals-core' */
import { effect, signal, untracked } from '@preact/signals-core';
import { Conversation } from './open-room.js';
import { loadBlocks } from './blocks.js';
import { onNews } from './news.js';
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
    // Of these, no event tells: blocks on another device, and rooms that the user does not belong to.
    if (me.value) Promise.all([loadBlocks(), findRooms(query.peek())]).catch(() => {});
  });
  onNews((event) => {
    if (event.type === 'user.updated') {
      for (const one of conversations.values()) one.updateUser(event.user);
    } else if (event.type === 'room.deleted') {
      forget(event.roomId);
    } else if (event.type === 'member.left' && event.user.id === me.value?.id) {
      forget(event.roomId);
    }
  });
}

/** The one on the screen says by itself why it ends. @param {string} roomId */
function forget(roomId) {
  const lost = conversations.get(roomId);
  if (!lost || lost === conversation.value) return;
  conversations.delete(roomId);
  lost.close();
}

/** The stream of news was away: whatever it would have told of is read again, or not kept. */
function doubtAll() {
  // Many pages come back at once, when a server does.
  setTimeout(() => {
    doubtPeople();
    for (const one of conversations.values()) one.refresh();
    void repeatSearch();
  }, Math.random() * SPREAD_MS);
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
  unfollowRooms = followRooms(doubtAll);
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
