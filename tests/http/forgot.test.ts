import { afterEach, expect, it } from 'vitest';
import { languageFrom } from '../../src/chat/mail-texts.ts';
import type { Session } from '../../src/protocol/resources.ts';
import { call, signUp, signUpAdmin, type At } from '../support/client.ts';
import { shareMailServer } from '../support/mail-server.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer } from '../support/server.ts';

const mail = shareMailServer();
const lines: string[] = [];
const env = {
  MAIL_FROM: 'Charla <chat@example.org>',
  PUBLIC_URL: 'http://127.0.0.1',
  get SMTP_URL() {
    return mail.url;
  },
};
const log = (line: string) => void lines.push(line);
const server = shareServer(env, undefined, log, { mailRetryMs: [10, 10] });
afterEach(() => {
  mail.refusal = null;
  lines.length = 0;
});

const forgot = (email: string, language = '', at: At = server) =>
  call(at, 'POST', '/auth/forgot', { body: { email }, headers: { 'accept-language': language } });
const linkIn = (text: string) => /http:\/\/127\.0\.0\.1\/\?reset=([\w-]{43})/.exec(text)?.[1];

/** Asks for a mail to nobody and then one to somebody: mails leave in order, so the first was not sent if the second was. */
async function mailsTo(email: string, count: number): Promise<string[]> {
  await expect.poll(() => mail.to(email).length).toBe(count);
  return mail.to(email);
}

it('sends a link that sets a new password once, in text and HTML', async () => {
  const ana = await signUp(server, 'Ana <b>');
  expect((await forgot(` ${ana.email.toUpperCase()} `)).status).toBe(204);
  const [text] = await mailsTo(ana.email, 1);
  expect(text).toContain('From: Charla <chat@example.org>');
  expect(text).toContain('Subject: A new password for Charla');
  expect(text).toContain('Hello Ana <b>,');
  expect(text).toContain('<p>Hello Ana &lt;b&gt;,</p>');
  expect(text).toMatch(
    /<a href="http:\/\/127\.0\.0\.1\/\?reset=[\w-]{43}">Set a new password<\/a>/,
  );
  const body = { token: linkIn(text!), password: 'another password' };
  const reset = await call<Session>(server, 'POST', '/auth/reset', { body });
  expect(reset.body.user.id).toBe(ana.user.id);
  expectRefusal(await call(server, 'POST', '/auth/reset', { body }), 'token_invalid');
});

it('writes in Spanish to who reads Spanish', async () => {
  const { email } = await signUp(server, 'Bo');
  await forgot(email, 'fr-FR, en;q=0.4, es-MX;q=0.8');
  const [text] = await mailsTo(email, 1);
  expect(text).toContain('Subject: Una contraseña nueva para Charla');
  expect(text).toContain('Hola, Bo:');
  expect(linkIn(text!)).toBeDefined();
  const wanted = ['', 'de', 'es', 'en, es', 'es;q=0, en', 'es;q=x', 'ES-es', '*'].map(languageFrom);
  expect(wanted).toEqual(['en', 'en', 'es', 'en', 'en', 'en', 'es', 'en']);
});

it('answers the same for an email that no account has, and sends nothing', async () => {
  const { token } = await signUpAdmin(server, 'Admin');
  const [gone, there] = [await signUp(server, 'Gone'), await signUp(server, 'There')];
  await call(server, 'PATCH', `/admin/users/${gone.user.id}`, {
    token,
    body: { isDisabled: true },
  });
  const { length } = mail.received;
  for (const email of ['nobody@example.org', gone.email, there.email]) {
    expect((await forgot(email)).status).toBe(204);
  }
  // Mails leave in order.
  await mailsTo(there.email, 1);
  expect(mail.received).toHaveLength(length + 1);
  expectRefusal(await forgot('no email'), 'validation_failed', ['/email']);
});

it('sends somebody at most three mails an hour', async () => {
  const [carla, last] = [await signUp(server, 'Carla'), await signUp(server, 'Last')];
  for (let i = 0; i < 6; i += 1) expect((await forgot(carla.email)).status).toBe(204);
  await forgot(last.email);
  await mailsTo(last.email, 1);
  expect(mail.to(carla.email)).toHaveLength(3);
});

it('tries again where the mail server is busy, and gives up for good with a line in the log', async () => {
  const { email } = await signUp(server, 'Dora');
  mail.refusal = 451;
  const { attempts } = mail;
  await forgot(email);
  await expect.poll(() => mail.attempts).toBeGreaterThan(attempts);
  mail.refusal = null;
  const [text] = await mailsTo(email, 1);
  expect(linkIn(text!)).toBeDefined();
  mail.refusal = 451;
  await forgot(email);
  await expect.poll(() => lines.join()).toContain('a mail could not be sent');
  expect(lines.join()).toContain('"attempts":3');
  lines.length = 0;
  mail.refusal = 550;
  await forgot(email);
  await expect.poll(() => lines.join()).toContain('"attempts":1');
  // Neither who nor what.
  expect(lines.join()).not.toContain('reset=');
});

it('limits how often an address may ask, and drops what waits at a stop', async () => {
  const limits = { RATE_LIMIT_AUTH: '3', SMTP_URL: 'smtp://127.0.0.1:1' };
  const strict = await startServer({ ...env, ...limits }, log);
  const { email } = await signUp(strict, 'Eva');
  for (let i = 0; i < 3; i += 1) expect((await forgot(email, '', strict)).status).toBe(204);
  const refused = await forgot(email, '', strict);
  expect(refused.status).toBe(429);
  await strict.stop();
  expect(lines.join()).toContain('mails were dropped: the server stops');
});

it('is not there on a server that sends no mail', async () => {
  const plain = await startServer();
  expectRefusal(await forgot('ana@example.org', '', plain), 'not_found');
  const methods = async (at: At) => (await call(at, 'GET', '/auth/methods')).body;
  expect(await methods(plain)).toEqual({ openId: null, mail: false });
  expect(await methods(server)).toEqual({ openId: null, mail: true });
});
