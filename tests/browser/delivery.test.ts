import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser, openBlank } from '../support/browser.ts';
import { emailOf, passwordOf, signUp } from '../support/client.ts';
import { keptVersions } from '../support/offline.ts';
import { shareServer, startServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();

/** Keeps the names of the scripts that are there when the first view is shown. */
const RECORD = `new MutationObserver((_, observer) => {
  if (!document.querySelector('#app > *')) return;
  observer.disconnect();
  globalThis.loadedFirst = performance.getEntriesByType('resource').map(({ name }) => name)
    .filter((name) => /\\/v\\/.*\\.m?js$/.test(name));
}).observe(document, { childList: true, subtree: true })`;

inBrowser(
  'fetches all modules of the first view at once, for whoever is signed in or not',
  async () => {
    const preloaded = `[...document.querySelectorAll('link[rel=modulepreload]')].map(({ href }) => href)`;
    const { page } = await arrive(server, 'Ana');
    const stranger = await openBlank(server.url);
    const counts: number[] = [];
    for (const [one, button] of [
      [page, 'New room'],
      [stranger, 'Sign in'],
    ] as const) {
      await one.addInitScript(RECORD);
      await one.reload();
      await one.getByRole('button', { name: button }).waitFor();
      const listed = await one.evaluate<string[]>(preloaded);
      const loaded = await one.evaluate<string[]>('loadedFirst');
      expect(new Set(loaded)).toEqual(new Set(listed));
      counts.push(listed.length);
    }
    const [chat = 0, form = 0] = counts;
    expect(chat).toBeGreaterThan(100);
    // Each takes a slow phone some 10 ms.
    expect(form).toBeLessThanOrEqual(18);
  },
);

inBrowser('lets somebody sign in whose form could not load the rest at first', async () => {
  await signUp(server, 'Dora');
  const page = await openBlank('about:blank');
  let isAway = true;
  await page.route('**/state/client.js', async (route) =>
    isAway ? route.abort() : route.continue(),
  );
  await page.goto(server.url);
  await page.getByLabel('Email').fill(emailOf('Dora'));
  await page.getByLabel('Password').fill(passwordOf('Dora'));
  const submit = page.getByRole('button', { name: 'Sign in' });
  await submit.click();
  await page.getByRole('alert').filter({ hasText: 'The server cannot be reached.' }).waitFor();
  isAway = false;
  await submit.click();
  await page.getByRole('log', { name: 'Messages' }).waitFor();
});

inBrowser('says that a dialog could not be loaded, and loads it when asked again', async () => {
  const { page, complaints } = await arrive(server, 'Ben');
  let isAway = true;
  await page.route('**/views/new-room.js', async (route) =>
    isAway ? route.abort() : route.continue(),
  );
  await page.getByRole('button', { name: 'New room' }).click();
  const failed = page.getByRole('dialog', { name: 'This part of the page could not be loaded.' });
  await failed.waitFor();
  isAway = false;
  await failed.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('dialog', { name: 'New room' }).getByLabel('Room name').waitFor();
  expect(await page.getByRole('dialog').count()).toBe(1);
  expect(complaints.filter((text) => !text.includes('ERR_FAILED'))).toEqual([]);
});

inBrowser(
  'opens without the server, signed in or not, with the parts that load later',
  async () => {
    const away = await startServer();
    const cleo = await arrive(away, 'Cleo', { withWorker: true });
    const { page } = cleo;
    await page.getByRole('log', { name: 'Messages' }).waitFor();
    expect(await keptVersions(cleo)).toBe(1);
    await away.stop();
    await page.reload();
    await page
      .getByRole('status')
      .filter({ hasText: /Offline|Reconnecting/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'New room' }).click();
    await page.getByRole('dialog', { name: 'New room' }).waitFor();
    await page.evaluate(`localStorage.removeItem('charla.session')`);
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  },
);
