// @ts-check
/** @import { TextKey } from '../i18n/translate.js' */
import { signal } from '@preact/signals';
import { directRooms, myRooms } from '../state/room-list.js';
import { goToRoom, roomSearchHref, route } from '../state/route.js';

/* The page's keys, in one place: what they do, and the list of them at `?`. */

const STORAGE_KEY = 'charla.plainKeys';

/**
 * Whether keys without Ctrl or Alt do something: `?`, and letters on a message. People who speak to their computer may
 * turn them off (WCAG 2.2, 2.1.4).
 */
export const plainKeys = signal(readPlainKeys());

/** Whether the list of shortcuts is shown. */
export const listIsOpen = signal(false);
export const closeList = () => void (listIsOpen.value = false);

/**
 * One way or several to do something; each is the keys to press together.
 *
 * @typedef {{ does: TextKey, ways: string[][] }} Shortcut
 * @type {{ title: TextKey, shortcuts: Shortcut[] }[]}
 */
export const SHORTCUTS = [
  {
    title: 'keys.anywhere',
    shortcuts: [
      { does: 'keys.findRoom', ways: [['Ctrl', 'K']] },
      { does: 'keys.searchRoom', ways: [['Ctrl', 'F']] },
      {
        does: 'keys.nextRoom',
        ways: [
          ['Alt', '↑'],
          ['Alt', '↓'],
        ],
      },
      { does: 'keys.list', ways: [['?']] },
    ],
  },
  {
    title: 'keys.writing',
    shortcuts: [
      { does: 'keys.send', ways: [['Enter']] },
      { does: 'keys.newLine', ways: [['Shift', 'Enter']] },
      { does: 'keys.editLast', ways: [['↑']] },
      { does: 'keys.cancel', ways: [['Esc']] },
    ],
  },
  {
    title: 'keys.reading',
    shortcuts: [
      { does: 'keys.nextMessage', ways: [['↑'], ['↓']] },
      { does: 'keys.ends', ways: [['Home'], ['End']] },
      { does: 'keys.menu', ways: [['Enter']] },
      { does: 'keys.reply', ways: [['R']] },
      { does: 'keys.edit', ways: [['E']] },
      { does: 'keys.react', ways: [['+']] },
      { does: 'keys.delete', ways: [['Delete']] },
      { does: 'keys.leaveMessages', ways: [['Esc']] },
    ],
  },
];

/** Handles the keys that work anywhere on the page. */
export function listenForShortcuts() {
  document.addEventListener('keydown', (event) => {
    // A dialog has the keyboard for itself.
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) {
      return;
    }
    if (actOn(event)) event.preventDefault();
  });
}

/**
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key was one of the page's
 */
function actOn(event) {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (key.toLowerCase() === 'k' && (ctrlKey || metaKey) && !altKey && !shiftKey) {
    return focusRoomSearch();
  }
  if (key.toLowerCase() === 'f' && (ctrlKey || metaKey) && !altKey && !shiftKey) {
    return searchThisRoom(event.target);
  }
  if (ctrlKey || metaKey) return false;
  if (altKey && !shiftKey && key === 'ArrowDown') return goToNeighbour(1);
  if (altKey && !shiftKey && key === 'ArrowUp') return goToNeighbour(-1);
  if (key === '?' && plainKeys.value && !isTyping(event.target)) {
    listIsOpen.value = true;
    return true;
  }
  return false;
}

/** @param {boolean} isOn */
export function setPlainKeys(isOn) {
  plainKeys.value = isOn;
  try {
    if (isOn) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, 'off');
  } catch {
    // Without storage the choice holds until the page is left.
  }
}

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof Element &&
  target.closest('input, textarea, select, [contenteditable]') !== null;

/** The page shows one pane at a time on a phone: there, the rooms come first. */
function focusRoomSearch() {
  const field = () => document.getElementById('find-room');
  if (!field()?.checkVisibility()) location.hash = '#/';
  // The pane is shown with the next event of the route.
  setTimeout(() => field()?.focus());
  return true;
}

/**
 * The browser's own search finds only the rows that are loaded. In the search, the key is the browser's again.
 *
 * @param {EventTarget | null} target
 */
function searchThisRoom(target) {
  const { roomId, search } = route.value;
  const isInField = target instanceof Element && target.id === 'search-messages';
  if (!roomId || search !== null || isInField) return false;
  location.hash = roomSearchHref(roomId, '');
  return true;
}

/** @param {1 | -1} step */
function goToNeighbour(step) {
  const rooms = [...myRooms.value, ...directRooms.value];
  if (rooms.length === 0) return false;
  const at = rooms.findIndex(({ id }) => id === route.value.roomId);
  const next = at === -1 ? 0 : (at + step + rooms.length) % rooms.length;
  goToRoom(rooms[next]?.id ?? '');
  return true;
}

function readPlainKeys() {
  try {
    return localStorage.getItem(STORAGE_KEY) !== 'off';
  } catch {
    return true;
  }
}
