import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Me } from '../../src/protocol/resources.ts';
import { Audit } from '../support/axe.ts';
import { arrive, inBrowser, launchBrowser, openBlank } from '../support/browser.ts';
import { call, createRoom, openDirect, postMessage, signIn, signUp } from '../support/client.ts';
import { shareMailServer } from '../support/mail-server.ts';
import { CLIENT, shareOpenIdProvider } from '../support/openid-provider.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const provider = shareOpenIdProvider();
const mail = shareMailServer();
const env = {
  ...CLIENT,
  MAIL_FROM: 'chat@example.org',
  get OIDC_ISSUER() {
    return provider.issuer;
  },
  get PUBLIC_URL() {
    return provider.publicUrl;
  },
  get PORT() {
    return new URL(provider.publicUrl).port;
  },
  get SMTP_URL() {
    return mail.url;
  },
};
const summaryTimes = { waitMs: 0, everyMs: 3_600_000, tickMs: 50, retryMs: 1000 };
const server = shareServer(env, undefined, undefined, { summaryTimes });

inBrowser(
  'signs in with the provider, to where the link led, and says so where that was cancelled',
  async () => {
    const email = 'ana@example.org';
    provider.claims.set('ana', { name: 'Ana of elsewhere', email, email_verified: true });
    const owner = await signUp(server, 'Owner');
    const room = await createRoom(server, owner.token, 'The linked room');
    const link = `${server.url}/#/rooms/${room.id}`;
    const page = await openBlank(link);
    const audit = new Audit();
    const host = new URL(provider.issuer).host;
    const away = page.getByRole('link', { name: `Sign in with ${host}` });
    await away.waitFor();
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await audit.look(page, 'the ways to sign in');
    await away.click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByRole('alert').filter({ hasText: 'The sign-in was cancelled.' }).waitFor();
    expect(page.url()).toBe(link);
    await away.click();
    await signInThere(page);
    await page.getByRole('heading', { name: 'The linked room' }).waitFor();
    expect(page.url()).toBe(link);
    expect(await page.evaluate(`JSON.parse(localStorage['charla.session']).user.name`)).toBe(
      'Ana of elsewhere',
    );
    await page.reload();
    await page.getByRole('log', { name: 'Messages' }).waitFor();

    // An account without a password gets its first one, and is deleted without one.
    await page.evaluate(`location.hash = '#/'`);
    await page.getByRole('button', { name: /Your profile/ }).click();
    await page.getByText('Delete my account').click();
    await page.getByRole('button', { name: 'Delete for good' }).waitFor();
    expect(await page.getByLabel('Current password').count()).toBe(0);
    await page.getByText('Set a password').click();
    await page.getByLabel('New password').fill('a password of Ana');
    await audit.look(page, 'the profile of an account without a password');
    await page.getByRole('button', { name: 'Set it' }).click();
    await page.getByText('Change the password').waitFor();
    expect(await page.getByLabel('Current password').count()).toBe(2);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Yes' }).click();
    await away.waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    expect(await page.evaluate('Object.keys(localStorage).sort()')).not.toContain('charla.session');

    // What the link has never leads to another site, and the provider asks for the login again.
    await page.goto(`${server.url}/?x=//evil.example/%5C%5Cevil.example#//evil.example`);
    await away.click();
    await signInThere(page);
    await page.getByRole('button', { name: /Your profile/ }).waitFor();
    expect(new URL(page.url()).origin).toBe(server.url);
    audit.passes();
  },
);

/** Signs in as Ana at the provider, which asks for a login and a consent. */
async function signInThere(page: Page): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill('ana');
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

inBrowser('asks for a mail with a link where the password is forgotten', async () => {
  const { email } = await signUp(server, 'Bo');
  const page = await openBlank(server.url);
  await page.getByRole('button', { name: 'Forgot your password?' }).click();
  const form = page.getByRole('form', { name: 'Forgot your password?' });
  const field = form.getByLabel('Email of your account');
  await field.press('Enter');
  await form.getByText('Please fill in this field').or(form.locator('.error')).first().waitFor();
  await field.fill(email);
  await field.press('Enter');
  await page.getByRole('status').filter({ hasText: 'is on its way' }).waitFor();
  await expect.poll(() => mail.to(email).length).toBe(1);
  expect(mail.to(email)[0]).toContain(`${server.url}/?reset=`);
});

inBrowser(
  'turns summaries by mail on in the language of the page, and off by the link in one',
  async () => {
    const { page } = await arrive(server, 'Cleo');
    const account = await signIn(server, 'Cleo');
    const audit = new Audit();
    const label = 'Mail me a summary of mentions I missed';
    const profile = async () => page.getByRole('button', { name: /Cleo/ }).first().click();
    const setting = async () =>
      (await call<Me>(server, 'GET', '/users/me', account)).body.mailSummaries;
    await profile();
    const choice = page.getByRole('checkbox', { name: label });
    expect(await choice.isChecked()).toBe(false);
    await choice.check();
    await expect.poll(setting).toBe('en');
    await audit.look(page, 'the profile');
    await page.getByLabel('Language').selectOption('es');
    await expect.poll(setting).toBe('es');
    const bo = await signUp(server, 'Dan');
    const { body: room } = await openDirect(server, bo.token, account.user.id);
    await postMessage(server, bo.token, room.id, 'hola');
    await expect.poll(() => mail.to(account.email).length).toBe(1);
    const [text] = mail.to(account.email);
    const link = /href="([^"]+)">No recibir/.exec(text!)![1]!;
    const opened = await openBlank(link);
    await opened.setViewportSize({ width: 320, height: 700 });
    expect(await opened.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await audit.look(opened, 'what the link opens');
    expect(await setting()).toBe('es');
    await opened.getByRole('button', { name: 'Stop these mails' }).click();
    await opened.getByRole('status').waitFor();
    expect(await setting()).toBe('off');
    await opened.getByRole('link', { name: 'Open Charla' }).click();
    await opened.locator('.welcome').waitFor();
    audit.passes();
  },
);
