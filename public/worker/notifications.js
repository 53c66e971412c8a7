// @ts-check
/* Notifications: of messages that the server pushes, and of those that an open page reports. */

/**
 * A message that concerns the user. Servers push it with the names; pages make the title themselves.
 *
 * @typedef {object} Notice
 * @property {string} roomId
 * @property {number} seq
 * @property {string} title
 * @property {string} body
 *
 * @typedef {{ type: 'message', roomId: string, roomName: string, kind: 'public' | 'private' | 'direct', seq: number,
 *   author: string, text: string }} Push
 */

/**
 * The newest messages whose notifications the user has closed, by room. A page reports a message at once, and the
 * server pushes it 5 s later. The worker lives longer than that, so memory is enough.
 *
 * @type {Map<string, number>}
 */
const dismissed = new Map();

/** Notifications are shown one after the other, so that each sees the one before. */
let turn = Promise.resolve(false);

worker.addEventListener('push', (event) => event.waitUntil(pushed(event.data)));

worker.addEventListener('message', (event) => {
  const { type, notice, silent } =
    /** @type {{ type: string, notice: Notice, silent: boolean }} */ (event.data);
  const from = event.source instanceof WindowClient ? event.source.id : '';
  const [port] = event.ports;
  if (type === 'alert') event.waitUntil(answer(port, () => alertOf(notice, { silent, from })));
  else if (type === 'revise') event.waitUntil(answer(port, () => revise(notice)));
});

worker.addEventListener('notificationclose', ({ notification }) => {
  const { roomId, seq } = noticeOf(notification);
  dismissed.set(roomId, Math.max(seq, dismissed.get(roomId) ?? 0));
});

worker.addEventListener('notificationclick', (event) => {
  const { notification } = event;
  notification.close();
  event.waitUntil(openMessage(noticeOf(notification)));
});

// The server learns of the new subscription from a page, which alone has the user's token: an open one now, or the
// next one that opens.
worker.addEventListener('pushsubscriptionchange', (event) =>
  event.waitUntil(subscribeAgain(event)),
);

/** @param {PushMessageData | null} data */
async function pushed(data) {
  const push = /** @type {Push} */ (data?.json());
  const { roomId, seq, kind, author, roomName, text } = push;
  const title = kind === 'direct' ? author : `${author} · ${roomName}`;
  const notice = { roomId, seq, title, body: text };
  if (!(await inTurn(() => alertOf(notice)))) await satisfyService(notice);
}

/**
 * @param {MessagePort} port
 * @param {() => Promise<boolean>} work
 */
async function answer(port, work) {
  port.postMessage(await inTurn(work));
}

/** @param {() => Promise<boolean>} work returns whether it has shown a notification */
function inTurn(work) {
  // The user may withdraw the permission at any time: then nothing is shown.
  turn = turn.then(work).catch(() => false);
  return turn;
}

/**
 * Shows a notification, unless the user looks at the page or has had one of the message. Returns whether it did.
 *
 * @param {Notice} notice
 * @param {{ silent?: boolean, from?: string }} [how] `from`: the page that reports the message, which knows itself
 *   whether it is looked at
 */
async function alertOf(notice, { silent = false, from = '' } = {}) {
  const { roomId, seq } = notice;
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (windows.some(({ id, visibilityState }) => id !== from && visibilityState === 'visible'))
    return false;
  const before = await worker.registration.getNotifications({ tag: roomId });
  const known = Math.max(dismissed.get(roomId) ?? 0, ...before.map((one) => noticeOf(one).seq));
  if (seq <= known) return false;
  await show(notice, { silent, renotify: before.length > 0 });
  return true;
}

/**
 * Replaces the text of a notification that is still on the screen.
 *
 * @param {Notice} notice
 */
async function revise(notice) {
  const before = await worker.registration.getNotifications({ tag: notice.roomId });
  if (!before.some((one) => noticeOf(one).seq === notice.seq)) return false;
  await show(notice, { silent: true });
  return true;
}

/**
 * Apple withdraws the permission of pages that show nothing for a push, also while they are looked at. Chromium and
 * Firefox show nothing then, as a chat should.
 *
 * @param {Notice} notice
 */
async function satisfyService(notice) {
  const subscription = await worker.registration.pushManager.getSubscription();
  const service = subscription && new URL(subscription.endpoint).hostname;
  if (service?.endsWith('.push.apple.com')) await show(notice, { silent: true });
}

/**
 * One notification a room: a newer one replaces it.
 *
 * @param {Notice} notice
 * @param {{ renotify?: boolean, silent?: boolean }} how
 */
async function show({ title, body, roomId, seq }, how) {
  await worker.registration.showNotification(title, {
    body,
    dir: 'auto',
    tag: roomId,
    icon: './icons/icon-192.png',
    badge: './icons/badge-96.png',
    data: { roomId, seq },
    ...how,
  });
  await countOnIcon();
}

/** While no page is open, the app's icon counts the rooms with notifications. */
async function countOnIcon() {
  const shown = await worker.registration.getNotifications();
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (windows.length === 0) await worker.navigator.setAppBadge?.(shown.length);
}

/**
 * Focuses an open page and takes it to the message, or opens one there.
 *
 * @param {{ roomId: string, seq: number }} place
 */
async function openMessage({ roomId, seq }) {
  const href = `#/rooms/${encodeURIComponent(roomId)}/at/${seq}`;
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const [page] = windows.filter(({ frameType }) => frameType === 'top-level');
  if (!page) {
    await worker.clients.openWindow(new URL(href, worker.registration.scope));
    return;
  }
  page.postMessage({ type: 'open', href });
  await page.focus();
}

/** @param {PushSubscriptionChangeEvent} event */
async function subscribeAgain({ oldSubscription }) {
  const key = oldSubscription?.options.applicationServerKey;
  if (!key) return;
  await worker.registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  for (const page of windows) page.postMessage({ type: 'subscribed' });
}

/** @param {Notification} notification */
const noticeOf = ({ data }) => /** @type {{ roomId: string, seq: number }} */ (data);
