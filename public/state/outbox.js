// @ts-check
/** @import { Attachment } from './attachments/attachment.js' */
/** @import { OutboxEntry } from './storage/database.js' */
/** @import { Signal } from '@preact/signals-core' */
import { computed, signal } from '@preact/signals-core';
import { randomId } from '../client/random-id.js';
import { PendingMessages } from './pending.js';
import { me } from './session.js';
import { adoptEntries, clearEntries } from './storage/outbox-store.js';
import { livingTabs, ownTab, untilGone } from './tab.js';

/** A tab that is gone may be loading again, and then keeps its messages. */
const RELOAD_MS = 5_000;
/** What one tab keeps of files in the database, for messages that have not arrived. */
const MOST_FILES = 50;
const MOST_BYTES = 256 * 2 ** 20;

/** @type {Signal<ReadonlyMap<string, PendingMessages>>} by room */
const rooms = signal(new Map());
/** @type {string | null} null until it is known */
let tab = null;
/** The tabs for whose end this one waits. @type {Set<string>} */
const watched = new Set();
let lastWrittenAt = 0;

const unarrived = computed(() =>
  [...rooms.value.values()].flatMap(({ all }) => all.value).filter(({ state }) => state !== 'sent'),
);

/** The number of messages of this tab that the server does not have, the refused ones included. */
export const unsentCount = computed(() => unarrived.value.length);

/** Whether a reload would lose some of them: the browser could not keep them. */
export const unsentIsOnlyHere = computed(() => unarrived.value.some(({ onlyHere }) => onlyHere));

/** The messages of this tab that were refused, for each room that has some. */
export const failures = computed(() => {
  /** @type {Map<string, { roomId: string, roomName: string, count: number }>} */
  const byRoom = new Map();
  for (const { roomId, roomName, state } of unarrived.value) {
    if (state !== 'failed') continue;
    const { count = 0 } = byRoom.get(roomId) ?? {};
    byRoom.set(roomId, { roomId, roomName, count: count + 1 });
  }
  return [...byRoom.values()];
});

/**
 * What waits in a room, whether it is open or not.
 *
 * @param {string} roomId
 */
export function pendingIn(roomId) {
  const known = rooms.peek().get(roomId);
  if (known) return known;
  const pending = new PendingMessages();
  rooms.value = new Map(rooms.peek()).set(roomId, pending);
  return pending;
}

/** Returns the rooms in which something waits to be sent. */
export const roomsToSend = () => [
  ...new Set(unarrived.peek().flatMap(({ state, roomId }) => (state === 'sending' ? roomId : []))),
];

/**
 * Returns whether the database may keep more files until they have arrived.
 *
 * @param {readonly Attachment[]} added
 */
export function canKeep(added) {
  const kept = [...rooms.peek().values()]
    .flatMap(({ all }) => all.peek().flatMap(({ attachments }) => attachments))
    .filter(({ isKept }) => isKept);
  const all = [...kept, ...added];
  return all.length <= MOST_FILES && all.reduce((sum, { size }) => sum + size, 0) <= MOST_BYTES;
}

/**
 * Returns a new message to a room.
 *
 * @param {{ roomId: string, roomName: string, text: string, replyTo?: number }} message
 * @returns {OutboxEntry}
 */
export function newEntry(message) {
  lastWrittenAt = Math.max(Date.now(), lastWrittenAt + 1);
  return {
    ...message,
    clientMsgId: randomId(),
    userId: me.value?.id ?? '',
    tab: tab ?? '',
    writtenAt: lastWrittenAt,
    state: 'sending',
    trouble: null,
  };
}

/**
 * Adds what this tab wrote before it was loaded again, and what tabs wrote that are gone.
 *
 * @param {string} userId
 * @param {() => void} restoreAgain called some time after the end of another tab that has messages
 */
export async function restoreOutbox(userId, restoreAgain) {
  const isFirst = tab === null;
  const own = (tab = await ownTab());
  const living = await livingTabs();
  // Where nobody knows, both tabs send: the server writes each message once.
  const isGone = (/** @type {string} */ other) => (living ? !living.has(other) : isFirst);
  const { entries, files, others } = await adoptEntries(userId, own, isGone);
  if (me.peek()?.id !== userId) return;
  for (const roomId of new Set(entries.map((entry) => entry.roomId)))
    pendingIn(roomId).restore(
      entries.filter((entry) => entry.roomId === roomId),
      files,
    );
  for (const other of living ? others : []) void takeOverFrom(other, restoreAgain);
}

/**
 * @param {string} other tab
 * @param {() => void} takeOver called some time after its end
 */
async function takeOverFrom(other, takeOver) {
  if (watched.has(other)) return;
  watched.add(other);
  await untilGone(other);
  watched.delete(other);
  setTimeout(takeOver, RELOAD_MS);
}

/** Forgets what waits; the database keeps it for the same user's return. */
export function forgetOutbox() {
  for (const pending of rooms.peek().values()) pending.forget();
  rooms.value = new Map();
}

/** The browser has lost what it kept, but the page has not. */
export function saveOutboxAgain() {
  for (const pending of rooms.peek().values()) pending.saveAgain();
}

/** @param {string} userId whose unsent messages are deleted for good */
export async function clearOutbox(userId) {
  forgetOutbox();
  await clearEntries(userId);
}
