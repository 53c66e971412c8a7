// @ts-check
/** @import { EventOf } from '../../src/protocol/events.ts' */
/** @import { Room } from '../../src/protocol/resources.ts' */
import { signal } from '@preact/signals-core';
import { clip } from '../shared/graphemes.js';
import { onEvent } from './events.js';
import { roomHref } from './route.js';
import { me } from './session.js';

const STORAGE_KEY = 'charla.alerts';
const LONGEST_TEXT = 140;

/** Whether the browser can show notifications at all: not every one can, and only on secure origins. */
export const canAlert = 'Notification' in globalThis;

/** Whether the user wants notifications of mentions and direct messages while the page is hidden. */
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
    // Without storage the choice holds until the page is left.
  }
  alertsOn.value = granted;
}

/**
 * Notifications that are on the screen or about to be, by room and seq.
 *
 * @typedef {{ event: EventOf<'mention' | 'message.created'>, title: string, notification: Notification | null }} Alert
 * @type {Map<string, Alert>}
 */
const alerts = new Map();

// A message must not stay on the screen once it is deleted, read elsewhere, or no longer readable.
onEvent((event) => {
  if (event.type === 'message.deleted') {
    const { seq } = event.message;
    withdraw(event.roomId, (one) => one === seq);
  } else if (event.type === 'message.edited') {
    const alert = alerts.get(tagOf(event.message));
    if (!alert) return;
    alert.event = { ...alert.event, message: event.message };
    if (alert.notification) show(alert);
  } else if (event.type === 'read') {
    const { lastReadSeq } = event;
    withdraw(event.roomId, (seq) => seq <= lastReadSeq);
  } else if (event.type === 'room.deleted') {
    withdraw(event.roomId);
  } else if (event.type === 'member.left' && event.user.id === me.value?.id) {
    withdraw(event.roomId);
  }
});

/** Whether the user wants alerts and the page is hidden. */
export const alertsAreDue = () => alertsOn.value && document.hidden;

/**
 * Shows a notification of a message, if it is a mention of the user or a direct message to them.
 *
 * @param {EventOf<'mention' | 'message.created'>} event
 * @param {Promise<Room | null>} inRoom
 */
export async function alertOf(event, inRoom) {
  const tag = tagOf(event.message);
  /** @type {Alert} */
  const alert = { title: '', notification: null, ...alerts.get(tag), event };
  alerts.set(tag, alert);
  const room = await inRoom;
  const { type, message } = alert.event;
  const isDirect = type === 'message.created' && room?.kind === 'direct';
  const isForUser = isDirect || type === 'mention';
  // It may be withdrawn by now.
  if (alerts.get(tag) !== alert) return;
  if (!isForUser || message.author.id === me.value?.id || message.deletedAt) {
    if (!alert.notification) alerts.delete(tag);
    return;
  }
  alert.title = isDirect || !room ? message.author.name : `${message.author.name} · ${room.name}`;
  try {
    show(alert);
  } catch {
    // Some phones have the constructor, which throws: they leave notifications to service workers.
    alerts.delete(tag);
    alertsOn.value = false;
  }
}

/** @param {Alert} alert */
function show(alert) {
  const { roomId, message } = alert.event;
  // The same tag replaces: a direct message that mentions its reader is shown once.
  const tag = tagOf(message);
  const notification = new Notification(alert.title, {
    body: clip(message.text, LONGEST_TEXT),
    tag,
    icon: './icons/favicon.svg',
  });
  alert.notification = notification;
  notification.addEventListener('click', () => {
    window.focus();
    location.hash = roomHref(roomId);
    notification.close();
  });
  notification.addEventListener('close', () => {
    if (alerts.get(tag)?.notification === notification) alerts.delete(tag);
  });
}

/**
 * @param {string} roomId
 * @param {(seq: number) => boolean} [matches] all messages of the room without it
 */
function withdraw(roomId, matches = () => true) {
  for (const [tag, { notification, event }] of alerts) {
    if (event.roomId !== roomId || !matches(event.message.seq)) continue;
    alerts.delete(tag);
    notification?.close();
  }
}

/** @param {{ roomId: string, seq: number }} message */
const tagOf = ({ roomId, seq }) => `${roomId} ${seq}`;

function isWanted() {
  try {
    return localStorage.getItem(STORAGE_KEY) === 'on';
  } catch {
    return false;
  }
}
