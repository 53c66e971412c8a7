import { expect } from 'vitest';
import { inBrowser, launchBrowser, shareArrivals } from '../support/browser.ts';
import { createRoom } from '../support/client.ts';
import { line, roomLink, tokenOf } from '../support/page.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();
const people = shareArrivals(server, 'Ana');

inBrowser('inserts emoji from the picker by keyboard, and by shortcodes', async () => {
  const [ana] = people();
  const { page } = ana;
  const field = page.getByRole('textbox', { name: 'Message', exact: true });
  const open = page.getByRole('button', { name: 'Emoji', exact: true });
  const picker = page.getByRole('dialog', { name: 'Emoji' });
  const search = picker.getByRole('searchbox', { name: 'Search emoji' });
  const loaded = picker.getByRole('group', { name: 'Flags' }).getByRole('button').first();
  expect(
    await page.evaluate(
      `performance.getEntriesByType('resource').filter(({ name }) => name.includes('emojibase')).length`,
    ),
  ).toBe(0);

  // At the caret, and the focus returns.
  await field.fill('ab');
  await field.press('ArrowLeft');
  await open.click();
  await loaded.waitFor({ state: 'attached' });
  await search.fill('party pop');
  await picker.getByRole('button', { name: '🎉' }).waitFor();
  await search.press('Enter');
  await picker.waitFor({ state: 'detached' });
  expect(await field.inputValue()).toBe('a🎉b');
  await page.keyboard.type('!');
  expect(await field.inputValue()).toBe('a🎉!b');

  // Arrow keys move over the grid; the tone is remembered.
  await field.fill('');
  await open.click();
  await picker.getByRole('combobox', { name: 'Skin tone' }).selectOption({ index: 4 });
  await search.fill('thumbs');
  await picker.getByRole('button', { name: '👎' }).waitFor();
  await search.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  expect(await page.evaluate('document.activeElement.title')).toBe('thumbs down');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await picker.waitFor({ state: 'detached' });
  expect(await field.inputValue()).toBe('👍🏾');
  await open.click();
  const recent = picker.getByRole('group', { name: 'Recent' }).getByRole('button');
  expect(await recent.allInnerTexts()).toEqual(['👍🏾', '🎉']);
  await page.keyboard.press('Escape');
  await picker.waitFor({ state: 'detached' });
  await expect
    .poll(() => field.evaluate((area) => area === area.ownerDocument.activeElement))
    .toBe(true);

  // Shortcodes: by Enter, to their end, and left alone by Escape.
  const list = page.getByRole('listbox', { name: 'Emoji to insert' });
  await field.fill('');
  await field.pressSequentially('so :tad');
  await list.getByRole('option', { name: ':tada:' }).waitFor();
  await field.press('Enter');
  await field.pressSequentially(':+1:');
  expect(await field.inputValue()).toBe('so 🎉 👍🏾');
  await field.pressSequentially(' :tad');
  await list.waitFor();
  await field.press('Escape');
  await field.pressSequentially('a: at 10:30: `:tada:`');
  expect(await field.inputValue()).toBe('so 🎉 👍🏾 :tada: at 10:30: `:tada:`');
  await field.press('Enter');
  await line(ana, 'at 10:30').waitFor();
  expect(ana.complaints).toEqual([]);
});

inBrowser(
  'keeps drafts of each room over reloads, with the message that they reply to',
  async () => {
    const [ana] = people();
    const { page } = ana;
    const field = page.getByRole('textbox', { name: 'Message', exact: true });
    const garden = await createRoom(server, await tokenOf(ana), 'Garden');
    await ana.say('first');
    await line(ana, 'first').waitFor();
    await expect.poll(() => ana.messages.locator('[data-state]').count()).toBe(0);
    await line(ana, 'first').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Reply' }).click();
    await field.fill('half a rep');
    await roomLink(ana, garden.name).click();
    await expect.poll(() => field.inputValue()).toBe('');
    await field.fill('half a th');
    await roomLink(ana, 'general').getByRole('img', { name: 'Draft' }).waitFor();

    await page.reload();
    await expect.poll(() => field.inputValue()).toBe('half a th');
    await roomLink(ana, 'general').click();
    await expect.poll(() => field.inputValue()).toBe('half a rep');
    await page.locator('.compose-mode').getByText('first').waitFor();
    await field.press('Enter');
    await line(ana, 'half a rep').getByRole('button', { name: /Go to/ }).waitFor();

    // Sent: gone; and the last message can be edited, also after a reload.
    await page.reload();
    await line(ana, 'half a rep').waitFor();
    expect(await field.inputValue()).toBe('');
    await field.press('ArrowUp');
    await expect.poll(() => field.inputValue()).toBe('half a rep');
    await field.press('Escape');
    await roomLink(ana, garden.name).getByRole('img', { name: 'Draft' }).waitFor();

    // Nobody else who uses this browser finds them.
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).first().waitFor();
    const keys = await page.evaluate<string[]>('Object.keys(localStorage)');
    expect(keys.filter((key) => key.startsWith('charla.draft'))).toEqual([]);
    expect(ana.complaints).toEqual([]);
  },
);
