import type { CDPSession, Page } from 'playwright-core';
import { expect } from 'vitest';
import { arriveByForm, inBrowser, launchBrowser, sees } from '../support/browser.ts';
import { emailOf, generalRoom, passwordOf, signUp } from '../support/client.ts';
import { away, textsOf, waiting } from '../support/offline.ts';
import { tokenOf } from '../support/page.ts';
import { startServer } from '../support/server.ts';

/* A browser may keep nothing, run out of space, or clear what it has kept. Messages go out all the same. */

launchBrowser();

/** As where the user forbids sites to store data, and in private windows of some browsers. */
const NO_STORAGE = `
  const forbid = () => { throw new DOMException('The operation is insecure.', 'SecurityError'); };
  for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(window, name, { get: forbid });
  IDBFactory.prototype.open = forbid;
`;

const NOT_KEPT = 'What is not sent yet cannot be kept by this browser: keep this page open.';

inBrowser('sends where the browser forbids storage, and says what it cannot keep', async () => {
  const server = await startServer();
  const ana = await arriveByForm(server, 'Ana', (page) => page.addInitScript(NO_STORAGE));
  const { page } = ana;
  const bo = await signUp(server, 'Bo');
  const general = await generalRoom(server, bo.token);
  await page.getByText('after a reload you have to sign in again').waitFor();
  await ana.say('at once');
  await expect.poll(() => textsOf(server, bo.token, general.id)).toEqual(['at once']);
  expect(await page.getByText(NOT_KEPT).count()).toBe(0);

  await page.context().setOffline(true);
  await ana.say('later');
  await page.getByText(NOT_KEPT).waitFor();
  await page.context().setOffline(false);
  await expect.poll(() => textsOf(server, bo.token, general.id)).toEqual(['at once', 'later']);
  await sees(ana, ['at once', 'later']);
  await page.getByText(NOT_KEPT).waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(ana.complaints.filter((one) => !away(one))).toEqual([]);
});

/** The texts of the unsent messages that the browser keeps. */
const outbox = (page: Page) =>
  page.evaluate<string[]>(`new Promise((resolve) => {
    indexedDB.open('charla').onsuccess = ({ target: { result: database } }) => {
      const request = database.transaction('outbox').objectStore('outbox').getAll();
      request.onsuccess = () => {
        database.close();
        resolve(request.result.sort((a, b) => a.writtenAt - b.writtenAt).map(({ text }) => text));
      };
    };
  })`);

inBrowser(
  'sends where the storage is full, and keeps again what a clearing has deleted',
  async () => {
    const server = await startServer();
    const { origin } = new URL(server.url);
    let devtools!: CDPSession;
    // Before the first write: Chromium looks for free space once in 30 s.
    const ana = await arriveByForm(server, 'Ana', async (page) => {
      devtools = await page.context().newCDPSession(page);
      await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
    });
    const { page } = ana;
    const context = page.context();
    const token = await tokenOf(ana);
    const general = await generalRoom(server, token);
    const texts = ['no space for this', 'written before', 'written after'];
    await expect.poll(() => page.getByRole('status').innerText()).toBe('Connected');
    await context.setOffline(true);
    await ana.say(texts[0]!);
    await page.getByText(NOT_KEPT).waitFor();
    await context.setOffline(false);
    await expect.poll(() => textsOf(server, token, general.id)).toEqual([texts[0]]);
    await expect.poll(() => waiting(ana).count()).toBe(0);

    await devtools.send('Storage.overrideQuotaForOrigin', { origin });
    // Without tickets no socket opens; the page can be loaded again.
    await context.route('**/auth/ticket', (route) => route.abort());
    await context.setOffline(true);
    await context.setOffline(false);
    await ana.say(texts[1]!);
    await expect.poll(() => outbox(page)).toEqual([texts[1]]);
    await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await ana.say(texts[2]!);
    await expect.poll(() => outbox(page)).toEqual(texts.slice(1));
    expect(await page.getByText(NOT_KEPT).count()).toBe(0);
    await page.reload();
    await page.getByLabel('Email').fill(emailOf('Ana'));
    await page.getByLabel('Password').fill(passwordOf('Ana'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await sees(ana, texts.slice(1));
    expect(await waiting(ana).count()).toBe(2);
    await context.unroute('**/auth/ticket');
    await page.evaluate(`window.dispatchEvent(new Event('online'))`);
    await expect.poll(() => textsOf(server, token, general.id)).toEqual(texts);
    await sees(ana, texts);
    expect(ana.complaints.filter((one) => !away(one))).toEqual([]);
  },
);
