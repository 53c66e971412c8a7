import type { BrowserContext, Worker } from 'playwright-core';
import type { Person } from './browser.ts';

/** A notification on the screen. */
export interface Shown {
  readonly title: string;
  readonly body: string;
  readonly data: { readonly roomId: string; readonly seq: number };
}

/** Has somebody allow notifications, and returns the service worker of their page. */
export async function allowNotifications({ page }: Person): Promise<Worker> {
  const context = page.context();
  await context.grantPermissions(['notifications']);
  const started = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  return started;
}

/**
 * What is on the screen, by title: browsers keep no order. Read in the worker's turn, since Chromium forgets a
 * notification that is being shown while somebody reads them.
 */
export const shownBy = (worker: Worker) =>
  worker.evaluate<Shown[]>(`
    new Promise((resolve) => inTurn(async () => {
      const all = await registration.getNotifications();
      resolve(all.map(({ title, body, data }) => ({ title, body, data }))
        .toSorted((a, b) => a.title.localeCompare(b.title)));
      return false;
    }))
  `);

/** What the user does with the notification of a room; browsers let no test do it with a real one. */
export const touch = (
  worker: Worker,
  type: 'notificationclick' | 'notificationclose',
  tag: string,
) =>
  worker.evaluate(
    `registration.getNotifications({ tag: '${tag}' }).then(([notification]) => {
      dispatchEvent(new NotificationEvent('${type}', { notification }));
      if ('${type}' === 'notificationclose') notification.close();
    })`,
  );

/** Returns a function that delivers push messages to the service worker, from a blank page that stays open. */
export async function openPush(
  context: BrowserContext,
  origin: string,
): Promise<(payload: unknown) => Promise<void>> {
  const session = await context.newCDPSession(await context.newPage());
  const registered = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const found = registrations.find(({ scopeURL }) => scopeURL === `${origin}/`);
      if (found) resolve(found.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  const registrationId = await registered;
  return async (payload) => {
    const data = JSON.stringify(payload);
    await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });
  };
}
