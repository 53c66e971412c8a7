import type { Route } from 'playwright-core';
import { expect } from 'vitest';
import type { Message } from '../../src/protocol/resources.ts';
import {
  arrive,
  inBrowser,
  launchBrowser,
  openTab,
  sees,
  type Person,
} from '../support/browser.ts';
import {
  call,
  createRoom,
  emailOf,
  generalRoom,
  passwordOf,
  signUp,
  type Account,
} from '../support/client.ts';
import { startChild } from '../support/child.ts';
import { enterRoom, roomLink, tokenOf } from '../support/page.ts';
import {
  away,
  cutLink,
  cutOff,
  kept,
  keptIn,
  letBack,
  textsOf,
  waiting,
} from '../support/offline.ts';
import { startServer, temporaryFolder } from '../support/server.ts';

/* What is written while the server is out of reach waits in the browser, and goes out once. */

launchBrowser();

const numbered = (words: string) => [1, 2, 3, 4, 5].map((i) => `${words} ${i}.`);

inBrowser(
  'sends once and in order what two rooms were told offline, over a reload and a closed tab',
  { timeout: 90_000 },
  async () => {
    let server = await startServer({ DATA_DIR: temporaryFolder() });
    const ana = await arrive(server, 'Ana');
    const token = await tokenOf(ana);
    const general = await generalRoom(server, token);
    const kitchen = await createRoom(server, token, 'Kitchen');
    const status = ana.page.getByRole('status');
    // The page may be connected before she belongs to the room, and a reloaded page joins no room to send to it.
    await ana.people.getByRole('button', { name: 'Ana' }).waitFor();
    await expect.poll(() => status.innerText()).toBe('Connected');
    server = await cutOff(server, ana);
    await expect.poll(() => status.innerText()).toBe('Reconnecting…');

    const [first, second] = [numbered('to general'), numbered('to the kitchen')];
    for (const text of first) await ana.say(text);
    await enterRoom(ana, 'Kitchen');
    for (const text of second) await ana.say(text);
    await expect.poll(() => waiting(ana).count()).toBe(5);
    await ana.page.reload();
    await sees(ana, second);
    expect(await waiting(ana).count()).toBe(5);
    expect(await textsOf(server, token, kitchen.id)).toEqual([]);

    const tab = await openTab(server, ana);
    await ana.page.close();
    await tab.page.goto(`${server.url}/#/rooms/${general.id}`);
    await sees(tab, first);
    await letBack(tab);
    await waiting(tab).first().waitFor({ state: 'detached' });
    await sees(tab, first);
    await roomLink(tab, 'Kitchen').click();
    await sees(tab, second);
    // The tab waits for five seconds whether the one that has closed comes back, and up to three to spread the load.
    const patience = { timeout: 30_000 };
    await expect.poll(() => textsOf(server, token, general.id), patience).toEqual(first);
    await expect.poll(() => textsOf(server, token, kitchen.id), patience).toEqual(second);
    expect([...ana.complaints, ...tab.complaints].filter((one) => !away(one))).toEqual([]);
  },
);

const sessionOf = async ({ page }: Person) =>
  JSON.parse(await page.evaluate<string>(`localStorage['charla.session']`)) as Account;

/** Puts the session of somebody into a browser, as their sign-in would after the one before has expired. */
async function becomes({ page }: Person, session: Account): Promise<void> {
  const stored = JSON.stringify(JSON.stringify(session));
  await page.evaluate(`localStorage.setItem('charla.session', ${stored})`);
  await page.reload();
  await page.locator('.chat').waitFor();
}

inBrowser(
  'shows what was refused until it is discarded, and unsent messages to nobody else',
  { timeout: 90_000 },
  async () => {
    let server = await startServer({ DATA_DIR: temporaryFolder() });
    const [ana, bo] = [await arrive(server, 'Ana'), await signUp(server, 'Bo')];
    const token = await tokenOf(ana);
    const session = await sessionOf(ana);
    const attic = await createRoom(server, bo.token, 'Attic');
    const general = await generalRoom(server, token);
    await roomLink(ana, 'Attic').click();
    await ana.people.getByRole('button', { name: 'Ana' }).waitFor();
    server = await cutOff(server, ana);
    await ana.say('too late');
    await enterRoom(ana, 'general');
    await ana.say('in time');
    await waiting(ana).waitFor();
    await call(server, 'DELETE', `/rooms/${attic.id}`, { token: bo.token });
    await letBack(ana);
    await waiting(ana).waitFor({ state: 'detached' });
    await sees(ana, ['in time']);
    const failed = ana.page.getByRole('link', { name: '1 message was not sent: Attic' });
    await failed.click();
    await ana.page.reload();
    await ana.page.getByText('This room was deleted').waitFor();
    await sees(ana, ['too late']);
    await ana.messages.getByRole('button', { name: 'Discard' }).click();
    await ana.messages.getByText('too late').waitFor({ state: 'detached' });
    await ana.page.goto(`${server.url}/#/rooms/${general.id}`);
    await sees(ana, ['in time']);
    await expect.poll(() => kept(ana)).toMatchObject({ outbox: 0 });

    await cutLink(ana);
    await ana.say('for my return');
    await waiting(ana).waitFor();
    await becomes(ana, bo);
    await letBack(ana);
    await sees(ana, ['in time']);
    expect(await ana.page.getByText('for my return').count()).toBe(0);
    expect(await textsOf(server, token, general.id)).toEqual(['in time']);
    await becomes(ana, session);
    await sees(ana, ['in time', 'for my return']);
    await waiting(ana).waitFor({ state: 'detached' });

    await cutLink(ana);
    await ana.say('not to be kept');
    await waiting(ana).waitFor();
    await ana.page.getByRole('button', { name: 'Sign out', exact: true }).click();
    const dialog = ana.page.getByRole('dialog');
    await dialog.getByText('1 message is not sent yet').waitFor();
    await dialog.getByRole('button', { name: 'Sign out and delete' }).click();
    await ana.page.getByLabel('Password').waitFor();
    await expect.poll(() => kept(ana)).toEqual({ files: 0, kept: 0, outbox: 0, pages: 0 });
    await letBack(ana);
    await ana.page.getByLabel('Email').fill(emailOf('Ana'));
    await ana.page.getByLabel('Password').fill(passwordOf('Ana'));
    await ana.page.getByRole('button', { name: 'Sign in' }).click();
    await sees(ana, ['in time', 'for my return']);
    await ana.say('the end');
    await waiting(ana).waitFor({ state: 'detached' });
    expect(await textsOf(server, bo.token, general.id)).toEqual([
      'in time',
      'for my return',
      'the end',
    ]);
    expect(ana.complaints.filter((one) => !away(one))).toEqual([]);
  },
);

