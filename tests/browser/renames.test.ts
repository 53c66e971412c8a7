import { expect } from 'vitest';
import type { Message } from '../../src/protocol/resources.ts';
import { inBrowser, launchBrowser, shareArrivals } from '../support/browser.ts';
import { call, generalRoom, openSocket, signUp, type Account, type At } from '../support/client.ts';
import { about, line, quoteIn, roomLink, searchFor, tokenOf } from '../support/page.ts';
import { shareServer } from '../support/server.ts';
import { sendAtOnce } from '../support/until.ts';

/* A new name appears at once, wherever a page shows the old one. */

launchBrowser();
const server = shareServer();
const arrived = shareArrivals(server, 'Ana');

const say = async (at: At, { token }: Pick<Account, 'token'>, roomId: string, body: object) =>
  (await call<Message>(at, 'POST', `/rooms/${roomId}/messages`, { token, body })).body;
const change = (at: At, { token }: Pick<Account, 'token'>, body: object) =>
  call(at, 'PATCH', '/users/me', { token, body });

inBrowser('replaces an old name everywhere on the page', async () => {
  const [[ana], bo] = [arrived(), await signUp(server, 'Oldname')];
  const token = await tokenOf(ana);
  const room = await generalRoom(server, token);
  const { page, people, messages } = ana;
  await people.getByRole('button', { name: 'Ana' }).waitFor();
  const first = await say(server, bo, room.id, { text: 'a straw in the hay' });
  const socket = await openSocket(server, bo.token, room.id);
  const hay = Array.from({ length: 55 }, (_, i) => ({ type: 'send', text: `hay ${i}` }));
  await sendAtOnce(socket, hay);
  await socket.close();
  const said = await say(server, bo, room.id, { text: 'hello', replyTo: first.seq });
  await call(server, 'PUT', `/rooms/${room.id}/messages/${said.seq}/reactions/👍`, bo);
  await page.reload();
  await quoteIn(ana, 'hello').getByText('Oldname').waitFor();
  await people.getByRole('button', { name: 'Oldname' }).waitFor();
  await line(ana, 'hello').getByRole('button', { name: '👍 1: Oldname' }).waitFor();
  // One direct room that she opened before the page was loaded, and one that somebody else opened.
  await call(server, 'POST', '/direct', { token, body: { userId: bo.user.id } });
  const cy = await signUp(server, 'Oldcy');
  const anaId = (await call<{ id: string }>(server, 'GET', '/users/me', { token })).body.id;
  await call(server, 'POST', '/direct', { token: cy.token, body: { userId: anaId } });
  await roomLink(ana, 'Oldname').waitFor();
  await roomLink(ana, 'Oldcy').waitFor();
  await page.getByRole('button', { name: /Your profile/ }).waitFor();

  // The list of names while a mention is being typed.
  const field = page.getByLabel('Message', { exact: true });
  await field.pressSequentially('to @Oldn');
  const option = page.getByRole('option');
  await option.getByText('Oldname').waitFor();
  await change(server, bo, { name: 'Newname', color: '#012345' });
  await option.getByText('Newname').waitFor();
  await field.press('Enter');
  await expect.poll(() => field.inputValue()).toBe('to @Newname ');
  await field.fill('');
  await people.getByRole('button', { name: 'Newname' }).waitFor();
  await line(ana, 'hello')
    .locator('.author', { hasText: 'Newname' })
    .or(messages.locator('.author', { hasText: 'Newname' }))
    .first()
    .waitFor();
  await quoteIn(ana, 'hello').getByText('Newname').waitFor();
  await line(ana, 'hello').getByRole('button', { name: '👍 1: Newname' }).waitFor();
  await roomLink(ana, 'Newname').waitFor();
  await change(server, cy, { name: 'Newcy' });
  await roomLink(ana, 'Newcy').waitFor();
  expect(await page.getByText(/Oldname|Oldcy/).count()).toBe(0);
  const colors = await messages
    .locator('.avatar')
    .evaluateAll((all) =>
      all.map(
        (one) => (one as unknown as { style: { backgroundColor: string } }).style.backgroundColor,
      ),
    );
  expect(new Set(colors)).toEqual(new Set(['rgb(1, 35, 69)']));
  // The new name completes.
  await field.pressSequentially('@Newn');
  await option.getByText('Newname').waitFor();
  await field.press('Enter');
  await field.press('Enter');
  const { body } = await call<{ messages: Message[] }>(
    server,
    'GET',
    `/rooms/${room.id}/messages?limit=1`,
    { token },
  );
  await expect.poll(() => line(ana, '@Newname').count()).toBe(1);
  expect(body.messages).toHaveLength(1);
  expect(ana.complaints).toEqual([]);
});

