// @ts-check
import { computed, signal } from '@preact/signals-core';
import { me } from './session.js';

/*
 * What somebody has begun to write in each room, over reloads. Each room has an entry of its own, so that two tabs
 * disturb each other only in the same room: there the last writer wins, and what a tab shows stays in it.
 */

/** @typedef {{ text: string, replyTo?: number, at: number }} Draft `at`: when it was saved */

const PREFIX = 'charla.draft.';
const MAX_ROOMS = 50;
/** In UTF-16 units: twice the longest message. What is longer is kept until a reload only. */
const MAX_LENGTH = 16_000;
/** So often, at most, a draft is stored while it is being written. */
const STORE_EVERY_MS = 300;

/** @type {Map<string, Draft | null>} by key, what is not stored yet; null: to be deleted */
const unsaved = new Map();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

const changes = signal(0);

/** The rooms in which the user has a draft. */
export const draftRooms = computed(() => {
  void changes.value;
  const prefix = prefixOf(me.value?.id ?? '');
  return new Set(storedKeys(prefix).map((key) => key.slice(prefix.length)));
});

window.addEventListener('storage', ({ key }) => {
  if (key === null || key.startsWith(PREFIX)) changes.value += 1;
});
window.addEventListener('pagehide', flush);
document.addEventListener('visibilitychange', flush);

/**
 * @param {string} roomId
 * @returns {Draft | null}
 */
export function readDraft(roomId) {
  const key = prefixOf(me.peek()?.id ?? '') + roomId;
  return unsaved.get(key) ?? readStored(key);
}

/**
 * @param {string} roomId
 * @param {string} text empty: there is no draft any more
 * @param {number} [replyTo]
 */
export function saveDraft(roomId, text, replyTo) {
  const id = me.peek()?.id;
  if (id === undefined) return;
  const isKept = text !== '' && text.length <= MAX_LENGTH;
  unsaved.set(prefixOf(id) + roomId, isKept ? { text, replyTo, at: Date.now() } : null);
  // At once, where it ends: no other tab shall find what was sent.
  if (!isKept) flush();
  else timer ??= setTimeout(flush, STORE_EVERY_MS);
}

/** @param {string} userId whose drafts are deleted */
export function clearDrafts(userId) {
  unsaved.clear();
  for (const key of storedKeys(prefixOf(userId))) remove(key);
  changes.value += 1;
}

function flush() {
  clearTimeout(timer);
  timer = undefined;
  if (unsaved.size === 0) return;
  const known = new Set(storedKeys(PREFIX));
  const isNews = [...unsaved].some(([key, draft]) => known.has(key) !== (draft !== null));
  for (const [key, draft] of unsaved) {
    if (draft === null) remove(key);
    else store(key, draft);
  }
  unsaved.clear();
  if (isNews) changes.value += 1;
}

/**
 * @param {string} key
 * @param {Draft} draft
 */
function store(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Without storage, or where it is full, the draft lives as long as the page.
  }
  const keys = storedKeys(PREFIX);
  if (keys.length <= MAX_ROOMS) return;
  const byAge = keys.toSorted((a, b) => (readStored(b)?.at ?? 0) - (readStored(a)?.at ?? 0));
  byAge.slice(MAX_ROOMS).forEach(remove);
}

/** @param {string} userId */
const prefixOf = (userId) => `${PREFIX}${userId}.`;

/** @param {string} prefix */
function storedKeys(prefix) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    // Storage is forbidden.
    return [];
  }
}

/**
 * @param {string} key
 * @returns {Draft | null}
 */
function readStored(key) {
  try {
    const draft = /** @type {Draft | null} */ (JSON.parse(localStorage.getItem(key) ?? 'null'));
    return typeof draft?.text === 'string' ? draft : null;
  } catch {
    // Storage is forbidden, or holds something else.
    return null;
  }
}

/** @param {string} key */
function remove(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Storage is forbidden: there is nothing.
  }
}