inBrowser(
  'opens at once from what it kept while the server does not respond, and catches up',
  { timeout: 90_000 },
  async () => {
    const server = await startServer();
    const [ana, bo] = [await arrive(server, 'Ana'), await signUp(server, 'Bo')];
    const token = await tokenOf(ana);
    const general = await generalRoom(server, token);
    const [kitchen, garden] = [
      await createRoom(server, bo.token, 'Kitchen'),
      await createRoom(server, bo.token, 'Garden'),
    ];
    const as = (method: string, path: string, body?: object) =>
      call<Message>(server, method, path, { token: bo.token, ...(body && { body }) });
    const say = async (roomId: string, text: string) =>
      (await as('POST', `/rooms/${roomId}/messages`, { text })).body.seq;
    await say(general.id, 'stays');
    const [edited, deleted] = [
      await say(general.id, 'edit me'),
      await say(general.id, 'delete me'),
    ];
    const elsewhere = await say(kitchen.id, 'boil the secret');
    await say(garden.id, 'plant the secret');
    for (const [name, text] of [
      ['Kitchen', 'boil the'],
      ['Garden', 'plant the'],
      ['general', 'delete me'],
    ]) {
      await roomLink(ana, name!).click();
      await ana.messages.getByText(text!).waitFor();
    }
    await expect.poll(() => keptIn(ana, 'pages')).toMatch(/boil.*plant|plant.*boil/);
    // Its first value is the room that was open last.
    await expect.poll(() => keptIn(ana, 'kept'), { timeout: 5000 }).toContain(`["${general.id}"`);

    // The files of the page arrive; nothing else does.
    const held: Route[] = [];
    const isCall = (url: URL) => /^\/(auth|rooms|users|notifications|push)/.test(url.pathname);
    const context = ana.page.context();
    await context.route(isCall, (route) => void held.push(route));
    await ana.page.close();
    const tab = await openTab(server, ana);
    await sees(tab, ['stays', 'edit me', 'delete me']);
    await roomLink(tab, 'Kitchen').waitFor();
    const status = tab.page.getByRole('status');
    await status.getByText('Reconnecting…').waitFor();
    await as('PATCH', `/rooms/${general.id}/messages/${edited}`, { text: 'edited away' });
    await as('DELETE', `/rooms/${general.id}/messages/${deleted}`);
    await as('DELETE', `/rooms/${garden.id}/users/${(await sessionOf(tab)).user.id}?ban=true`);
    await say(general.id, 'news');
    await context.unroute(isCall);
    // Those of the page that was left are gone.
    for (const route of held) await route.abort().catch(() => {});

    await status.getByText('Connected').waitFor({ state: 'attached' });
    await sees(tab, ['stays', 'edited away', 'news']);
    expect(await tab.messages.getByText('delete me').count()).toBe(0);
    await roomLink(tab, 'Garden').waitFor({ state: 'detached' });
    // A room that is not open is kept without the deleted text, too.
    await as('DELETE', `/rooms/${kitchen.id}/messages/${elsewhere}`);
    await expect
      .poll(() => keptIn(tab, 'pages'), { timeout: 10_000 })
      .not.toMatch(/secret|delete me/);
    expect(await keptIn(tab, 'pages')).toContain('edited away');
    expect([...ana.complaints, ...tab.complaints].filter((one) => !away(one))).toEqual([]);
  },
);

inBrowser(
  'loses nothing when the server is killed under two tabs, one of which closes',
  { timeout: 90_000 },
  async () => {
    const dataDir = temporaryFolder();
    const first = await startChild({ DATA_DIR: dataDir });
    const ana = await arrive(first, 'Ana');
    const other = await openTab(first, ana);
    const token = await tokenOf(ana);
    const general = await generalRoom(first, token);
    await other.page.goto(`${first.url}/#/rooms/${general.id}`);
    for (const { page } of [ana, other])
      await page.getByRole('status').getByText('Connected').waitFor({ state: 'attached' });
    first.kill('SIGKILL');
    await first.exited;
    await ana.say('written in the first tab');
    await other.say('written in the second tab');
    await waiting(ana).waitFor();
    await waiting(other).waitFor();
    await ana.page.close();
    const second = await startChild({ DATA_DIR: dataDir, PORT: new URL(first.url).port });
    await sees(other, ['written in the first tab']);
    await waiting(other).first().waitFor({ state: 'detached' });
    const texts = await textsOf(second, token, general.id);
    expect(texts.toSorted()).toEqual(['written in the first tab', 'written in the second tab']);
    await sees(other, texts);
  },
);
