import { afterEach, beforeAll, expect, it } from 'vitest';
import { SummaryLinks, type SummaryAct } from '../../src/chat/services/summary-links.ts';
import type { AdminUserPage } from '../../src/protocol/administration.ts';
import type { NewBot } from '../../src/protocol/bots.ts';
import type { Me, Message, Room } from '../../src/protocol/resources.ts';
import {
  call,
  createRoom,
  joinRoom,
  openDirect,
  postMessage,
  signUp,
  signUpAdmin,
  type Account,
} from '../support/client.ts';
import { openDatabaseOf } from '../support/database.ts';
import { shareMailServer } from '../support/mail-server.ts';
import { JWT_SECRET } from '../support/postgres/databases.ts';
import { expectRefusal } from '../support/refusals.ts';
import { shareServer, startServer } from '../support/server.ts';

const mail = shareMailServer();
const lines: string[] = [];
const PUBLIC = 'http://127.0.0.1';
const links = new SummaryLinks(JWT_SECRET);
/** Changed by tests: nothing then rests on how fast the machine is. */
const times = { waitMs: 0, everyMs: 0, tickMs: 20, retryMs: 0 };
const DAY = 24 * 3_600_000;
const server = shareServer(
  {
    PUBLIC_URL: PUBLIC,
    MAIL_FROM: 'chat@example.org',
    JWT_SECRET,
    get SMTP_URL() {
      return mail.url;
    },
  },
  undefined,
  (line) => void lines.push(line),
  { summaryTimes: times },
);
let admin: Account;
let bo: Account;
let room: Room;
beforeAll(async () => {
  admin = await signUpAdmin(server, 'Admin');
  bo = await signUp(server, 'Bo <b>');
  room = await createRoom(server, bo.token, 'Kitchen & co');
});
afterEach(() => {
  Object.assign(times, { waitMs: 0, everyMs: 0, retryMs: 0 });
  mail.refusal = null;
  lines.length = 0;
});

const turn = (who: Pick<Account, 'token'>, mailSummaries: unknown) =>
  call<Me>(server, 'PATCH', '/users/me', { token: who.token, body: { mailSummaries } });
/** Opens the link by which whoever reads the mails of an account confirms that they are wanted. */
const confirm = ({ user }: Account, at = server) =>
  fetch(at.url + links.pathTo('confirm', user.id), { method: 'POST' });
/** A member of the room who wants summaries, and has confirmed that. */
async function reader(name: string, language = 'en'): Promise<Account> {
  const account = await signUp(server, name);
  await joinRoom(server, account.token, room.id);
  expect((await turn(account, language)).body.mailSummaries).toBe(language);
  expect((await confirm(account)).status).toBe(200);
  return account;
}
const say = async (text: string, by = bo, roomId = room.id): Promise<Message> =>
  (await postMessage(server, by.token, roomId, text)).body;
async function mailsTo({ email }: Account, count: number): Promise<string[]> {
  await expect.poll(() => mail.to(email).length).toBe(count);
  return mail.to(email);
}
let witnesses = 0;
/** Resolves when a look has ended that began after the call: that of the first witness, where the second one has a mail. */
async function lookedAtAll(): Promise<void> {
  for (let i = 0; i < 2; i += 1) {
    witnesses += 1;
    const witness = await reader(`Witness ${witnesses}`);
    await say(`@Witness ${witnesses}`);
    await mailsTo(witness, 1);
  }
}
const stopUrl = (text: string) =>
  /List-Unsubscribe:\s+<http:\/\/127\.0\.0\.1(\/summaries\/stop\?token=[\w.-]+)>/.exec(text)![1]!;

it('are off at first, and turned on in a language by people who have an email', async () => {
  const ana = await signUp(server, 'Ana');
  expect(ana.user.mailSummaries).toBe('off');
  expect((await turn(ana, 'es')).body).toMatchObject({ name: 'Ana', mailSummaries: 'es' });
  expect((await call<Me>(server, 'GET', '/users/me', ana)).body.mailSummaries).toBe('es');
  expect((await turn(ana, null)).body.mailSummaries).toBe('es');
  for (const wrong of ['de', true, '']) {
    expectRefusal(await turn(ana, wrong), 'validation_failed', ['/mailSummaries']);
  }
  expect((await turn(ana, 'off')).body.mailSummaries).toBe('off');
  const { token } = admin;
  const made = await call<NewBot>(server, 'POST', '/bots', { token, body: { name: 'Robot' } });
  expectRefusal(await turn(made.body, 'en'), 'forbidden');
  const listed = await call<AdminUserPage>(server, 'GET', '/admin/users?query=ana', admin);
  expect(listed.body.users[0]).not.toHaveProperty('mailSummaries');
});

