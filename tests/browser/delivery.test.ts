import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser, openBlank } from '../support/browser.ts';
import { keptVersions } from '../support/offline.ts';
import { shareServer, startServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();

inBrowser(
  'fetches all modules of the first view at once, for whoever is signed in or not',
  async () => {
    const preloaded = `[...document.querySelectorAll('link[rel=modulepreload]')].map(({ href }) => href)`;
    const loaded = `performance.getEntriesByType('resource').map(({ name }) => name)
    .filter((name) => /\\/v\\/.*\\.m?js$/.test(name))`;
    // Loaded once the first view is shown.
    const later = /\/(?:state\/(?:install|service-worker)|views\/attachments\/drop-target)\.js$/;
    const { page } = await arrive(server, 'Ana');
    await page.getByRole('log', { name: 'Messages' }).waitFor();
    const stranger = await openBlank(server.url);
    await stranger.getByRole('button', { name: 'Sign in' }).waitFor();
    for (const one of [page, stranger]) {
      const listed = await one.evaluate<string[]>(preloaded);
      expect(listed.length).toBeGreaterThan(20);
      const atOnce = (await one.evaluate<string[]>(loaded)).filter((name) => !later.test(name));
      expect(new Set(atOnce)).toEqual(new Set(listed.filter((name) => !later.test(name))));
    }
  },
);

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
