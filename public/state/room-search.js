// @ts-check
import { batch, computed, signal } from '@preact/signals-core';
import { knownRoom, matchesQuery, putRoom, query } from './room-list.js';
import { api } from './client.js';

const PAGE = 100;

/** Ids of public rooms that match the query, a page at a time; null before the first page. */
const found = signal(/** @type {readonly string[] | null} */ (null));

/**
 * Ids of public rooms that were created since the page opened. A search that was under way, or whose page ends before
 * them, does not have them.
 */
const created = signal(/** @type {readonly string[]} */ ([]));

const newRooms = computed(() =>
  created.value.filter((id) => matchesQuery(knownRoom(id)?.name ?? '')),
);

/** The cursor of the next page, if there is one. */
export const moreFound = signal(/** @type {string | null} */ (null));

/** Public rooms to join. */
export const otherRooms = computed(() =>
  [...new Set([...(found.value ?? []), ...newRooms.value])]
    .flatMap((id) => knownRoom(id) ?? [])
    .filter(({ role }) => role === null),
);

/**
 * Searches for public rooms by name.
 *
 * @param {string} text
 */
export async function findRooms(text) {
  query.value = text;
  const page = await publicPage(text);
  // A late response must not replace that of a newer query.
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

/** Returns the room everybody starts in, joined or not. */
export async function findGeneral() {
  const page = await publicPage('general');
  return page.rooms.find(({ name }) => name === 'general');
}

/** @param {{ id: string }} room that was just created */
export function addFound({ id }) {
  created.value = [...created.value, id];
}

export function clearFound() {
  found.value = null;
  created.value = [];
}

/**
 * @param {string} text
 * @param {string} [cursor]
 */
function publicPage(text, cursor) {
  return api.listRooms({ scope: 'public', query: text || undefined, limit: PAGE, cursor });
}