inBrowser(
  'updates notes, search results, blocks and an open profile after a new name',
  async () => {
    const [[ana], bo] = [arrived(), await signUp(server, 'Firstname')];
    const token = await tokenOf(ana);
    const room = await generalRoom(server, token);
    await ana.people.getByRole('button', { name: 'Ana' }).waitFor();
    await say(server, bo, room.id, { text: 'a needle' });
    const note = ana.messages.locator('.note').filter({ hasText: 'joined' });
    await note.filter({ hasText: 'Firstname' }).waitFor();
    await about(ana, 'Firstname');
    const dialog = ana.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Block' }).click();
    await dialog.getByText('You have blocked this person.').waitFor();
    await change(server, bo, { name: 'Secondname' });
    await dialog.getByText('Secondname').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await note.filter({ hasText: 'Secondname' }).waitFor();

    await ana.page.getByRole('button', { name: /Your profile/ }).click();
    await dialog.getByText('People you have blocked').click();
    await dialog.getByRole('listitem').filter({ hasText: 'Secondname' }).waitFor();
    await change(server, bo, { name: 'Thirdname' });
    await dialog.getByRole('listitem').filter({ hasText: 'Thirdname' }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();

    await searchFor(ana, 'needle');
    const result = ana.page.getByRole('list', { name: 'Results' }).getByRole('listitem');
    await result.getByText('Thirdname').waitFor();
    await change(server, bo, { name: 'Fourthname' });
    await result.getByText('Fourthname').waitFor();
    expect(ana.complaints).toEqual([]);
  },
);

inBrowser(
  'shows one’s own new name and rights on every device, and keeps what is typed in an open form',
  async () => {
    const [[ana], bo] = [arrived(), await signUp(server, 'Bo')];
    const token = await tokenOf(ana);
    const profile = ana.page.getByRole('button', { name: /Your profile/ });
    await profile.click();
    const name = ana.page.getByRole('dialog').getByLabel('Name');
    await change(server, { token }, { name: 'Anna' });
    await expect.poll(() => name.inputValue()).toBe('Anna');
    await name.fill('Anita');
    await change(server, { token }, { color: '#2b6cb0' });
    await ana.page
      .getByRole('dialog')
      .getByRole('radio', { name: 'Denim', checked: true })
      .waitFor();
    expect(await name.inputValue()).toBe('Anita');
    await ana.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await profile.getByText('Anita').waitFor();
    await ana.people.getByRole('button', { name: 'Anita' }).waitFor();
    // Only the changed field was saved.
    const { body } = await call<{ color: string }>(server, 'GET', '/users/me', { token });
    expect(body.color).toBe('#2b6cb0');

    // She is an admin, who makes another one, who takes it from her and gives it back.
    const { body: me } = await call<{ id: string }>(server, 'GET', '/users/me', { token });
    const setAdmin = async (by: string, id: string, isAdmin: boolean) => {
      const rights = { token: by, body: { isAdmin } };
      expect((await call(server, 'PATCH', `/admin/users/${id}`, rights)).status).toBe(200);
    };
    const settings = ana.page.getByRole('button', { name: 'About this room' });
    await settings.waitFor();
    await setAdmin(token, bo.user.id, true);
    await setAdmin(bo.token, me.id, false);
    await settings.waitFor({ state: 'detached' });
    await setAdmin(bo.token, me.id, true);
    await settings.waitFor();
    expect(ana.complaints).toEqual([]);
  },
);
