// @ts-check
import { roomSearchHref, route } from '../state/route.js';

/**
 * Ctrl+F (⌘F) in a room opens the search of that room: the browser's own finds only the rows that are loaded. In the
 * search the key is the browser's again.
 *
 * @returns {() => void} stops
 */
export function searchByFindKey() {
  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (key.toLowerCase() !== 'f' || altKey || shiftKey || ctrlKey === metaKey) return;
    const { roomId, search } = route.value;
    // A dialog is searched by the browser.
    if (!roomId || search !== null || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    location.hash = roomSearchHref(roomId, '');
  }
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}
