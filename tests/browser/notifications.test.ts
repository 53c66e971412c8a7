import { expect } from 'vitest';
import type { Message } from '../../src/protocol/resources.ts';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { call, createRoom, joinRoom, openDirect, signUp } from '../support/client.ts';
import { allowNotifications, openPush, shownBy, touch } from '../support/notifications.ts';
import { line, roomLink, tokenOf } from '../support/page.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();

/** What crosses the page, its worker and the server takes a while on a busy machine. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 10_000 });

/** The test decides whether the page is hidden, and counts tones. */
const STAGE = `
  Object.defineProperty(document, 'hidden', { get: () => window.isHidden === true });
  window.tones = 0;
  window.AudioContext = class extends AudioContext {
    constructor() { super(); window.tones += 1; }
  };
  window.badge = 0;
  navigator.setAppBadge = async (count) => { window.badge = count; };
  // As in a network without the internet.
  PushManager.prototype.subscribe = async () => { throw new DOMException('', 'AbortError'); };
`;

inBrowser('shows one notification a room for what is pushed, and opens its message', async () => {
  const [ana, bo] = [await arrive(server, 'Ana', { withWorker: true }), await signUp(server, 'Bo')];
  const worker = await allowNotifications(ana);
  const push = await openPush(ana.page.context(), server.url);
  const kitchen = await createRoom(server, bo.token, 'Kitchen');
  await joinRoom(server, await tokenOf(ana), kitchen.id);
  const send = { token: bo.token, body: { text: 'the soup is ready' } };
  const path = `/rooms/${kitchen.id}/messages`;
  const { seq } = (await call<Message>(server, 'POST', path, send)).body;
  const soup = {
    type: 'message',
    roomId: kitchen.id,
    roomName: 'Kitchen',
    kind: 'public',
    seq,
    author: 'Bo',
    text: 'the soup is ready',
  };
  const direct = { ...soup, roomId: 'both', kind: 'direct', roomName: 'Bo', text: 'psst' };

  // What is in front of the user needs no notification.
  await worker.evaluate(`self.pushes = 0; addEventListener('push', () => self.pushes++);`);
  await push(soup);
  await push(direct);
  await eventually(() => worker.evaluate('self.pushes')).toBe(2);
  expect(await shownBy(worker)).toEqual([]);

  await worker.evaluate(`
    const all = clients.matchAll.bind(clients);
    // A headless page is always visible; this one is away.
    clients.matchAll = async () => self.isAway ? [] : all();
    clients.openWindow = async (url) => { self.opened = String(url); };
    self.isAway = true;
  `);
  await push(soup);
  await push(direct);
  const data = { roomId: kitchen.id, seq };
  const pushed = [
    { title: 'Bo', body: 'psst', data: { ...data, roomId: 'both' } },
    { title: 'Bo · Kitchen', body: 'the soup is ready', data },
  ];
  await eventually(() => shownBy(worker)).toEqual(pushed);
  await push({ ...direct, seq: seq + 1, text: 'are you there?' });
  await push({ ...direct, text: 'psst, late' });
  const newer = { title: 'Bo', body: 'are you there?', data: { roomId: 'both', seq: seq + 1 } };
  await eventually(() => shownBy(worker)).toEqual([newer, pushed[1]]);
  // What the user has put away does not come back.
  await touch(worker, 'notificationclose', 'both');
  await eventually(() => shownBy(worker)).toEqual([pushed[1]]);
  await push({ ...direct, seq: seq + 1, text: 'are you there?' });
  await push({ ...direct, seq: seq + 2, text: 'hello?' });
  await eventually(async () => (await shownBy(worker)).at(0)!.body).toBe('hello?');

  await touch(worker, 'notificationclick', 'both');
  await eventually(() => worker.evaluate('self.opened')).toBe(
    `${server.url}/#/rooms/both/at/${seq + 2}`,
  );
  await worker.evaluate('self.isAway = false');
  await touch(worker, 'notificationclick', kitchen.id);
  await line(ana, 'the soup is ready').waitFor();
  expect(new URL(ana.page.url()).hash).toBe(`#/rooms/${kitchen.id}/at/${seq}`);
  await eventually(() => shownBy(worker)).toEqual([]);
  expect(ana.complaints).toEqual([]);
});

