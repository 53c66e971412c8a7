import { expect } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import { arrive, inBrowser, launchBrowser, type Person } from '../support/browser.ts';
import {
  call,
  createRoom,
  generalRoom,
  signUp,
  signUpAdmin,
  type Account,
  type At,
} from '../support/client.ts';
import { choose, enterRoom, line, quoteIn, roomLink, searchFor, tokenOf } from '../support/page.ts';
import { startServer } from '../support/server.ts';

/* Whatever the page shows of a message or a room disappears with it, wherever it is shown. */

launchBrowser();

const say = async (at: At, { token }: Pick<Account, 'token'>, roomId: string, body: object) =>
  (await call<Message>(at, 'POST', `/rooms/${roomId}/messages`, { token, body })).body;
const edit = (at: At, { token }: Pick<Account, 'token'>, { roomId, seq }: Message, text: string) =>
  call(at, 'PATCH', `/rooms/${roomId}/messages/${seq}`, { token, body: { text } });
const remove = (at: At, { token }: Pick<Account, 'token'>, { roomId, seq }: Message) =>
  call(at, 'DELETE', `/rooms/${roomId}/messages/${seq}`, { token });
const leave = (at: At, token: string, { id }: Room) =>
  call(at, 'POST', `/rooms/${id}/leave`, { token });
const field = ({ page }: Person) => page.getByLabel('Message', { exact: true });

inBrowser('updates a quote when its message changes, also where that is not loaded', async () => {
  const server = await startServer();
  const bo = await signUp(server, 'Bo');
  const room = await generalRoom(server, bo.token);
  const [old, gone] = [
    await say(server, bo, room.id, { text: 'an old secrit' }),
    await say(server, bo, room.id, { text: 'gone before anybody came' }),
  ];
  for (let i = 0; i < 60; i += 1) await say(server, bo, room.id, { text: `straw ${i}.` });
  await say(server, bo, room.id, { text: 'answer to it', replyTo: old.seq });
  await say(server, bo, room.id, { text: 'answer to nothing', replyTo: gone.seq });
  await remove(server, bo, gone);

  const ana = await arrive(server, 'Ana');
  const quote = quoteIn(ana, 'answer to it');
  await quote.getByText('an old secrit').waitFor();
  await quoteIn(ana, 'answer to nothing').getByText('Message deleted').waitFor();
  expect(await line(ana, 'straw 1.').count()).toBe(0);
  await edit(server, bo, old, 'an old secret');
  await quote.getByText('an old secret').waitFor();
  await remove(server, bo, old);
  await quote.getByText('Message deleted').waitFor();
  expect(await ana.page.getByText('an old secr').count()).toBe(0);
  // It does not come back with its part of the history either.
  await quote.click();
  await line(ana, 'straw 1.').waitFor();
  expect(await ana.page.getByText('an old secr').count()).toBe(0);
  expect(ana.complaints).toEqual([]);
});

inBrowser('ends a reply, an edit and a dialog when their message is deleted', async () => {
  const server = await startServer();
  const [ana, bo] = [await signUpAdmin(server, 'Ana'), await arrive(server, 'Bo')];
  const tokens = { ana, bo: { token: await tokenOf(bo) } };
  const room = await generalRoom(server, tokens.bo.token);
  const { page } = bo;

  const edited = await say(server, tokens.bo, room.id, { text: 'to be edited' });
  await choose(bo, 'to be edited', 'Edit');
  await field(bo).fill('a better text');
  await remove(server, tokens.ana, edited);
  await page.getByText('The message that you were editing was deleted.').waitFor();
  expect(await page.getByRole('button', { name: 'Cancel the edit' }).count()).toBe(0);
  expect(await field(bo).inputValue()).toBe('');
  await field(bo).fill('a message of its own');
  expect(await page.getByText('The message that you were editing').count()).toBe(0);

  const answered = await say(server, tokens.ana, room.id, { text: 'to be answred' });
  await choose(bo, 'to be answred', 'Reply');
  await edit(server, tokens.ana, answered, 'to be answered');
  await page.locator('.compose-mode').getByText('to be answered').waitFor();
  await remove(server, tokens.ana, answered);
  await page.getByText('The message that you were answering was deleted.').waitFor();
  expect(await page.locator('.compose-mode').count()).toBe(0);
  // The draft stays, for another message.
  expect(await field(bo).inputValue()).toBe('a message of its own');

  const doomed = await say(server, tokens.bo, room.id, { text: 'to be deleted' });
  await choose(bo, 'to be deleted', 'Delete');
  await edit(server, tokens.bo, doomed, 'to be deleted, edited');
  await page.getByRole('dialog').getByText('to be deleted, edited').waitFor();
  await remove(server, tokens.ana, doomed);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const last = await say(server, tokens.bo, room.id, { text: 'with a menu' });
  await line(bo, 'with a menu').hover();
  await line(bo, 'with a menu').getByRole('button', { name: 'More actions' }).click();
  await remove(server, tokens.ana, last);
  await page.getByRole('menuitem').first().waitFor({ state: 'detached' });
  expect(bo.complaints).toEqual([]);
});

