import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser, sees } from '../support/browser.ts';
import { generalRoom } from '../support/client.ts';
import { away, keptVersions, textsOf, waiting } from '../support/offline.ts';
import { tokenOf } from '../support/page.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();

const HALF_A_MINUTE = 30_000;

inBrowser(
  'sends ten messages of a minute without a network, a reload in between, once each',
  async () => {
    const ana = await arrive(server, 'Ana', { withWorker: true });
    const bo = await arrive(server, 'Bo');
    const token = await tokenOf(ana);
    const general = await generalRoom(server, token);
    const { page } = ana;
    await keptVersions(ana);
    const status = page.getByRole('status');
    await expect.poll(() => status.innerText()).toBe('Connected');

    // The network is off for as long as the page's own clock takes for a minute: it has the pauses of its attempts.
    await page.clock.install();
    const startedAt = await page.evaluate<number>('Date.now()');
    await page.context().setOffline(true);
    await status.getByText('Offline').waitFor();
    const texts = Array.from({ length: 10 }, (_, i) => `written offline ${i + 1}.`);
    for (const text of texts.slice(0, 5)) await ana.say(text);
    await page.clock.runFor(HALF_A_MINUTE);
    await page.reload();
    await sees(ana, texts.slice(0, 5));
    await status.getByText('Offline').waitFor();
    for (const text of texts.slice(5)) await ana.say(text);
    await page.clock.runFor(HALF_A_MINUTE);
    await sees(ana, texts);
    expect(await waiting(ana).count()).toBe(10);
    expect(await page.evaluate<number>('Date.now()')).toBeGreaterThan(startedAt + 60_000);
    expect(await textsOf(server, token, general.id)).toEqual([]);

    await page.context().setOffline(false);
    await sees(bo, texts);
    await expect.poll(() => waiting(ana).count()).toBe(0);
    await sees(ana, texts);
    expect(await textsOf(server, token, general.id)).toEqual(texts);
    await page.reload();
    await sees(ana, texts);
    await expect.poll(() => status.innerText()).toBe('Connected');
    expect(await textsOf(server, token, general.id)).toEqual(texts);
    expect(ana.complaints.filter((one) => !away(one))).toEqual([]);
    expect(bo.complaints).toEqual([]);
  },
);
