// @ts-check
import { signal } from '@preact/signals-core';

/**
 * Which pane is open, kept in the URL's hash so that reload and the back button work:
 * `#/` the rooms, `#/rooms/<id>` a conversation, `#/rooms/<id>/people` its people (on a narrow screen).
 *
 * @typedef {{ roomId: string | null, people: boolean }} Route
 */

export const route = signal(readRoute());

window.addEventListener('hashchange', () => {
  route.value = readRoute();
});

/** Whether the URL names a place at all, be it only the list of rooms. */
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

/** @param {string} roomId */
export function goToRoom(roomId) {
  location.hash = roomHref(roomId);
}

/**
 * Goes there in place of the present entry, so that "back" does not return to a place that is no more.
 *
 * @param {string} href
 */
export function replaceRoute(href) {
  history.replaceState(null, '', href);
  route.value = readRoute();
}

/** @returns {Route} */
function readRoute() {
  const match = /^#\/rooms\/([^/]+)(\/people)?$/.exec(location.hash);
  try {
    return {
      roomId: match?.[1] ? decodeURIComponent(match[1]) : null,
      people: Boolean(match?.[2]),
    };
  } catch {
    // A hash that was cut in the middle of an escape leads nowhere.
    return { roomId: null, people: false };
  }
}