inBrowser(
  'updates unread counts after deletions, and after reading or leaving on another device',
  async () => {
    const server = await startServer();
    const [ana, bo] = [await arrive(server, 'Ana'), await signUp(server, 'Bo')];
    const token = await tokenOf(ana);
    const general = await generalRoom(server, token);
    for (let i = 0; i < 40; i += 1) await say(server, bo, general.id, { text: `straw ${i}` });
    await line(ana, 'straw 39').waitFor();
    // The title counts what notifies the user.
    const all = { token, body: { level: 'all' } };
    expect((await call(server, 'PUT', `/rooms/${general.id}/notify`, all)).status).toBe(200);
    await ana.page.reload();
    await line(ana, 'straw 39').waitFor();
    await ana.messages.hover();
    await ana.page.mouse.wheel(0, -1500);
    await ana.page.getByRole('button', { name: 'To the newest message' }).waitFor();
    const sent = [];
    for (const text of ['one', 'two', 'three']) {
      sent.push(await say(server, bo, general.id, { text: `new ${text}` }));
    }
    const pill = ana.page.locator('.new-messages');
    await expect.poll(() => pill.innerText()).toBe('3 new messages');
    await remove(server, bo, sent[0]!);
    await expect.poll(() => pill.innerText()).toBe('2 new messages');
    await edit(server, bo, sent[1]!, 'new two, edited');
    await line(ana, 'new two, edited').waitFor();
    expect(await pill.innerText()).toBe('2 new messages');
    const read = { token, body: { seq: sent[1]!.seq } };
    await call(server, 'PUT', `/rooms/${general.id}/read`, read);
    await expect.poll(() => pill.innerText()).toBe('1 new message');

    const kitchen = await createRoom(server, bo.token, 'Kitchen');
    await call(server, 'POST', `/rooms/${kitchen.id}/join`, { token });
    for (const text of ['@Ana one', '@Ana two', '@Ana three'])
      await say(server, bo, kitchen.id, { text });
    await roomLink(ana, 'Kitchen').getByText('3 unread messages').waitFor();
    await leave(server, token, kitchen);
    await roomLink(ana, 'Kitchen').getByText('unread').waitFor({ state: 'detached' });
    await expect.poll(() => ana.page.title()).not.toMatch(/^\((3|4|5)\)/);
    // A response that was requested before the departure does not restore the counts.
    await say(server, bo, kitchen.id, { text: '@Ana four' });
    await say(server, bo, general.id, { text: 'the end' });
    await expect.poll(() => ana.page.title()).toMatch(/^\(2\) /);
    expect(ana.complaints).toEqual([]);
  },
);

