import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { call, openDirect, postMessage, signUp } from '../support/client.ts';
import { allowNotifications, openPush, shownBy } from '../support/notifications.ts';
import { tokenOf } from '../support/page.ts';
import { startPushService } from '../support/push-service.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer({ WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' }, undefined, undefined, {
  pushTimes: { waitMs: 300, tickMs: 50, retryMs: 200, requestMs: 5000 },
});

inBrowser('brings a direct message to the screen while the page is closed', async () => {
  const [ana, bo] = [await arrive(server, 'Ana', { withWorker: true }), await signUp(server, 'Bo')];
  const token = await tokenOf(ana);
  const service = await startPushService();
  // Chromium has no push service in the tests, so the page gets a subscription of theirs.
  const browser = await service.subscribe(
    server,
    await signUp(server, 'Who had the browser before'),
  );
  const worker = await allowNotifications(ana);
  const push = await openPush(ana.page.context(), server.url);
  await ana.page.evaluate(`
    const subscription = {
      endpoint: ${JSON.stringify(browser.endpoint)},
      toJSON: () => (${JSON.stringify(browser)}),
    };
    PushManager.prototype.getSubscription = async () => window.subscribed ?? null;
    PushManager.prototype.subscribe = async (options) => {
      window.subscribedWith = options.applicationServerKey;
      return (window.subscribed = subscription);
    };
  `);
  await ana.page.getByRole('button', { name: /Your profile/ }).click();
  await ana.page.getByLabel(/Notify me of mentions/).check();
  await ana.page.getByText('even while Charla is closed').waitFor();
  const { body: key } = await call<{ publicKey: string }>(server, 'GET', '/push/key', { token });
  expect(await ana.page.evaluate('window.subscribedWith')).toBe(key.publicKey);

  const { body: me } = await call<{ id: string }>(server, 'GET', '/users/me', { token });
  const { body: room } = await openDirect(server, bo.token, me.id);
  expect(ana.complaints).toEqual([]);
  await ana.page.close();
  const { body: message } = await postMessage(server, bo.token, room.id, 'are you asleep?');
  await push(await browser.next());
  const shown = [
    { title: 'Bo', body: 'are you asleep?', data: { roomId: room.id, seq: message.seq } },
  ];
  await expect.poll(() => shownBy(worker), { timeout: 10_000 }).toEqual(shown);
});
