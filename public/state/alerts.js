// @ts-check
/** @import { Mention, Message, MessageChange, Room } from '../chat-client.js' */
import { signal } from '@preact/signals-core';
import { clip } from '../shared/graphemes.js';
import { roomHref } from './route.js';
import { me } from './session.js';

const STORAGE_KEY = 'charla.alerts';
const LONGEST_TEXT = 140;

/** Whether the browser can show notifications at all: not every one can, and only on safe origins. */
export const canAlert = 'Notification' in globalThis;

/** Whether the user wants to be told of mentions and direct messages while the page is hidden. */
export const alertsOn = signal(canAlert && Notification.permission === 'granted' && isWanted());

/**
 * Turns them on, which asks the browser for permission, or off.
 *
 * @param {boolean} wanted
 */
export async function setAlerts(wanted) {
  const granted = wanted && (await Notification.requestPermission()) === 'granted';
  try {
    localStorage.setItem(STORAGE_KEY, granted ? 'on' : 'off');
  } catch {
    // Without storage it holds until the page is left.
  }
  alertsOn.value = granted;
}

/** Whether the user wants to be told, and is not looking. */
export const alertsAreDue = () => alertsOn.value && document.hidden;

/**
 * Shows what is meant for the user.
 *
 * @param {Mention | MessageChange} event
 * @param {Room | null} room
 */
export function alertOf({ type, roomId, message }, room) {
  const isDirect = type === 'message.created' && room?.kind === 'direct';
  if (!isDirect && type !== 'mention') return;
  if (message.author.id === me.value?.id || message.deletedAt) return;
  const title = isDirect || !room ? message.author.name : `${message.author.name} · ${room.name}`;
  try {
    show(title, roomId, message);
  } catch {
    // Some phones know the word and not the deed: they leave notifications to service workers.
    alertsOn.value = false;
  }
}

/**
 * @param {string} title
 * @param {string} roomId
 * @param {Message} message
 */
function show(title, roomId, { seq, text }) {
  const shown = new Notification(title, {
    body: clip(text, LONGEST_TEXT),
    // A direct message that mentions its reader is told once.
    tag: `${roomId} ${seq}`,
    icon: './icons/favicon.svg',
  });
  shown.addEventListener('click', () => {
    window.focus();
    location.hash = roomHref(roomId);
    shown.close();
  });
}

function isWanted() {
  try {
    return localStorage.getItem(STORAGE_KEY) === 'on';
  } catch {
    return false;
  }
}