inBrowser(
  'updates search results when messages and rooms are edited or deleted, member or not',
  async () => {
    const server = await startServer();
    const [ana, bo] = [await arrive(server, 'Ana'), await signUp(server, 'Bo')];
    const token = await tokenOf(ana);
    const [kitchen, garden, attic] = [
      await createRoom(server, bo.token, 'Kitchen'),
      await createRoom(server, bo.token, 'Garden'),
      await createRoom(server, bo.token, 'Attic'),
    ];
    for (const { id } of [kitchen, garden])
      await call(server, 'POST', `/rooms/${id}/join`, { token });
    const [kept, deleted] = [
      await say(server, bo, kitchen.id, { text: 'the first needle' }),
      await say(server, bo, kitchen.id, { text: 'the second needle' }),
    ];
    await say(server, bo, garden.id, { text: 'the third needle' });
    const foreign = await say(server, bo, attic.id, { text: 'the fourth needle' });

    await searchFor(ana, 'needle');
    const results = ana.page.getByRole('list', { name: 'Results' }).getByRole('listitem');
    await expect.poll(() => results.count()).toBe(4);
    await edit(server, bo, kept, 'the first nail');
    await results.getByText('the first nail').waitFor();
    await remove(server, bo, deleted);
    await results.filter({ hasText: 'the second' }).waitFor({ state: 'detached' });
    const rename = { token: bo.token, body: { name: 'Orchard' } };
    await call(server, 'PATCH', `/rooms/${garden.id}`, rename);
    await results.filter({ hasText: 'the third' }).getByText('Orchard').waitFor();
    await call(server, 'DELETE', `/rooms/${garden.id}`, { token: bo.token });
    await results.filter({ hasText: 'the third' }).waitFor({ state: 'detached' });
    // A room that she does not belong to has no events: the search repeats when the page becomes visible.
    await remove(server, bo, foreign);
    await ana.page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await results.filter({ hasText: 'the fourth' }).waitFor({ state: 'detached' });
    expect(ana.complaints).toEqual([]);
  },
);

inBrowser('clears the text and closes the dialogs of a room that is deleted or left', async () => {
  const server = await startServer();
  const ana = await arrive(server, 'Ana');
  const token = await tokenOf(ana);
  const [kitchen, garden] = [
    await createRoom(server, token, 'Kitchen'),
    await createRoom(server, token, 'Garden'),
  ];
  for (const { id } of [kitchen, garden]) {
    await say(server, { token }, id, { text: 'nothing lasts' });
    await call(server, 'PUT', `/rooms/${id}/read`, { token, body: { seq: 9 } });
  }
  await roomLink(ana, 'Garden').click();
  await line(ana, 'nothing lasts').waitFor();
  await roomLink(ana, 'Kitchen').click();
  await line(ana, 'nothing lasts').waitFor();
  await ana.page.getByRole('button', { name: 'About this room' }).click();
  await ana.page.getByRole('dialog').getByLabel('Topic').fill('half written');
  // Saving here does not undo what somebody else changes meanwhile.
  await call(server, 'PATCH', `/rooms/${kitchen.id}`, { token, body: { name: 'Cuisine' } });
  await expect
    .poll(() => ana.page.getByRole('dialog').getByLabel('Room name').inputValue())
    .toBe('Cuisine');
  expect(await ana.page.getByRole('dialog').getByLabel('Topic').inputValue()).toBe('half written');
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await ana.page.getByText('half written').first().waitFor();
  await ana.page.getByRole('heading', { name: 'Cuisine' }).waitFor();

  await ana.page.getByRole('button', { name: 'About this room' }).click();
  await ana.page.getByRole('dialog').waitFor();
  await call(server, 'DELETE', `/rooms/${kitchen.id}`, { token });
  await ana.page.getByText('This room was deleted, or does not exist.').waitFor();
  await ana.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await ana.page.getByText('nothing lasts').count()).toBe(0);

  // Another room, which was open before and is kept for the back button.
  await call(server, 'DELETE', `/rooms/${garden.id}`, { token });
  await roomLink(ana, 'Garden').waitFor({ state: 'detached' });
  await ana.page.goBack();
  await ana.page.getByText('This room was deleted, or does not exist.').waitFor();
  expect(await ana.page.getByText('nothing lasts').count()).toBe(0);

  const general = await generalRoom(server, token);
  await enterRoom(ana, 'general');
  await ana.say('said in general');
  await line(ana, 'said in general').waitFor();
  await leave(server, token, general);
  await ana.page.getByText('You have left this room.').waitFor();
  expect(await ana.page.getByText('said in general').count()).toBe(0);
  await ana.page.getByRole('button', { name: 'Join again' }).click();
  await line(ana, 'said in general').waitFor();
  // The page requests rooms that are gone, and may mark a room as read while it is left.
  const refused = /responded with a status of 40[34]|WebSocket/;
  expect(ana.complaints.filter((one) => !refused.test(one))).toEqual([]);
});