inBrowser('follows the level of each room in alerts, sounds and badges', async () => {
  const [cleo, dan] = [
    await arrive(server, 'Cleo', { withWorker: true }),
    await signUp(server, 'Dan'),
  ];
  const token = await tokenOf(cleo);
  const garden = await createRoom(server, dan.token, 'Garden');
  await joinRoom(server, token, garden.id);
  const { body: both } = await openDirect(server, dan.token, (await me(token)).id);
  const say = async (roomId: string, text: string) => {
    const send = { token: dan.token, body: { text } };
    return (await call<Message>(server, 'POST', `/rooms/${roomId}/messages`, send)).body;
  };
  const worker = await allowNotifications(cleo);
  const { page } = cleo;
  await page.addInitScript(STAGE);
  await page.reload();
  const tones = () => page.evaluate<number>('window.tones');
  const bodies = async () => (await shownBy(worker)).map(({ body }) => body);
  const hide = (isHidden: boolean) => page.evaluate(`window.isHidden = ${isHidden}`);

  await page.getByRole('button', { name: /Your profile/ }).click();
  await page.getByLabel(/Notify me of mentions/).check();
  await page.getByText('could not reach its push service').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await roomLink(cleo, 'Garden').click();
  const bell = page.getByRole('button', { name: /^Notifications:/ });
  expect(await bell.getAttribute('aria-label')).toBe('Notifications: Mentions');

  // Mentions: others are only a dot.
  await hide(true);
  await say(garden.id, 'nice weather');
  await eventually(() => page.title()).toBe('• Garden · Charla');
  const mention = await say(garden.id, '@Cleo look');
  await eventually(bodies).toEqual(['@Cleo look']);
  await eventually(() => page.title()).toBe('(1) Garden · Charla');
  await eventually(tones).toBe(1);
  expect(await page.evaluate('window.badge')).toBe(1);
  // An edit shows, silently; what is deleted goes.
  const edit = { token: dan.token, body: { text: '@Cleo look here' } };
  await call(server, 'PATCH', `/rooms/${garden.id}/messages/${mention.seq}`, edit);
  await eventually(bodies).toEqual(['@Cleo look here']);
  await call(server, 'DELETE', `/rooms/${garden.id}/messages/${mention.seq}`, dan);
  await eventually(bodies).toEqual([]);

  // All, chosen by keyboard.
  await hide(false);
  await bell.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Notifications of this room' });
  await dialog.getByRole('radio', { name: 'Mentions' }).press('ArrowUp');
  await bell.and(page.getByLabel('Notifications: All')).waitFor({ state: 'attached' });
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Charla', exact: true }).click();
  // Alerts that come together make one tone.
  await page.evaluate(`navigator.locks.request('charla.tone', () => {})`);
  await say(garden.id, 'a bee');
  await eventually(tones).toBe(2);
  await eventually(() => page.title()).toMatch(/^\(\d\) Charla$/);
  expect(await bodies()).toEqual([]);
  await hide(true);
  await say(garden.id, 'a second bee');
  await eventually(bodies).toEqual(['a second bee']);

  // Nothing, and no sound at all.
  await hide(false);
  await roomLink(cleo, 'Garden').click();
  await eventually(bodies).toEqual([]);
  await bell.click();
  await dialog.getByRole('radio', { name: 'Nothing' }).check();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('link', { name: 'Charla', exact: true }).click();
  await page.getByRole('button', { name: /Your profile/ }).click();
  await page.getByLabel('Play a sound').uncheck();
  await page.getByRole('button', { name: 'Close' }).click();
  await hide(true);
  const before = await tones();
  await say(garden.id, '@Cleo a wasp');
  await say(both.id, 'did you see?');
  await eventually(bodies).toEqual(['did you see?']);
  await eventually(() => page.title()).toBe('(1) Charla');
  await roomLink(cleo, 'Garden').getByText('1 unread message').waitFor();
  expect(await roomLink(cleo, 'Garden').getAttribute('aria-describedby')).toMatch(/-muted$/);
  expect(await tones()).toBe(before);

  // A sign-out takes all of it off the screen.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await eventually(bodies).toEqual([]);
  await eventually(() => page.evaluate('window.badge')).toBe(0);
  expect(cleo.complaints).toEqual([]);
});

const me = async (token: string) =>
  (await call<{ id: string }>(server, 'GET', '/users/me', { token })).body;
