import { expect } from 'vitest';
import type { Me } from '../../src/protocol/resources.ts';
import { Audit } from '../support/axe.ts';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { call, generalRoom, joinRoom, openLiveSocket, signUp } from '../support/client.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();
/** As long as a name may be, without a place to break it. */
const BO = `B${'o'.repeat(49)}`;

inBrowser(
  'lets an admin find and disable a person, hand out a link, read the audit log and make a bot',
  async () => {
    const viewport = { width: 320, height: 640 };
    const adela = await arrive(server, 'Adela', { asAdmin: true, viewport });
    const { page, complaints } = adela;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const bo = await signUp(server, BO);
    const general = await generalRoom(server, bo.token);
    await joinRoom(server, bo.token, general.id);
    const socket = await openLiveSocket(server, bo.token, general.id);
    // The profile is below the list of rooms, which the room covers.
    await adela.messages.waitFor();
    await page.evaluate(`location.hash = '#/'`);
    await page.getByRole('button', { name: /Your profile/ }).click();
    await page.getByRole('button', { name: 'Administration' }).click();
    const dialog = page.getByRole('dialog', { name: 'Administration' });
    const tab = (name: string) => dialog.getByRole('tab', { name });
    const press = async (on: string, key: string) => {
      await tab(on).focus();
      await page.keyboard.press(key);
    };
    const rows = (name: string) => dialog.getByRole('list', { name }).getByRole('listitem');
    const audit = new Audit();
    const fits = async (view: string) => {
      const widths = `[...document.querySelectorAll('html, dialog')].map((one) => one.scrollWidth - one.clientWidth)`;
      expect(await page.evaluate(widths), view).toEqual([0, 0]);
    };
    const look = async (view: string) => {
      await audit.look(page, view);
      await fits(view);
    };

    await rows('People').filter({ hasText: 'Adela' }).waitFor();
    await dialog.getByRole('searchbox', { name: 'Find by name or email' }).fill('ooo@EXAMPLE');
    await rows('People').filter({ hasText: 'Adela' }).waitFor({ state: 'detached' });
    const row = rows('People').filter({ hasText: BO });
    await row.locator('summary').click();
    await row.getByText(/^Last seen: Today, .* 1 session$/).waitFor();
    await row.getByRole('button', { name: 'Disable' }).click();
    expect(await socket.closed).toMatchObject({ code: 4002, reason: 'session_revoked' });
    await row.getByText('Disabled', { exact: true }).waitFor();
    await row.getByRole('status').getByText('Saved.').waitFor();
    await row.getByText(/ 0 sessions$/).waitFor();
    await row.getByRole('button', { name: 'Link for a new password' }).click();
    await row.getByRole('alert').getByText('This account is disabled').waitFor();
    await row.getByRole('button', { name: 'Enable' }).click();
    await row.getByRole('button', { name: 'Disable' }).waitFor();
    await row.getByRole('button', { name: 'Link for a new password' }).click();
    await row.getByRole('button', { name: 'Copy' }).click();
    await row.getByText('Copied').waitFor();
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    const token = new URL(link).searchParams.get('reset');
    const reset = { body: { token, password: 'the new password' } };
    expect((await call(server, 'POST', '/auth/reset', reset)).status).toBe(200);
    await look('an account');
    await dialog.getByRole('searchbox').fill('nobody at all');
    await dialog.getByText('Nobody was found.').waitFor();
    await dialog.getByRole('searchbox').fill('');
    await rows('People').filter({ hasText: 'Adela' }).locator('summary').click();
    await dialog.getByRole('button', { name: 'Remove as admin' }).click();
    await dialog.getByRole('alert').getByText('This is the last admin').waitFor();

    await press('People', 'ArrowRight');
    await rows('Rooms').filter({ hasText: 'general' }).getByText('2 members').waitFor();
    await fits('the rooms');
    await press('Rooms', 'ArrowRight');
    await dialog.locator('.figures div', { hasText: 'People' }).getByText('2').waitFor();
    await rows('Nodes')
      .getByText(/^\d+ connections?$/)
      .waitFor();
    await fits('the numbers');
    await press('Numbers', 'ArrowRight');
    await rows('Audit log').getByText(`Adela disabled the account of ${BO}`).waitFor();
    await rows('Audit log').getByText('Adela created the account of Adela').waitFor();
    await rows('Audit log').getByRole('button', { name: BO }).last().click();
    await dialog.getByText(`Only what was done to ${BO}`).waitFor();
    await rows('Audit log').getByText('Adela created').waitFor({ state: 'detached' });
    await rows('Audit log').getByText(`Adela made a link for a new password of ${BO}`).waitFor();
    const all = dialog.getByRole('button', { name: 'Show all' });
    const focused = 'document.activeElement.textContent.trim()';
    expect(await page.evaluate(focused)).toBe('Show all');
    await look('the audit log');
    await all.click();
    await rows('Audit log').getByText('Adela created').waitFor();

    await press('Audit log', 'ArrowRight');
    await dialog.getByText('There are no bots.').waitFor();
    await dialog.getByLabel('Name of the bot').fill('Builds');
    await dialog.getByRole('button', { name: 'Make a bot' }).click();
    const shown = dialog.getByRole('status').locator('code');
    const first = (await shown.textContent())!;
    const nameBy = async (bearer: string) =>
      (await call<Me>(server, 'GET', '/users/me', { token: bearer })).body.name;
    expect(await nameBy(first)).toBe('Builds');
    await rows('Bots').getByText('Never used').click();
    await rows('Bots').getByRole('button', { name: 'New token' }).click();
    await expect.poll(() => shown.textContent()).not.toBe(first);
    expect(await nameBy((await shown.textContent())!)).toBe('Builds');
    await fits('the bots');
    await rows('Bots').getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('There are no bots.').waitFor();
    await press('Bots', 'End');
    await dialog.getByText('There is no link yet.').waitFor();
    await fits('the invites');
    audit.passes();
    // The link for a disabled account, and the last admin.
    expect(complaints.filter((text) => !text.includes('status of 403'))).toEqual([]);
  },
);

inBrowser('shows others than admins no way to the administration', async () => {
  const { page } = await arrive(server, 'Cy');
  await page.getByRole('button', { name: /Your profile/ }).click();
  await page.getByRole('dialog').getByText('Delete my account').waitFor();
  expect(await page.getByRole('button', { name: 'Administration' }).count()).toBe(0);
});
