// @ts-check
import { signal } from '@preact/signals-core';

/**
 * The open pane, kept in the URL's hash so that reload and the back button work:
 * `#/` the rooms, `#/rooms/<id>` one of them, `#/rooms/<id>/people` its people (on a narrow screen),
 * `#/rooms/<id>/at/<seq>` one of its messages, `#/rooms/<id>/search/<query>` a search in it, `#/search/<query>` a
 * search everywhere.
 *
 * @typedef {{ roomId: string | null, people: boolean, at: number | null, search: string | null }} Route
 */

const NOWHERE = { roomId: null, people: false, at: null, search: null };

export const route = signal(readRoute());

window.addEventListener('hashchange', () => {
  route.value = readRoute();
});

/** Whether the URL has a route, even if only that of the list of rooms. */
export function hasRoute() {
  return location.hash.startsWith('#/');
}

/** @param {string} roomId */
export function roomHref(roomId) {
  return `#/rooms/${encodeURIComponent(roomId)}`;
}

/** @param {string} roomId */
export function peopleHref(roomId) {
  return `${roomHref(roomId)}/people`;
}

/**
 * @param {string} roomId
 * @param {number} seq
 */
export function messageHref(roomId, seq) {
  return `${roomHref(roomId)}/at/${seq}`;
}

/** @param {string} query */
export function searchHref(query) {
  return `#/search/${encodeURIComponent(query)}`;
}

/**
 * @param {string} roomId
 * @param {string} query
 */
export function roomSearchHref(roomId, query) {
  return `${roomHref(roomId)}/search/${encodeURIComponent(query)}`;
}

/** @param {string} roomId */
export function goToRoom(roomId) {
  location.hash = roomHref(roomId);
}

/**
 * Replaces the present entry, so that "back" does not return to a place that is gone.
 *
 * @param {string} href
 */
export function replaceRoute(href) {
  history.replaceState(null, '', href);
  route.value = readRoute();
}

/** @returns {Route} */
function readRoute() {
  try {
    const [, place, id = '', sub, rest = ''] = location.hash.split('/').map(decodeURIComponent);
    if (place === 'search') return { ...NOWHERE, search: id };
    if (place !== 'rooms' || !id) return NOWHERE;
    const at = sub === 'at' && /^[1-9]\d{0,14}$/.test(rest) ? Number(rest) : null;
    const search = sub === 'search' ? rest : null;
    return { roomId: id, people: sub === 'people', at, search };
  } catch {
    // The hash was cut in the middle of an escape.
    return NOWHERE;
  }
}
