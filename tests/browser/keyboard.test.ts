import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { inBrowser, launchBrowser, openBlank } from '../support/browser.ts';
import { emailOf, passwordOf } from '../support/client.ts';
import { startServer } from '../support/server.ts';

/* Somebody without a pointer: every step is a key. */

launchBrowser();

/** The name of the focused element, as assistive tools would say it, near enough. */
const FOCUSED = `(() => {
  const { activeElement: one } = document;
  const label = one.labels?.[0]?.innerText ?? one.innerText;
  return (one.getAttribute('aria-label') ?? label ?? '').trim();
})()`;

/** Presses Tab until something of this name has the focus. Nothing may hold the focus, nor hide it. */
async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < 40; i += 1) {
    await page.keyboard.press(key);
    const focused = await page.evaluate<string>(FOCUSED);
    if (focused === name) return;
    passed.push(focused);
  }
  throw new Error(`${key} does not reach ${name}, but ${passed.join(' | ')}`);
}

inBrowser('does everything by keyboard alone', { timeout: 60_000 }, async () => {
  const server = await startServer();
  const page = await openBlank(server.url);
  const { keyboard } = page;
  const log = page.getByRole('log', { name: 'Messages' });
  const message = (text: string) => log.getByRole('article').filter({ hasText: text });
  await page.getByLabel('Email').waitFor();

  // An account: the tabs are one stop, with arrow keys between them.
  await tabTo(page, 'Sign in', 'Shift+Tab');
  if ((await page.evaluate<string>('document.activeElement.role')) !== 'tab')
    await tabTo(page, 'Sign in', 'Shift+Tab');
  await keyboard.press('ArrowRight');
  await page.getByLabel('Name').waitFor();
  await tabTo(page, 'Name');
  await keyboard.type('Ana');
  await tabTo(page, 'Email');
  await keyboard.type(emailOf('Ana'));
  await tabTo(page, 'Password');
  await keyboard.type(passwordOf('Ana'));
  await keyboard.press('Enter');
  await log.waitFor();

  // A room of one's own.
  await tabTo(page, 'New room');
  await keyboard.press('Enter');
  await page.getByLabel('Room name').waitFor();
  await expect.poll(() => page.evaluate<string>(FOCUSED)).toBe('Room name');
  await keyboard.type('Kitchen');
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Kitchen' }).waitFor();

  // A message with an emoji, which gets a reaction, an edit and an answer, and goes.
  await expect.poll(() => page.evaluate<string>(FOCUSED)).toBe('Message');
  await keyboard.type('hello');
  await tabTo(page, 'Emoji');
  await keyboard.press('Enter');
  await page.getByRole('searchbox', { name: 'Search emoji' }).waitFor();
  await keyboard.type('rocket');
  await page.getByTitle('rocket', { exact: true }).waitFor();
  await keyboard.press('Enter');
  await expect.poll(() => page.evaluate<string>(FOCUSED)).toBe('Message');
  await keyboard.press('Enter');
  await message('hello🚀').and(page.locator(':not([data-state])')).waitFor();
  await tabTo(page, 'Messages', 'Shift+Tab');
  await keyboard.press('ArrowUp');
  await keyboard.press('+');
  await page.getByRole('searchbox', { name: 'Search emoji' }).waitFor();
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await message('hello🚀').getByRole('button', { name: '👍 1' }).waitFor();
  await keyboard.press('e');
  await expect.poll(() => page.evaluate<string>(FOCUSED)).toBe('Message');
  await keyboard.press('End');
  await keyboard.type(' again');
  await keyboard.press('Enter');
  await message('hello🚀 again').waitFor();
  await keyboard.press('ArrowUp');
  await page.getByText('Edit your message').waitFor();
  await keyboard.press('Escape');
  await tabTo(page, 'Messages', 'Shift+Tab');
  await keyboard.press('ArrowUp');
  await keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Reply' }).waitFor();
  await keyboard.press('End');
  await keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(page, 'Delete');
  await keyboard.press('Enter');
  await log.getByText('Message deleted').waitFor();

  // The search, and out.
  await tabTo(page, 'Search messages');
  await keyboard.type('anything');
  await keyboard.press('Enter');
  await page.getByText('Nothing was found.').waitFor();
  await tabTo(page, 'Sign out', 'Shift+Tab');
  await keyboard.press('Enter');
  await page.getByLabel('Email').waitFor();
});
