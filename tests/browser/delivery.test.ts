import type { Page } from 'playwright-core';
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

const submit = (page: Page) => page.getByRole('button', { name: 'Sign in' });

/** Loads the page anew, and returns how many modules its first view has: those that the HTML lists, and no others. */
async function modulesOfFirstView(page: Page, button: string): Promise<number> {
  await page.reload();
  await page.getByRole('button', { name: button }).waitFor();
  const preloaded = `[...document.querySelectorAll('link[rel=modulepreload]')].map(({ href }) => href)`;
  const listed = await page.evaluate<string[]>(preloaded);
  const loaded = await page.evaluate<string[]>('loadedFirst');
  expect(new Set(loaded)).toEqual(new Set(listed));
  return listed.length;
}

inBrowser(
  'fetches all modules of the first view at once, signed in or not, and others when asked again if that failed',
  async () => {
    await signUp(server, 'Dora');
    const page = await openBlank('about:blank');
    await page.addInitScript(RECORD);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    let isAway = true;
    const cut = async (file: string) =>
      page.route(`**/${file}`, async (route) => (isAway ? route.abort() : route.continue()));
    await cut('state/client.js');
    await cut('views/new-room.js');
    await page.goto(server.url);
    // Each takes a slow phone some 10 ms.
    expect(await modulesOfFirstView(page, 'Sign in')).toBeLessThanOrEqual(18);

    // Somebody signs in whose form could not load the rest at first.
    await page.getByLabel('Email').fill(emailOf('Dora'));
    await page.getByLabel('Password').fill(passwordOf('Dora'));
    await submit(page).click();
    await page.getByRole('alert').filter({ hasText: 'The server cannot be reached.' }).waitFor();
    isAway = false;
    await submit(page).click();
    await page.getByRole('log', { name: 'Messages' }).waitFor();
    expect(await modulesOfFirstView(page, 'New room')).toBeGreaterThan(100);

    // A dialog that could not be loaded says so.
    isAway = true;
    await page.getByRole('button', { name: 'New room' }).click();
    const failed = page.getByRole('dialog', {
      name: 'This part of the page could not be loaded.',
    });
    await failed.waitFor();
    isAway = false;
    await failed.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('dialog', { name: 'New room' }).getByLabel('Room name').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(1);
    expect(complaints).toEqual([]);
  },
);

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
