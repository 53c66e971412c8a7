import { expect } from 'vitest';
import { Audit } from '../support/axe.ts';
import { inBrowser, launchBrowser, openBlank } from '../support/browser.ts';
import { signUp } from '../support/client.ts';
import { shareMailServer } from '../support/mail-server.ts';
import { CLIENT, shareOpenIdProvider } from '../support/openid-provider.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const provider = shareOpenIdProvider();
const mail = shareMailServer();
const server = shareServer({
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
});

inBrowser('signs in with the provider, and says so where that was cancelled', async () => {
  provider.claims.set('ana', { name: 'Ana of elsewhere' });
  const page = await openBlank(server.url);
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
  expect(page.url()).toBe(`${server.url}/`);
  await away.click();
  await page.getByPlaceholder('Enter any login').fill('ana');
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('log', { name: 'Messages' }).waitFor();
  expect(page.url()).not.toContain('signIn');
  expect(await page.evaluate(`JSON.parse(localStorage['charla.session']).user.name`)).toBe(
    'Ana of elsewhere',
  );
  await page.reload();
  await page.getByRole('log', { name: 'Messages' }).waitFor();
  audit.passes();
});

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
