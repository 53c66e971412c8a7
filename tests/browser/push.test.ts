import { expect } from 'vitest';
import { deleteMeta } from '../../src/store/queries/meta.ts';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { call, openDirect, postMessage, signUp, type At } from '../support/client.ts';
import { openDatabaseIn } from '../support/database.ts';
import { dialect } from '../support/dialect.ts';
import { allowNotifications, openPush, shownBy } from '../support/notifications.ts';
import { away } from '../support/offline.ts';
import { tokenOf } from '../support/page.ts';
import { startPushService, type Browser } from '../support/push-service.ts';
import { startServer, temporaryFolder, type Env } from '../support/server.ts';

launchBrowser();

const start = (env: Env) =>
  startServer({ ...env, WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' }, undefined, {
    pushTimes: { waitMs: 300, tickMs: 50, retryMs: 200, requestMs: 5000 },
  });

/** Chromium has no push service in the tests, so the page gets a subscription of theirs. It outlives a reload. */
const subscriptionsOf = (browser: Browser) => `
  const bytesOf = (key) =>
    Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0)).buffer;
  const present = () => {
    const key = localStorage.getItem('subscribedWith');
    return key && {
      endpoint: ${JSON.stringify(browser.endpoint)},
      options: { applicationServerKey: bytesOf(key) },
      unsubscribe: async () => localStorage.removeItem('subscribedWith'),
      toJSON: () => (${JSON.stringify(browser)}),
    };
  };
  PushManager.prototype.getSubscription = async () => present();
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    // As browsers do.
    if (present()) throw new DOMException('There is one with another key', 'InvalidStateError');
    localStorage.setItem('subscribedWith', applicationServerKey);
    return present();
  };
`;

const keyOf = async (server: At, token: string) =>
  (await call<{ publicKey: string }>(server, 'GET', '/push/key', { token })).body.publicKey;

inBrowser(
  'brings a direct message to the screen while the page is closed, also with new keys of the server',
  async () => {
    const first = await start({ DATA_DIR: temporaryFolder() });
    const ana = await arrive(first, 'Ana', { withWorker: true });
    const { page } = ana;
    const [bo, before] = [await signUp(first, 'Bo'), await signUp(first, 'Who was here before')];
    const token = await tokenOf(ana);
    const service = await startPushService();
    const browser = await service.subscribe(first, before);
    const worker = await allowNotifications(ana);
    const push = await openPush(page.context(), first.url);
    await page.addInitScript(subscriptionsOf(browser));
    await page.evaluate(subscriptionsOf(browser));
    await page.getByRole('button', { name: /Your profile/ }).click();
    await page.getByLabel(/Notify me of mentions/).check();
    await page.getByText('even while Charla is closed').waitFor();
    const key = await keyOf(first, token);
    const subscribedWith = () => page.evaluate<string>(`localStorage['subscribedWith']`);
    expect(await subscribedWith()).toBe(key);

    await first.stop();
    const database = await openDatabaseIn(first.dataDir, dialect());
    await deleteMeta(database.db, 'vapid_keys');
    await database.close();
    const server = await start({ DATA_DIR: first.dataDir, PORT: new URL(first.url).port });
    const newKey = await keyOf(server, token);
    expect(newKey).not.toBe(key);
    await page.reload();
    await expect.poll(subscribedWith).toBe(newKey);

    const { body: me } = await call<{ id: string }>(server, 'GET', '/users/me', { token });
    const { body: room } = await openDirect(server, bo.token, me.id);
    expect(ana.complaints.filter((one) => !away(one))).toEqual([]);
    await page.close();
    const { body: message } = await postMessage(server, bo.token, room.id, 'are you asleep?');
    await push(await browser.next());
    const shown = [
      { title: 'Bo', body: 'are you asleep?', data: { roomId: room.id, seq: message.seq } },
    ];
    await expect.poll(() => shownBy(worker), { timeout: 10_000 }).toEqual(shown);
  },
);