it('tell once what was missed, in text and HTML, with links into the rooms', async () => {
  const cleo = await signUp(server, 'Cleo');
  await joinRoom(server, cleo.token, room.id);
  await say('@Cleo before she wanted any');
  await turn(cleo, 'en');
  await confirm(cleo);
  const { body: direct } = await openDirect(server, bo.token, cleo.user.id);
  times.waitMs = DAY;
  const first = await say('@Cleo <img src="http://example.org/x.png">\n\n& "more"');
  await say('not for her');
  await say('psst', bo, direct.id);
  for (let i = 1; i <= 6; i += 1) await say(`@Cleo ${i} ${'long '.repeat(60)}`);
  times.waitMs = 0;
  const [text] = await mailsTo(cleo, 1);
  expect(text).toContain('From: chat@example.org');
  expect(text).toContain('Subject: What you missed in Charla');
  expect(text).toContain('Auto-Submitted: auto-generated');
  expect(text).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  expect(text).toContain('Hello Cleo,');
  expect(text).toContain(`Kitchen & co\r\n${PUBLIC}/#/rooms/${room.id}`);
  expect(text).toContain(`Direct messages from Bo <b>\r\n${PUBLIC}/#/rooms/${direct.id}`);
  expect(text).toContain('> psst');
  expect(text).toContain('>Direct messages from Bo &lt;b&gt;</a></h2>');
  expect(text).toMatch(/> @Cleo 6 (?:long ){38}lo…/);
  // Five of each room at most.
  expect(text).toContain('There are earlier ones.');
  expect(text).not.toContain('@Cleo 1');
  expect(text).not.toMatch(/not for her|before she|example\.org\/x/);
  expect(text!.split('text/html')[1]).not.toMatch(/<(?:img|script|style|link|b>)/);

  const next = await say('@Cleo <img src="http://example.org/x.png">\n\n& "more"');
  const [, second] = await mailsTo(cleo, 2);
  expect(second).toContain('> @Cleo <img src="http://example.org/x.png"> & "more"');
  expect(second).toContain('@Cleo &lt;img src=&quot;http://example.org/x.png&quot;&gt; &amp; ');
  expect(second).toContain(`${PUBLIC}/#/rooms/${room.id}/at/${next.seq}"`);
  expect(second).not.toMatch(/psst|long|earlier/);
  expect(second).not.toContain(`/at/${first.seq}"`);
  await lookedAtAll();
  await mailsTo(cleo, 2);
});

it('come once the owner of the address has confirmed, and until then one mail asks, without a word of others', async () => {
  const [pia, quin] = [await signUp(server, 'Pia'), await signUp(server, 'Quin')];
  for (const one of [pia, quin]) {
    await joinRoom(server, one.token, room.id);
    await turn(one, 'en');
  }
  await say('@Pia and @Quin: buy this');
  const [asked] = await mailsTo(pia, 1);
  await mailsTo(quin, 1);
  expect(asked).toContain('Subject: Summaries of what you miss in Charla?');
  expect(asked).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  expect(asked).not.toMatch(/buy this|Kitchen|Bo </);
  const [, path] = /\n(?:http:\/\/127\.0\.0\.1)(\/summaries\/confirm\?token=[\w.-]+)/.exec(asked!)!;
  expect(asked).toContain(`<a href="${PUBLIC}${path}">Send me summaries</a>`);
  expect(await (await fetch(server.url + path)).text()).toContain('<button');
  // Each link does what it says, and no more.
  const toStop = stopUrl(asked!).replace('stop', 'confirm');
  expectRefusal(await call(server, 'POST', toStop), 'token_invalid');
  expectRefusal(await call(server, 'POST', path!.replace('confirm', 'stop')), 'token_invalid');
  await turn(quin, 'off');
  await turn(quin, 'en');
  await say('@Pia and @Quin: buy more');
  await lookedAtAll();
  await mailsTo(pia, 1);
  await mailsTo(quin, 1);
  const confirmed = await fetch(server.url + path, { method: 'POST' });
  expect(await confirmed.text()).toContain('from now on');
  const [, summary] = await mailsTo(pia, 2);
  expect(summary).toContain('> @Pia and @Quin: buy more');
});

