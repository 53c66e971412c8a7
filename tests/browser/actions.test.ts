import { expect } from 'vitest';
import type { User } from '../../src/protocol/resources.ts';
import { inBrowser, launchBrowser, shareArrivals } from '../support/browser.ts';
import { call, emailOf, generalRoom, openSocket, passwordOf } from '../support/client.ts';
import { createRoomJob, openFilling, registerJob } from '../support/filling.ts';
import { about, choose, enterRoom, line, roomLink, tokenOf } from '../support/page.ts';
import { shareServer } from '../support/server.ts';
import { sendAtOnce } from '../support/until.ts';

/* What people do on the page and no other test does; each action shows in another browser, or on the server. */

launchBrowser();

const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(1000 + i));

/** More people in a room, and more rooms, than a page of a list has. */
const server = shareServer({}, async (dataDir) => {
  const filling = await openFilling(dataDir);
  await filling.perform(numbers(205).map((id) => registerJob({ id, name: `Guest ${id}` })));
  const names = ['Hall', ...numbers(105).map((number) => `Room ${number}`)];
  await filling.perform(names.map((id) => createRoomJob({ id, userId: '1000' })));
  await filling.perform(
    numbers(205).map((actorId) => ({ mutation: 'joinRoom', input: { roomId: 'Hall', actorId } })),
  );
  await filling.close();
});

const both = shareArrivals(server, 'Ana', 'Bo');

inBrowser(
  'finds, joins, searches, leaves and tends rooms, between two browsers',
  { timeout: 90_000 },
  async () => {
    const [ana, bo] = both();
    const { page } = ana;
    const dialog = page.getByRole('dialog');

    // A room to join, and more of them.
    const toJoin = page.getByRole('list', { name: 'Open to everybody' }).getByRole('link');
    await expect.poll(() => toJoin.count()).toBe(99);
    await page.getByRole('button', { name: 'Show more rooms' }).click();
    await expect.poll(() => toJoin.count()).toBeGreaterThan(105);
    const filter = page.getByLabel('Find a room');
    await filter.fill('no such room');
    await page.getByText('No room has such a name.').waitFor();
    await filter.fill('hall');
    await toJoin.filter({ hasText: 'Hall' }).click();
    await page.getByRole('heading', { name: 'Hall' }).waitFor();
    await page.getByText('206 members').waitFor();
    const guests = ana.people.getByRole('listitem').filter({ hasText: 'Guest' });
    await expect.poll(() => guests.count()).toBeLessThan(205);
    await ana.people.getByRole('button', { name: 'Show more people' }).click();
    await expect.poll(() => guests.count()).toBe(205);
    await ana.people.getByRole('button', { name: 'Leave room' }).click();
    await filter.fill('');
    await page.getByRole('heading', { name: 'Choose a room' }).waitFor();

    // A room of one's own: slow mode, somebody removed, who joins again.
    await page.getByRole('button', { name: 'New room' }).click();
    await dialog.getByLabel('Room name').fill('Studio');
    await dialog.getByRole('button', { name: 'Create room' }).click();
    await bo.page.getByLabel('Find a room').fill('studio');
    await roomLink(bo, 'Studio').click();
    await bo.page.getByRole('heading', { name: 'Studio' }).waitFor();
    // Who is not connected yet types unseen.
    await ana.messages.getByText('Bo joined').waitFor();
    await bo.people.getByRole('button', { name: 'Bo Online' }).waitFor();
    await bo.page.getByLabel('Message', { exact: true }).pressSequentially('hm');
    await page.getByText('Bo is typing…').waitFor();
    await page.getByRole('button', { name: 'About this room' }).click();
    await dialog.getByLabel('Slow mode').selectOption('60');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await bo.page.getByPlaceholder('slow mode: one in 60 s').waitFor();
    await about(ana, 'Bo');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await bo.page.getByText('You were removed from this room').waitFor();
    await ana.messages.getByText('Bo was removed').waitFor();
    await expect.poll(() => roomLink(bo, 'Studio').count()).toBe(1);
    await bo.page.reload();
    await ana.messages.getByText('Bo joined').nth(1).waitFor();

    // A search of one room, of more results than a page has.
    const { id } = await generalRoom(server, await tokenOf(bo));
    const socket = await openSocket(server, await tokenOf(bo), id);
    await sendAtOnce(
      socket,
      numbers(35).map((text) => ({ type: 'send', text: `needle ${text}` })),
    );
    await socket.close();
    await ana.say('a needle elsewhere');
    await page.getByRole('link', { name: 'Search this room' }).click();
    await page.getByRole('searchbox', { name: 'Search messages' }).fill('needle');
    await page.getByRole('searchbox', { name: 'Search messages' }).press('Enter');
    const results = page.getByRole('list', { name: 'Results' }).getByRole('link');
    await expect.poll(() => results.count()).toBe(1);
    await page.getByRole('link', { name: 'Search everywhere' }).click();
    await expect.poll(() => results.count()).toBe(30);
    await page.getByRole('button', { name: 'Show more', exact: true }).click();
    await expect.poll(() => results.count()).toBe(36);
    expect([...ana.complaints, ...bo.complaints]).toEqual([]);
  },
);

