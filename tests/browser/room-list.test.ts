import type { Route } from 'playwright-core';
import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { call, createRoom, joinRoom, signUp } from '../support/client.ts';
import { roomLink, tokenOf } from '../support/page.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();

inBrowser('keeps a new room when responses arrive that are older than it', async () => {
  const [ana, bo] = [await arrive(server, 'Ana'), await signUp(server, 'Bo')];
  const kitchen = await createRoom(server, bo.token, 'Kitchen');
  await joinRoom(server, await tokenOf(ana), kitchen.id);
  await createRoom(server, bo.token, 'Attic');
  const mine: (() => Promise<void>)[] = [];
  const found: (() => Promise<void>)[] = [];
  const hold = (list: typeof mine) => async (route: Route) => {
    const response = await route.fetch();
    list.push(() => route.fulfill({ response }));
  };
  await ana.page.route(/\/rooms\?.*scope=mine/, hold(mine));
  // Not the search for the room that everybody starts in, which a page without a room in its URL makes.
  await ana.page.route(/\/rooms\?(?!.*query=).*scope=public/, hold(found));
  // So that the page has no list of its own to show.
  await ana.page.evaluate(`indexedDB.deleteDatabase('charla')`);
  await ana.page.reload();
  // The list is loaded when the page opens, and again once the stream is open.
  await expect.poll(() => mine.length, { timeout: 10_000 }).toBe(2);
  await mine[0]!();
  await roomLink(ana, 'Kitchen').waitFor();
  await expect.poll(() => found.length).toBe(1);

  await createRoom(server, bo.token, 'Garden');
  const send = { token: bo.token, body: { text: 'it grows' } };
  await call(server, 'POST', `/rooms/${kitchen.id}/messages`, send);
  await roomLink(ana, 'Kitchen').getByText('1 unread message').waitFor();
  await mine[1]!();
  await expect.poll(() => found.length).toBe(2);
  await found[0]!();
  await roomLink(ana, 'Attic').waitFor();
  expect(await roomLink(ana, 'Garden').count()).toBe(1);
  expect(ana.complaints).toEqual([]);
});
