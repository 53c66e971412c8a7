// @ts-check
/** @import { EventOf } from '../../src/protocol/events.ts' */
import { computed, effect, signal } from '@preact/signals-core';
import { lineOf } from '../i18n/file-texts.js';
import { clip } from '../shared/graphemes.js';
import { readSetting, storeSetting } from './device-settings.js';
import { onEvent } from './events.js';
import { closeNotices, reviseNotice, showNotice } from './notices.js';
import { isNotified } from './notify-levels.js';
import { subscribe, unsubscribe } from './push.js';
import { knownRoom, roomsState } from './room-list.js';
import { route } from './route.js';
import { onWorkerMessage, onWorkerReady } from './service-worker.js';
import { api } from './client.js';
import { me } from './session.js';
import { canSound, playTone } from './tone.js';

const SETTING = 'charla.alerts';
const LONGEST_TEXT = 140;

/** Whether the browser can show notifications at all: not every one can, and none on an insecure origin. */
export const canAlert = isSecureContext && 'Notification' in globalThis;

/** Whether the user wants notifications on this device. */
export const alertsOn = signal(
  canAlert && Notification.permission === 'granted' && readSetting(SETTING) === 'on',
);

/**
 * Turns them on, which asks the browser for permission, or off.
 *
 * @param {boolean} wanted
 */
export async function setAlerts(wanted) {
  const granted = wanted && (await Notification.requestPermission()) === 'granted';
  storeSetting(SETTING, granted ? 'on' : 'off');
  alertsOn.value = granted;
}

/** Keeps the subscription for push messages in step with the user's wish and the session. */
export function followAlerts() {
  const isWanted = computed(() => alertsOn.value && me.value !== null);
  // Push messages are for a service worker.
  onWorkerReady(() => void effect(() => (isWanted.value ? subscribe() : unsubscribe())));
  onWorkerMessage(({ type }) => {
    // The browser has made a new subscription, which only a page can pass on.
    if (type === 'subscribed' && isWanted.peek()) subscribe();
  });
}

/** The newest message of each room that the user was alerted of, by the room's id. */
const alerted = new Map();

/** Notifications appear and go in the order of events. */
let turn = Promise.resolve();

/** @param {() => Promise<void>} work */
function inTurn(work) {
  turn = turn.then(work).catch(() => {
    // The browser refuses to show any: some phones do without a service worker.
    alertsOn.value = false;
  });
}

// A message must not stay on the screen once it is deleted, read elsewhere, or no longer readable.
onEvent((event) => {
  if (event.type === 'message.deleted') {
    const { roomId, seq } = event.message;
    inTurn(() => closeNotices((one) => one.roomId === roomId && one.seq === seq));
  } else if (event.type === 'message.edited') {
    const { roomId, seq } = event.message;
    inTurn(() => reviseNotice({ roomId, seq, body: clip(lineOf(event.message), LONGEST_TEXT) }));
  } else if (event.type === 'read') {
    const { roomId, lastReadSeq } = event;
    inTurn(() => closeNotices((one) => one.roomId === roomId && one.seq <= lastReadSeq));
  } else if (event.type === 'room.deleted') {
    closeRoom(event.roomId);
  } else if (event.type === 'member.left' && event.user.id === me.value?.id) {
    closeRoom(event.roomId);
  }
});

/** @param {string} roomId */
const closeRoom = (roomId) => inTurn(() => closeNotices((one) => one.roomId === roomId));

// What was pushed may be out of date when a page opens, and is nobody else's business once the user has signed out.
effect(() => {
  const isSignedOut = me.value === null;
  if (isSignedOut) inTurn(() => closeNotices(() => true));
  else if (roomsState.value === 'ready') inTurn(() => closeNotices(isRead));
});

/** @param {{ roomId: string, seq: number }} place */
const isRead = ({ roomId, seq }) => seq <= (knownRoom(roomId)?.lastReadSeq ?? 0);

/**
 * Alerts the user of a message, if they want to be notified of it: by a notification while the page is hidden, and by
 * a tone, which comes also while they look at something else on the page.
 *
 * @param {EventOf<'mention' | 'message.created'>} event
 */
export function alertOf({ message }) {
  const { roomId, seq, author } = message;
  const isLookedAt = !document.hidden && route.peek().roomId === roomId;
  const isWanted = document.hidden ? alertsOn.peek() : canSound();
  // A message that mentions its reader has two events.
  if (isLookedAt || !isWanted || seq <= (alerted.get(roomId) ?? 0)) return;
  const known = knownRoom(roomId);
  if (known && !isNotified(message, known)) return;
  alerted.set(roomId, seq);
  inTurn(async () => {
    // The first message of a new direct room may arrive before the list has the room.
    const room = known ?? (await api.getRoom(roomId).catch(() => null));
    const isNewest = alerted.get(roomId) === seq;
    if (!isNewest || !room || !isNotified(message, room)) return;
    const title = room.kind === 'direct' ? author.name : `${author.name} · ${room.name}`;
    const notice = { roomId, seq, title, body: clip(lineOf(message), LONGEST_TEXT) };
    if (!document.hidden || (await showNotice(notice, { silent: canSound() }))) void playTone();
  });
}
