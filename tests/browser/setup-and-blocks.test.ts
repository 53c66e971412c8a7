import { describe, expect } from 'vitest';
import type { Me, Room } from '../../src/protocol/resources.ts';
import {
  arrive,
  fillIn,
  inBrowser,
  launchBrowser,
  openBlank,
  shareArrivals,
} from '../support/browser.ts';
import { call, SETUP_CODE, signIn } from '../support/client.ts';
import { tokenOf, writeTo } from '../support/page.ts';
import { shareServer, startServer } from '../support/server.ts';

launchBrowser();

const setupUrl = (url: string, code: string) => `${url}/?setup=${encodeURIComponent(code)}`;

inBrowser(
  'creates the admin at the URL with the setup code, once, and removes the code, also a wrong one',
  async () => {
    const server = await startServer();
    const page = await openBlank(setupUrl(server.url, 'a code that is none'));
    await page.getByRole('heading', { name: 'Create the administrator’s account' }).waitFor();
    await fillIn(page, 'Ana');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('This setup code is wrong').waitFor();
    expect(page.url()).not.toContain('setup');
    await page.getByRole('tab', { name: 'Create account', selected: true }).waitFor();

    await page.goto(setupUrl(server.url, SETUP_CODE));
    await page.getByRole('heading', { name: 'Create the administrator’s account' }).waitFor();
    expect(await page.getByRole('tab').count()).toBe(0);
    await fillIn(page, 'Ana');
    // After another error the code is still there, so the user can correct the form.
    await page.getByLabel('Email').fill('two@at@example.org');
    await page.evaluate(`document.querySelector('[name=email]').type = 'text'`);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('must match').waitFor();
    expect(page.url()).toContain('?setup=');
    await fillIn(page, 'Ana');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.locator('.chat').waitFor();
    expect(page.url()).not.toContain('setup');
    const isAdmin = async (name: string) => {
      const { token } = await signIn(server, name);
      return (await call<Me>(server, 'GET', '/users/me', { token })).body.isAdmin;
    };
    expect(await isAdmin('Ana')).toBe(true);

    // For the next one it is an ordinary account.
    const used = await openBlank(setupUrl(server.url, SETUP_CODE));
    await fillIn(used, 'Bo');
    await used.getByRole('button', { name: 'Create account' }).click();
    await used.getByText('The setup code was used').waitFor();
    await used.getByRole('button', { name: 'Create account' }).click();
    await used.locator('.chat').waitFor();
    expect(await isAdmin('Bo')).toBe(false);
  },
);

inBrowser('lets a signed-in user create the admin account, or continue without it', async () => {
  const server = await startServer();
  const { page, complaints } = await arrive(server, 'Bo');
  await page.goto(setupUrl(server.url, SETUP_CODE));
  await page.getByRole('button', { name: 'Go on as Bo' }).click();
  await page.locator('.chat').waitFor();
  expect(page.url()).not.toContain('setup');
  await page.goto(setupUrl(server.url, SETUP_CODE));
  await fillIn(page, 'Ana');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page
    .getByRole('button', { name: /Your profile/ })
    .getByText('Ana')
    .waitFor();
  expect(complaints).toEqual([]);
});

describe('between two people', () => {
  const server = shareServer();
  const both = shareArrivals(server, 'Ana', 'Bo');

  inBrowser('blocks somebody, shows it in their direct room, and unblocks them', async () => {
    const [ana, bo] = both();
    await writeTo(bo, 'Ana');
    await bo.say('hello');
    await ana.page.getByRole('link', { name: /^Bo/ }).click();
    await ana.messages.getByText('hello').waitFor();
    await ana.people.getByRole('button', { name: 'Bo' }).click();
    const dialog = ana.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Block' }).click();
    await dialog.getByText('You have blocked this person.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await ana.page.getByText('You have blocked Bo, who cannot write to you here.').waitFor();

    await bo.say('are you there?');
    await bo.page.getByText('Not sent: This person does not take messages from you').waitFor();
    await bo.page.getByRole('link', { name: /^general/ }).click();
    await bo.say('@Ana, are you here?');
    // It is an unread message, but not a mention.
    const general = ana.page.getByRole('link', { name: /^general/ });
    await general.getByText('1 unread message').waitFor();
    expect(await general.innerText()).not.toContain('mention');
    await bo.people.getByRole('button', { name: 'Ana' }).click();
    await bo.people.getByRole('alert').getByText('does not take messages from you').waitFor();

    // The block is still there after a reload.
    await ana.page.reload();
    await ana.page.getByText('You have blocked Bo, who cannot write to you here.').waitFor();
    await ana.page.getByRole('button', { name: /Your profile/ }).click();
    await dialog.getByText('People you have blocked').click();
    const list = dialog.getByRole('list', { name: 'People you have blocked' });
    await list.getByText('Bo').waitFor();
    await list.getByRole('button', { name: 'Unblock' }).click();
    await dialog.getByText('You have blocked nobody.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect(await ana.page.getByText('You have blocked Bo').count()).toBe(0);
    await writeTo(bo, 'Ana');
    await bo.page.getByRole('button', { name: 'Retry' }).click();
    await ana.messages.getByText('are you there?').waitFor();
    expect(ana.complaints).toEqual([]);
  });

  inBrowser('signs out a disabled user, and shows why they cannot sign in', async () => {
    const [ana, { page }] = both();
    const { user } = await signIn(server, 'Bo');
    const body = { isDisabled: true };
    await call<Room>(server, 'PATCH', `/admin/users/${user.id}`, {
      token: await tokenOf(ana),
      body,
    });
    await page.getByText('This session was ended').waitFor();
    await page.getByLabel('Email').fill('bo@example.org');
    await page.getByLabel('Password').fill('password of Bo');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This account is disabled; ask an admin').waitFor();
  });
});
