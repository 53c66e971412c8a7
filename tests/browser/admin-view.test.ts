import { expect } from 'vitest';
import type { NewApiToken } from '../../src/protocol/bots.ts';
import type { Me } from '../../src/protocol/resources.ts';
import { Audit } from '../support/axe.ts';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import {
  call,
  createRoom,
  generalRoom,
  joinRoom,
  openLiveSocket,
  openSocket,
  postMessage,
  Refused,
  signIn,
  signUp,
  type Account,
} from '../support/client.ts';
import { addHook } from '../support/receiver.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer({
  WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true',
  MAX_CONNECTIONS_PER_USER: '4',
});
/** As long as a name may be, without a place to break it. */
const BO = `B${'o'.repeat(49)}`;

/** A webhook that fails, in a public room, and an invite into a private one. */
async function writeHookAndInvite(by: Account, publicId: string): Promise<void> {
  const admin = await signIn(server, 'Adela');
  const path = `/rooms/${publicId}/users/${by.user.id}`;
  await call(server, 'PUT', path, { token: admin.token, body: { role: 'moderator' } });
  await addHook(server, by.token, publicId, { url: 'http://127.0.0.1:9/' });
  await postMessage(server, by.token, publicId, 'to nobody');
  const { id } = await createRoom(server, by.token, 'Secret', 'private');
  await call(server, 'POST', `/rooms/${id}/invites`, { token: by.token });
}

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
    await writeHookAndInvite(bo, general.id);
    for (let i = 0; i < 3; i += 1) await openSocket(server, bo.token, general.id);
    const fifth = openSocket(server, bo.token, general.id);
    await expect(fifth).rejects.toBeInstanceOf(Refused);
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
    /** Answers the question that was asked last. */
    const answer = (name: string) =>
      page.getByRole('dialog').last().getByRole('button', { name, exact: true }).click();
    const audit = new Audit();
    const fits = async (view: string) => {
      const widths = `[...document.querySelectorAll('html, dialog')].map((one) => one.scrollWidth - one.clientWidth)`;
      expect(Math.max(...(await page.evaluate<number[]>(widths))), view).toBe(0);
    };
    const look = async (view: string) => {
      await audit.look(page, view);
      await fits(view);
    };

    await rows('People').filter({ hasText: 'Adela' }).waitFor();
    await dialog.getByRole('searchbox', { name: 'Find by name or email' }).fill('ooo@EXAMPLE');
    await rows('People').filter({ hasText: 'Adela' }).waitFor({ state: 'detached' });
    const row = rows('People').filter({ hasText: BO });
    await row.locator('summary').first().click();
    await row.getByText(/^Last seen: Today, .* 1 session$/).waitFor();
    // Somebody else’s sign-in ends, and their API token, each after a question.
    const nightly = { token: bo.token, body: { name: 'Nightly' } };
    const made = (await call<NewApiToken>(server, 'POST', '/users/me/tokens', nightly)).body;
    await signIn(server, BO);
    await row.getByText('Sessions and API tokens').click();
    const sessions = row.getByRole('list', { name: `Sessions of ${BO}` });
    await row.getByText(/ 3 sessions$/).waitFor();
    await sessions.getByRole('button', { name: /^End: API token “Nightly”/ }).click();
    await answer('Cancel');
    await look('the sessions of an account');
    await sessions.getByRole('button', { name: /^End: API token “Nightly”/ }).click();
    await answer('End');
    await row.getByText(/ 2 sessions$/).waitFor();
    const { status } = await call(server, 'GET', '/users/me', { token: made.token });
    expect(status).toBe(401);
    await row.getByRole('button', { name: 'Disable' }).click();
    await look('a question');
    await answer('Disable');
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
    await rows('People').filter({ hasText: 'Adela' }).locator('summary').first().click();
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
    await rows('Limits hit').getByText('Open connections: 1 time').waitFor();
    await rows('Limits hit').getByText('MAX_CONNECTIONS_PER_USER').waitFor();
    await look('the numbers');
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
    await answer('Delete');
    await dialog.getByText('There are no bots.').waitFor();
    await press('Bots', 'ArrowRight');
    const hook = rows('Webhooks').filter({ hasText: 'To 127.0.0.1:9' });
    await hook.getByText('general').click();
    await hook.getByText('Nothing listens at that address.').waitFor();
    await hook.getByText(`Created by ${BO}`).waitFor();
    await hook.getByRole('button', { name: /^Send again/ }).click();
    await look('the webhooks');
    await hook.getByRole('button', { name: /^Delete the integration/ }).click();
    await answer('Delete');
    await dialog.getByText('There are no webhooks.').waitFor();
    await press('Webhooks', 'End');
    await dialog.getByText('There is no link yet.').waitFor();
    await rows('Into rooms').getByText('Private room').waitFor();
    await rows('Into rooms').getByRole('button', { name: 'Revoke' }).click();
    await answer('Revoke');
    await rows('Into rooms').waitFor({ state: 'detached' });
    await fits('the invites');
    audit.passes();
    // The link for a disabled account, and the last admin.
    expect(complaints.filter((text) => !text.includes('status of 403'))).toEqual([]);
  },
);
