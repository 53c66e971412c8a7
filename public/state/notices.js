// @ts-check
import { messageHref } from './route.js';
import { activeRegistration } from './service-worker.js';

/**
 * The notification of a message; there is one a room.
 *
 * @typedef {{ roomId: string, seq: number, title: string, body: string }} Notice
 * @typedef {Omit<Notice, 'body'> & { close: () => void }} ShownNotice
 */

/** Workers answer within milliseconds, unless the browser stops them. */
const LONGEST_WAIT_MS = 5_000;

/** @type {Map<string, ShownNotice>} those of a page without a service worker, by room */
const own = new Map();

/**
 * Shows a notification, which replaces an older one of the room. Where there is a service worker, it decides: it knows
 * the user's other pages, and what was pushed.
 *
 * @param {Notice} notice
 * @param {{ silent: boolean }} how
 * @returns {Promise<boolean>} whether it is shown
 */
export async function showNotice(notice, { silent }) {
  const registration = await activeRegistration();
  if (registration) return tell(registration, { type: 'alert', notice, silent });
  showHere(notice, { silent });
  return true;
}

/**
 * Replaces the text of a notification that is still on the screen.
 *
 * @param {Omit<Notice, 'title'>} revised
 */
export async function reviseNotice(revised) {
  const shown = await shownNotices();
  const before = shown.find(({ roomId, seq }) => roomId === revised.roomId && seq === revised.seq);
  if (!before) return;
  const notice = { ...revised, title: before.title };
  const registration = await activeRegistration();
  if (registration) await tell(registration, { type: 'revise', notice, silent: true });
  else showHere(notice, { silent: true });
}

/**
 * Takes notifications off the screen, also those that were pushed.
 *
 * @param {(place: { roomId: string, seq: number }) => boolean} matches
 */
export async function closeNotices(matches) {
  for (const notice of await shownNotices()) if (matches(notice)) notice.close();
}

/** @returns {Promise<ShownNotice[]>} */
async function shownNotices() {
  const registration = await activeRegistration();
  if (!registration) return [...own.values()];
  return (await registration.getNotifications()).map((notification) => {
    const { roomId, seq } = /** @type {{ roomId: string, seq: number }} */ (notification.data);
    return { roomId, seq, title: notification.title, close: () => notification.close() };
  });
}

/**
 * Resolves once the worker has done it, so that whatever comes next finds the notification.
 *
 * @param {ServiceWorkerRegistration} registration
 * @param {{ type: 'alert' | 'revise', notice: Notice, silent: boolean }} message
 * @returns {Promise<boolean>} whether it is shown
 */
async function tell({ active }, message) {
  const { port1, port2 } = new MessageChannel();
  active?.postMessage(message, [port2]);
  /** @type {boolean} */
  const isShown = await new Promise((resolve) => {
    port1.addEventListener('message', ({ data }) => resolve(data === true), { once: true });
    port1.start();
    setTimeout(() => resolve(false), LONGEST_WAIT_MS);
  });
  port1.close();
  return isShown;
}

/**
 * @param {Notice} notice
 * @param {{ silent: boolean }} how
 */
function showHere({ roomId, seq, title, body }, { silent }) {
  const icon = './icons/icon-192.png';
  const notification = new Notification(title, { body, silent, icon, tag: roomId });
  const forget = () => {
    if (own.get(roomId) === shown) own.delete(roomId);
  };
  const close = () => {
    notification.close();
    forget();
  };
  const shown = { roomId, seq, title, close };
  own.set(roomId, shown);
  notification.addEventListener('click', () => {
    window.focus();
    location.hash = messageHref(roomId, seq);
    close();
  });
  notification.addEventListener('close', forget);
}