inBrowser(
  'changes a colour and a password, finds people, drops a reply, and has no way to the administration',
  async () => {
    const [ana, bo] = both();
    for (const one of [ana, bo]) await enterRoom(one, 'general');
    const { page } = bo;
    const dialog = page.getByRole('dialog');
    const token = await tokenOf(bo);
    await ana.say('an old question');
    await choose(bo, 'an old question', 'Reply');
    await page.getByText('Reply to Ana').waitFor();
    await page.getByRole('button', { name: 'Cancel the reply' }).click();
    await bo.say('no answer');
    await line(ana, 'no answer').waitFor();
    expect(await line(ana, 'no answer').getByRole('button', { name: /Go to/ }).count()).toBe(0);

    await page.getByRole('button', { name: 'Write to somebody' }).click();
    const find = dialog.getByLabel('Find people');
    await find.fill('nobody of that name');
    await dialog.getByText('Nobody has such a name.').waitFor();
    await find.fill('Ana');
    await dialog.getByRole('button', { name: 'Ana' }).click();
    await page.getByRole('heading', { name: 'Ana', exact: true }).waitFor();
    await bo.say('between us');
    await roomLink(ana, 'Bo').getByText('1 unread message').waitFor();

    await page.getByRole('button', { name: /Your profile/ }).click();
    await dialog.getByRole('radio', { name: 'Olive' }).check();
    // Only admins have a way there.
    expect(await page.getByRole('button', { name: 'Administration' }).count()).toBe(0);
    await dialog.getByText('Change the password').click();
    await dialog.locator('[name=currentPassword]').fill('wrong');
    await dialog.getByLabel('New password').fill('a new password');
    await dialog.getByRole('button', { name: 'Change it' }).click();
    await dialog.getByText('The current password is wrong').waitFor();
    await dialog.locator('[name=currentPassword]').fill(passwordOf('Bo'));
    await dialog.getByRole('button', { name: 'Change it' }).click();
    await dialog.getByText('The password is changed.').waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const login = { email: emailOf('Bo'), password: 'a new password' };
    const { status, body } = await call<{ user: User }>(server, 'POST', '/auth/login', {
      body: login,
    });
    expect([status, body.user.color]).toEqual([200, '#65831f']);
    expect((await call(server, 'GET', '/users/me', { token })).status).toBe(401);
    await bo.say('still here');
    await line(bo, 'still here').waitFor();
    const mine = [...bo.complaints, ...ana.complaints];
    // The wrong password, and a connection that returns before the page has its new token.
    expect(mine.filter((one) => !/status of 40[13]/.test(one))).toEqual([]);
  },
);
