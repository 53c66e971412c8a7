import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { createRoom } from '../support/client.ts';
import { line, tokenOf } from '../support/page.ts';
import { startServer } from '../support/server.ts';

launchBrowser();

inBrowser('reaches messages, their actions and rooms by keys', { timeout: 60_000 }, async () => {
  const server = await startServer();
  const ana = await arrive(server, 'Ana');
  const { page } = ana;
  const { keyboard } = page;
  const field = page.getByRole('textbox', { name: 'Message' });
  const focused = page.locator(':focus');
  for (const text of ['one', 'two', 'three']) {
    await ana.say(text);
    await line(ana, text).and(page.locator(':not([data-state])')).waitFor();
  }

  // In the text box a key is a letter.
  await field.pressSequentially('?r');
  expect(await field.inputValue()).toBe('?r');
  await field.fill('');

  // The first stop of the page leads past the rooms.
  await page.getByRole('link', { name: 'Skip to the messages' }).press('Enter');
  await expect.poll(() => focused.getAttribute('role')).toBe('log');
  await keyboard.press('ArrowUp');
  await focused.filter({ hasText: 'three' }).waitFor();
  await keyboard.press('ArrowUp');
  await focused.filter({ hasText: 'two' }).waitFor();
  await keyboard.press('r');
  await page.getByText('Reply to Ana').waitFor();
  await expect.poll(() => focused.getAttribute('id')).toBe('composer');
  await keyboard.press('Escape');

  // Tab goes from a message to its menu, which returns the focus to the message.
  await line(ana, 'two').focus();
  await keyboard.press('Tab');
  await expect.poll(() => focused.getAttribute('aria-label')).toBe('More actions');
  await keyboard.press('Escape');
  await focused.filter({ hasText: 'two' }).waitFor();
  await keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  await keyboard.press('End');
  await expect.poll(() => focused.innerText()).toBe('Delete');
  await keyboard.press('Enter');
  await page.getByRole('dialog').getByText('two').waitFor();
  await keyboard.press('Escape');
  await focused.filter({ hasText: 'two' }).waitFor();
  await keyboard.press('Escape');
  await expect.poll(() => focused.getAttribute('id')).toBe('composer');

  await createRoom(server, await tokenOf(ana), 'Kitchen');
  const mine = page.getByRole('list', { name: 'Rooms', exact: true });
  await mine.getByRole('link', { name: 'Kitchen' }).waitFor();
  await keyboard.press('Alt+ArrowDown');
  await page.getByRole('heading', { name: 'Kitchen' }).waitFor();
  await keyboard.press('Alt+ArrowUp');
  await page.getByRole('heading', { name: 'general' }).waitFor();
  await keyboard.press('Control+k');
  await expect.poll(() => focused.getAttribute('id')).toBe('find-room');

  // The list of keys opens outside of fields, and turns off those without Ctrl and Alt.
  await page.getByRole('log').focus();
  await keyboard.press('?');
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await list.getByLabel(/without Ctrl or Alt/).uncheck();
  await keyboard.press('Escape');
  await expect.poll(() => focused.getAttribute('role')).toBe('log');
  await keyboard.press('?');
  await line(ana, 'two').focus();
  await keyboard.press('r');
  expect(await list.count()).toBe(0);
  expect(await page.getByText('Reply to Ana').count()).toBe(0);
  expect(ana.complaints).toEqual([]);
});