it('are in Spanish for whoever chose it', async () => {
  const dora = await reader('Dora', 'es');
  await say('@Dora ¡hola!');
  const [text] = await mailsTo(dora, 1);
  expect(text).toContain('Subject: Lo que te has perdido en Charla');
  expect(text).toContain('Hola, Dora:');
  expect(text).toContain('<html lang="es">');
  const page = await fetch(server.url + stopUrl(text!), { headers: { 'accept-language': 'es' } });
  expect(await page.text()).toContain('Resúmenes por correo');
});

it('leave out what was read, deleted, written by the blocked, or is in rooms that are quiet or closed to one', async () => {
  const eva = await reader('Eva');
  const other = await signUp(server, 'Other');
  const closed = await createRoom(server, bo.token, 'closed', 'private');
  const quiet = await createRoom(server, bo.token, 'quiet');
  const gone = await createRoom(server, bo.token, 'gone');
  const { body: muted } = await openDirect(server, other.token, eva.user.id);
  const { body: direct } = await openDirect(server, bo.token, eva.user.id);
  const { body: emptied } = await openDirect(server, admin.token, eva.user.id);
  const her = `/users/${eva.user.id}`;
  await call(server, 'PUT', `/rooms/${closed.id}${her}`, { token: bo.token, body: {} });
  for (const { id } of [quiet, gone]) await joinRoom(server, eva.token, id);
  const level = (id: string, name: string) =>
    call(server, 'PUT', `/rooms/${id}/notify`, { token: eva.token, body: { level: name } });
  await level(quiet.id, 'none');
  await level(direct.id, 'mentions');
  times.waitMs = DAY;
  const read = await say('@Eva read');
  const deleted = await say('@Eva deleted');
  const { seq } = await say('deleted', admin, emptied.id);
  await call(server, 'DELETE', `/rooms/${emptied.id}/messages/${seq}`, admin);
  await say('@Eva blocked', other);
  await say('muted', other, muted.id);
  await say('a direct message that is no mention', bo, direct.id);
  await say('@Eva removed', bo, closed.id);
  await say('@Eva quiet', bo, quiet.id);
  await say('@Eva room is gone', bo, gone.id);
  await say('@Eva shown');
  await call(server, 'PUT', `/rooms/${room.id}/read`, {
    token: eva.token,
    body: { seq: read.seq },
  });
  await call(server, 'DELETE', `/rooms/${room.id}/messages/${deleted.seq}`, bo);
  await call(server, 'PUT', `/users/${other.user.id}/block`, eva);
  await call(server, 'DELETE', `/rooms/${closed.id}${her}`, bo);
  await call(server, 'DELETE', `/rooms/${gone.id}`, bo);
  times.waitMs = 0;
  const [text] = await mailsTo(eva, 1);
  expect(text).toContain('> @Eva shown');
  expect(text!.match(/\n {2}> /g)).toHaveLength(1);
});

it('are not sent before a message has waited, nor where it was read meanwhile', async () => {
  const fay = await reader('Fay');
  times.waitMs = DAY;
  const { seq } = await say('@Fay soon read');
  const waiting = await reader('Waiting');
  await say('@Waiting for a day');
  await call(server, 'PUT', `/rooms/${room.id}/read`, { token: fay.token, body: { seq } });
  times.waitMs = 0;
  await mailsTo(waiting, 1);
  await lookedAtAll();
  expect(mail.to(fay.email)).toEqual([]);
});

it('are sent at most once in their time, whatever is missed and turned off and on meanwhile', async () => {
  times.everyMs = DAY;
  const gil = await reader('Gil');
  await say('@Gil one');
  await mailsTo(gil, 1);
  await turn(gil, 'off');
  await turn(gil, 'es');
  await say('@Gil two');
  await lookedAtAll();
  await mailsTo(gil, 1);
});

it('end by one click of the link in their headers, without signing in, and not by opening it', async () => {
  const hal = await reader('Hal');
  await say('@Hal one');
  const [text] = await mailsTo(hal, 1);
  const path = stopUrl(text!);
  expect(text).toContain(`<a href="${PUBLIC}${path}">Stop these mails</a>`);
  const setting = async () => (await call<Me>(server, 'GET', '/users/me', hal)).body.mailSummaries;
  const opened = await fetch(server.url + path, { headers: { 'accept-language': 'es' } });
  expect(await opened.text()).toContain('<button');
  expect(opened.headers.get('cache-control')).toBe('no-store');
  expect(await setting()).toBe('en');
  const body = new FormData();
  body.set('List-Unsubscribe', 'One-Click');
  // In both forms of RFC 8058, and twice.
  for (const form of [new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }), body]) {
    await turn(hal, 'es');
    const done = await fetch(server.url + path, { method: 'POST', body: form });
    expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('no more')]);
    expect(await setting()).toBe('off');
  }
  expect((await fetch(server.url + path, { method: 'POST' })).status).toBe(200);
  await say('@Hal two');
  await lookedAtAll();
  await mailsTo(hal, 1);
});

