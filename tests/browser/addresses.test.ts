import { expect } from 'vitest';
import {
  arrive,
  arriveByForm,
  inBrowser,
  launchBrowser,
  openTab,
  sees,
} from '../support/browser.ts';
import { generalRoom, postMessage, signUp } from '../support/client.ts';
import { away, keptIn, keptVersions, textsOf, waiting } from '../support/offline.ts';
import { line } from '../support/page.ts';
import { shareServer } from '../support/server.ts';
import { startSubPath } from '../support/sub-path.ts';

/* The page under addresses other than localhost, or a host name of its own with https. */

launchBrowser();
const server = shareServer();

inBrowser(
  'works over plain http from another machine, with two tabs and a reload while disconnected',
  async () => {
    const { port } = new URL(server.url);
    // The browser resolves it to this machine, but gives the page what it gives pages of others over http.
    const elsewhere = { url: `http://chat.test:${port}` };
    const [ana, bo] = [await arriveByForm(elsewhere, 'Ana'), await signUp(server, 'Bo')];
    const { page } = ana;
    const missing =
      '[isSecureContext, !!navigator.serviceWorker, !!navigator.locks, !!crypto.subtle, !!crypto.randomUUID]';
    expect(await page.evaluate(missing)).toEqual([false, false, false, false, false]);
    const general = await generalRoom(server, bo.token);
    const texts = () => textsOf(server, bo.token, general.id);
    await ana.say('```\nover http\n```');
    await expect.poll(texts).toEqual(['```\nover http\n```']);
    const code = line(ana, 'over http');
    // It is shown for two seconds.
    const copied = code.getByText('Copied', { exact: true }).waitFor();
    await Promise.all([copied, code.getByRole('button', { name: 'Copy' }).click()]);
    await postMessage(server, bo.token, general.id, 'I see you');
    await sees(ana, ['I see you']);
    await page.getByRole('button', { name: /Your profile/ }).click();
    await page.getByText('one that begins with https').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();

    // A moment later.
    await expect.poll(() => keptIn(ana, 'pages')).toContain('I see you');
    await page.context().route('**/auth/ticket', (route) => route.abort());
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    await ana.say('before the reload');
    await waiting(ana).waitFor();
    await page.reload();
    await sees(ana, ['I see you', 'before the reload']);
    const tab = await openTab(elsewhere, ana);
    await sees(tab, ['I see you', 'before the reload']);
    await page.context().unroute('**/auth/ticket');
    for (const one of [ana, tab])
      await one.page.evaluate(`window.dispatchEvent(new Event('online'))`);
    // Both tabs send it, since neither knows of the other: the server writes it once.
    for (const one of [ana, tab]) await waiting(one).waitFor({ state: 'detached' });
    expect((await texts()).slice(1)).toEqual(['I see you', 'before the reload']);
    // Two headers are of use to https only, and Chromium says so.
    const complaints = ana.complaints.filter((one) => !/Opener-Policy|Agent-Cluster/.test(one));
    expect(complaints.filter((one) => !away(one))).toEqual([]);
  },
);

inBrowser('works below a path of another site, behind a proxy that strips it', async () => {
  const below = await startSubPath(server);
  const cleo = await arrive(below, 'Cleo', { withWorker: true });
  const dan = await signUp(server, 'Dan');
  const general = await generalRoom(server, dan.token);
  const { page } = cleo;
  expect(new URL(page.url()).pathname).toBe('/chat/');
  await cleo.say('from below');
  await expect
    .poll(async () => (await textsOf(server, dan.token, general.id)).at(-1))
    .toBe('from below');
  await postMessage(server, dan.token, general.id, 'from the root');
  await sees(cleo, ['from below', 'from the root']);
  await page.getByRole('button', { name: 'New room' }).click();
  await page.getByLabel('Room name').fill('Cellar');
  await page.getByRole('button', { name: 'Create room' }).click();
  await page.getByRole('heading', { name: 'Cellar' }).waitFor();

  expect(await keptVersions(cleo)).toBe(1);
  const scope = `navigator.serviceWorker.ready.then(({ scope }) => scope)`;
  expect(await page.evaluate(scope)).toBe(`${below.url}/`);
  const devtools = await page.context().newCDPSession(page);
  const { url, errors, manifest } = await devtools.send('Page.getAppManifest');
  expect({ url, errors }).toEqual({ url: `${below.url}/manifest.webmanifest`, errors: [] });
  expect(manifest).toMatchObject({ startUrl: `${below.url}/`, scope: `${below.url}/` });
  await page.reload();
  await page.getByRole('heading', { name: 'Cellar' }).waitFor();
  expect(cleo.complaints).toEqual([]);
});
