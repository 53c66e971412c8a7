import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { ResetLink } from '../../src/protocol/administration.ts';
import { arrive, inBrowser, launchBrowser, openBlank } from '../support/browser.ts';
import { call, login, passwordOf, signIn, signUp, signUpAdmin } from '../support/client.ts';
import { shareServer } from '../support/server.ts';
import { unzip } from '../support/unzip.ts';

launchBrowser();
const server = shareServer();

inBrowser('sets a new password at a reset link, once, and removes its token', async () => {
  const admin = await signUpAdmin(server, 'Admin');
  const ana = await signUp(server, 'Ana');
  const path = `/admin/users/${ana.user.id}/reset-link`;
  const { url } = (await call<ResetLink>(server, 'POST', path, admin)).body;
  const page = await openBlank(url);
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  await page.getByLabel('New password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('At least 8 characters').first().waitFor();
  await page.getByLabel('New password', { exact: true }).fill('a new password');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.locator('.chat').waitFor();
  expect(page.url()).not.toContain('reset');
  const { email } = ana;
  expect((await login(server, { email, password: 'a new password' })).status).toBe(200);

  const again = await openBlank(url);
  await again.getByLabel('New password', { exact: true }).fill('another password');
  await again.getByRole('button', { name: 'Set the password' }).click();
  await again.getByText('This link is not valid').waitFor();
  await again.getByRole('button', { name: 'Not now' }).click();
  await again.getByRole('tab', { name: 'Sign in' }).waitFor();
});

inBrowser('saves the data of the account as a zip', async () => {
  const { page } = await arrive(server, 'Cy');
  await page.getByRole('button', { name: /Cy/ }).first().click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download my data' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe('charla-export.zip');
  const files = await unzip(readFileSync(await download.path()));
  expect(JSON.parse(files.get('profile.json')!.toString())).toMatchObject({ name: 'Cy' });
  expect(page.url()).not.toContain('token');
});

inBrowser('deletes the account with its password, after a warning', async () => {
  const { page } = await arrive(server, 'Bo');
  await page.getByRole('button', { name: /Bo/ }).first().click();
  await page.getByText('Delete my account').click();
  await page.getByText('This cannot be undone').waitFor();
  const part = page.locator('details', { hasText: 'Delete my account' });
  await part.getByLabel('Current password').fill('not the password');
  await part.getByRole('button', { name: 'Delete for good' }).click();
  await part.getByText('The current password is wrong').waitFor();
  await part.getByLabel('Current password').fill(passwordOf('Bo'));
  await part.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByRole('tab', { name: 'Sign in' }).waitFor();
  await expect(signIn(server, 'Bo')).rejects.toThrow('invalid_credentials');
});