it('end by no link but that of the account', async () => {
  const [ida, jon] = [await reader('Ida'), await reader('Jon')];
  await say('@Ida');
  const path = stopUrl((await mailsTo(ida, 1))[0]!);
  const token = path.split('=')[1]!;
  const [, signature] = token.split('.');
  for (const wrong of [`${jon.user.id}.${signature}`, token.slice(0, -1), `.${signature}`, 'x']) {
    for (const method of ['GET', 'POST']) {
      for (const act of ['confirm', 'stop'] satisfies SummaryAct[]) {
        const wrongPath = `/summaries/${act}?token=${wrong}`;
        expectRefusal(await call(server, method, wrongPath), 'token_invalid');
      }
    }
  }
  expectRefusal(await call(server, 'POST', '/summaries/stop'), 'validation_failed');
  // It is no sign-in.
  expectRefusal(await call(server, 'GET', '/users/me', { token }), 'token_invalid');
  const settings = await Promise.all(
    [ida, jon].map(async (one) => (await call<Me>(server, 'GET', '/users/me', one)).body),
  );
  expect(settings.map(({ mailSummaries }) => mailSummaries)).toEqual(['en', 'en']);
});

it('are tried again where the mail server is busy, and put off where it refuses for good, with a line in the log', async () => {
  const kim = await reader('Kim');
  mail.refusal = 451;
  const { attempts } = mail;
  await say('@Kim one');
  await expect.poll(() => mail.attempts).toBeGreaterThan(attempts + 1);
  expect(lines.join()).toContain('a summary could not be sent');
  mail.refusal = null;
  await mailsTo(kim, 1);
  times.everyMs = DAY;
  mail.refusal = 550;
  const before = mail.attempts;
  await say('@Kim two');
  await expect.poll(() => mail.attempts).toBeGreaterThan(before);
  mail.refusal = null;
  await lookedAtAll();
  expect([mail.attempts - before, mail.to(kim.email).length]).toEqual([3, 1]);
});

it('go to nobody whose account is disabled or deleted', async () => {
  const [lea, max] = [await reader('Lea'), await reader('Max')];
  times.waitMs = DAY;
  await say('@Lea and @Max');
  const path = `/admin/users/${lea.user.id}`;
  await call(server, 'PATCH', path, { token: admin.token, body: { isDisabled: true } });
  const body = { currentPassword: max.password };
  expect((await call(server, 'DELETE', '/users/me', { token: max.token, body })).status).toBe(204);
  times.waitMs = 0;
  await lookedAtAll();
  expect([mail.to(lea.email), mail.to(max.email)]).toEqual([[], []]);
  const db = await openDatabaseOf(server.dataDir);
  const row = await db
    .selectFrom('users')
    .select(['summary_language', 'summary_pos', 'summary_due_at', 'summary_confirmed'])
    .where('id', '=', max.user.id)
    .executeTakeFirst();
  expect(row).toEqual({
    summary_language: null,
    summary_pos: 0,
    summary_due_at: 0,
    summary_confirmed: 0,
  });
});

it('wait for a mail server that is gone, also while the server restarts, and hold up nothing', async () => {
  const env = {
    SMTP_URL: 'smtp://127.0.0.1:1',
    PUBLIC_URL: PUBLIC,
    MAIL_FROM: 'chat@example.org',
    JWT_SECRET,
  };
  const log = (line: string) => void lines.push(line);
  const own = await startServer(env, log, { summaryTimes: { ...times } });
  const [nina, otto] = [await signUp(own, 'Nina'), await signUp(own, 'Otto')];
  const on = { token: nina.token, body: { mailSummaries: 'en' } };
  expect((await call(own, 'PATCH', '/users/me', on)).status).toBe(200);
  await confirm(nina, own);
  const { body: direct } = await openDirect(own, otto.token, nina.user.id);
  await postMessage(own, otto.token, direct.id, 'hello');
  await expect.poll(() => lines.join()).toContain('ECONNREFUSED');
  await own.stop();
  await startServer({ ...env, SMTP_URL: mail.url, DATA_DIR: own.dataDir }, log, {
    summaryTimes: { ...times },
  });
  await mailsTo(nina, 1);
});
