import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser, type Person } from '../support/browser.ts';
import { createRoom, generalRoom, joinRoom, postMessage, signUp } from '../support/client.ts';
import { away, waiting } from '../support/offline.ts';
import { enterRoom, line, roomLink, searchFor, tokenOf } from '../support/page.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();

/** Fails all requests to these paths, and counts them, until `end` is called. */
async function block({ page }: Person, paths: RegExp) {
  let failed = 0;
  await page.route(paths, (route) => {
    failed += 1;
    return route.abort();
  });
  return { failed: () => failed, end: () => page.unroute(paths) };
}

/** From now on nothing is tried again by itself. */
const FREEZE = `
  const later = window.setTimeout;
  window.setTimeout = (work, ms, ...args) => (window.isFrozen && ms > 500 ? 0 : later(work, ms, ...args));
`;

inBrowser('tries again what has failed, at the push of a button', async () => {
  const [ana, bo] = [await arrive(server, 'Ana'), await signUp(server, 'Bo')];
  const kitchen = await createRoom(server, bo.token, 'Kitchen');
  await joinRoom(server, await tokenOf(ana), kitchen.id);
  await postMessage(server, bo.token, kitchen.id, 'the soup is ready');
  const again = ana.page.getByRole('button', { name: 'Try again' });

  const rooms = await block(ana, /\/rooms\?.*scope=mine/);
  // So that the page has no list of its own to show.
  await ana.page.evaluate(`indexedDB.deleteDatabase('charla')`);
  await ana.page.goto(`${server.url}/#/`);
  await ana.page.reload();
  await ana.page.getByText('The rooms could not be loaded.').waitFor();
  // The list is loaded when the page opens, and again once the stream is open.
  await expect.poll(rooms.failed).toBe(2);
  await rooms.end();
  await again.click();
  await roomLink(ana, 'Kitchen').waitFor();

  const history = await block(ana, /\/rooms\/[^/]+\/messages/);
  await enterRoom(ana, 'Kitchen');
  await ana.page.getByText('The messages could not be loaded.').waitFor();
  await history.end();
  await again.click();
  await line(ana, 'the soup is ready').waitFor();

  const search = await block(ana, /\/search\?/);
  await searchFor(ana, 'soup');
  await ana.page.getByText('The search failed.').waitFor();
  await search.end();
  await again.click();
  await ana.page.getByText('1 message found').waitFor({ state: 'attached' });
  expect(ana.complaints.filter((one) => !away(one))).toEqual([]);
});

inBrowser(
  'reconnects at once when told to, and keeps the session while a message waits',
  async () => {
    const ana = await arrive(server, 'Cleo');
    const { page } = ana;
    const general = await generalRoom(server, await tokenOf(ana));
    await page.addInitScript(FREEZE);
    const tickets = await block(ana, /\/auth\/ticket/);
    await page.goto(`${server.url}/#/rooms/${general.id}`);
    await page.reload();
    const status = page.getByRole('status');
    await status.getByText('Reconnecting…').waitFor();
    await ana.say('from afar');
    await waiting(ana).waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stay signed in' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await waiting(ana).waitFor();

    await page.evaluate('window.isFrozen = true');
    // It ends what was to be tried again by itself.
    const failed = page.waitForEvent('requestfailed');
    await page.getByRole('button', { name: 'Try now' }).click();
    await failed;
    await tickets.end();
    await page.getByRole('button', { name: 'Try now' }).click();
    await status.getByText('Connected').waitFor({ state: 'attached' });
    await waiting(ana).waitFor({ state: 'detached' });
    expect(ana.complaints.filter((one) => !away(one))).toEqual([]);
  },
);
