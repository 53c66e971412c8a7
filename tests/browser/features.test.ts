import { expect } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import {
  arrive,
  inBrowser,
  launchBrowser,
  shareArrivals,
  type Person,
} from '../support/browser.ts';
import { call, openSocket } from '../support/client.ts';
import {
  about,
  choose,
  enterRoom,
  line,
  roomLink as room,
  searchFor,
  tokenOf,
  writeTo,
} from '../support/page.ts';
import { shareServer } from '../support/server.ts';
import { sendAtOnce } from '../support/until.ts';

launchBrowser();
const server = shareServer();
const both = shareArrivals(server, 'Ana', 'Bo');

async function openRoom(person: Person, name: string): Promise<Room> {
  const { body } = await call<Room>(server, 'POST', '/rooms', {
    token: await tokenOf(person),
    body: { name },
  });
  await room(person, name).click();
  await person.people.getByText(person.name).waitFor();
  return body;
}

inBrowser(
  'counts unread messages until they are read in any window, and shows a level chosen in another one',
  async () => {
    const [ana, bo] = both();
    await writeTo(bo, 'Ana');
    await bo.say('just for you');
    await bo.say('and one more');

    await room(ana, 'Bo').getByText('2 unread messages').waitFor();
    await expect.poll(() => ana.page.title()).toMatch(/^\(2\) /);
    const second = await ana.page.context().newPage();
    await second.goto(server.url);
    await second.getByRole('link', { name: /^Bo/ }).getByText('2 unread messages').waitFor();

    await room(ana, 'Bo').click();
    await line(ana, 'and one more').waitFor();
    await ana.messages.getByText('New messages').waitFor();
    await room(ana, 'Bo').getByText('unread').waitFor({ state: 'detached' });
    await second
      .getByRole('link', { name: /^Bo/ })
      .getByText('unread')
      .waitFor({ state: 'detached' });
    await expect.poll(() => ana.page.title()).toBe('Bo · Charla');

    // A level has no event: the other window shows it as soon as it is looked at.
    await ana.page.getByRole('button', { name: 'Notifications: All' }).click();
    await ana.page.getByRole('radio', { name: 'Nothing' }).check();
    await ana.page.getByRole('button', { name: 'Notifications: Nothing' }).waitFor();
    await second.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await expect
      .poll(() => second.getByRole('link', { name: /^Bo/ }).getAttribute('aria-describedby'))
      .toMatch(/-muted$/);
    await second.close();
    expect([...ana.complaints, ...bo.complaints]).toEqual([]);
  },
);

inBrowser(
  'shows edits, deletions, replies and reactions to everybody, and new messages even without frames',
  async () => {
    const [ana, bo] = both();
    for (const one of [ana, bo]) await enterRoom(one, 'general');
    await ana.say('a mistke');
    await line(bo, 'a mistke').waitFor();

    const field = ana.page.getByLabel('Message', { exact: true });
    // Text typed before the next frame stays.
    await ana.page.evaluate(`(async () => {
    const field = document.querySelector('#composer');
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve));
    field.value = 'typed at once';
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    for (let i = 0; i < 3; i += 1) await new Promise(requestAnimationFrame);
  })()`);
    expect(await field.inputValue()).toBe('typed at once');
    await field.press('Escape');
    await field.press('ArrowUp');
    await field.fill('a mistake');
    await ana.page.getByRole('button', { name: 'Save' }).click();
    await line(bo, 'a mistake').getByText('edited').waitFor();

    await choose(bo, 'a mistake', 'Reply');
    await bo.say('no harm done');
    await line(ana, 'no harm done')
      .getByRole('button', { name: /Go to/ })
      .getByText('a mistake')
      .waitFor();

    await choose(ana, 'no harm done', '👍');
    const reaction = line(bo, 'no harm done').getByRole('button', { name: '👍 1: Ana' });
    await reaction.click();
    await line(ana, 'no harm done').getByRole('button', { name: '👍 2' }).waitFor();
    await choose(bo, 'no harm done', 'React');
    const dialog = bo.page.getByRole('dialog');
    await dialog.getByRole('searchbox').fill('🦥🦥');
    await dialog.getByRole('searchbox').press('Enter');
    await dialog.getByText('No emoji found').waitFor();
    await dialog.getByRole('searchbox').fill('🦥');
    await dialog.getByRole('searchbox').press('Enter');
    await line(ana, 'no harm done').getByRole('button', { name: '🦥 1: Bo' }).waitFor();

    // Ana is the server's admin: she may delete Bo's message.
    await choose(ana, 'no harm done', 'Delete');
    await ana.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await bo.messages.getByText('Message deleted').waitFor();
    await expect.poll(() => bo.messages.getByRole('list', { name: 'Reactions' }).count()).toBe(0);

    // As in a page that is hidden right after the event arrives: the browser paints no frames.
    await ana.page.evaluate('window.requestAnimationFrame = () => 0');
    await bo.say('do you see this?');
    const text = async () => ana.page.evaluate<string>('document.body.innerText');
    await expect.poll(text, { timeout: 10_000 }).toContain('do you see this?');
    expect([...ana.complaints, ...bo.complaints]).toEqual([]);
  },
);

inBrowser('completes a name, marks the mention, and counts it in the list of rooms', async () => {
  const [ana, bo] = both();
  const kitchen = await openRoom(ana, 'Kitchen');
  const field = bo.page.getByLabel('Message', { exact: true });
  await field.pressSequentially('hello @an');
  await bo.page.getByRole('option', { name: 'Ana' }).waitFor();
  await field.press('Enter');
  await expect.poll(() => field.inputValue()).toBe('hello @Ana ');
  await field.press('Enter');
  const general = room(ana, 'general');
  await general.getByText('1 mention').waitFor();
  await general.click();
  await line(ana, 'hello').locator('.mention[data-self="true"]').getByText('@Ana').waitFor();
  expect(kitchen.kind).toBe('public');
  expect([...ana.complaints, ...bo.complaints]).toEqual([]);
});

inBrowser('finds an old message, shows it, and returns to the newest', async () => {
  const [ana] = both();
  const token = await tokenOf(ana);
  const { body: barn } = await call<Room>(server, 'POST', '/rooms', {
    token,
    body: { name: 'Barn' },
  });
  const texts = Array.from({ length: 180 }, (_, i) => `straw number ${i + 1}`);
  texts[19] = 'the <b>needle</b> in the haystack';
  const socket = await openSocket(server, token, barn.id);
  await sendAtOnce(
    socket,
    texts.map((text) => ({ type: 'send', text })),
  );
  await socket.close();
  await room(ana, 'Barn').click();
  await line(ana, 'straw number 180').waitFor();
  await searchFor(ana, 'hay <b> need');
  const result = ana.page.getByRole('list', { name: 'Results' }).getByRole('link');
  await ana.page.getByText('Nothing was found').waitFor();
  await ana.page.getByRole('searchbox', { name: 'Search messages' }).fill('haystack need');
  await result.locator('mark', { hasText: 'needle' }).waitFor();
  await result.click();
  await line(ana, 'needle').waitFor();
  expect(await line(ana, 'straw number 180').count()).toBe(0);

  await ana.page.getByRole('button', { name: 'To the newest messages' }).click();
  await line(ana, 'straw number 180').waitFor();
  await ana.say('back again');
  await line(ana, 'back again').waitFor();
  expect(ana.complaints).toEqual([]);
});

inBrowser('lists sessions, and ends another one', async () => {
  const [ana] = both();
  await call(server, 'POST', '/auth/login', {
    body: { email: 'ana@example.org', password: 'password of Ana' },
    headers: { 'user-agent': 'another device' },
  });
  await ana.page.getByRole('button', { name: /Your profile/ }).click();
  await ana.page.getByText('Where you are signed in').click();
  const other = ana.page.getByRole('listitem').filter({ hasText: 'another device' });
  await other.getByRole('button', { name: 'End' }).click();
  await other.waitFor({ state: 'detached' });
  expect(ana.complaints).toEqual([]);
});

inBrowser(
  'moderates a private room: adds, gives a role and bans, and shows the banned why they are out',
  async () => {
    const [ana, bo] = both();
    await ana.page.getByRole('button', { name: 'New room' }).click();
    const dialog = ana.page.getByRole('dialog');
    await dialog.getByLabel('Room name').fill('Secrets');
    await dialog.getByLabel(/Only people whom you/).check();
    await dialog.getByRole('button', { name: 'Create room' }).click();
    await ana.page.getByRole('heading', { name: 'Secrets' }).waitFor();
    expect(await room(bo, 'Secrets').count()).toBe(0);

    await ana.page.getByRole('button', { name: 'Add' }).click();
    await dialog.getByRole('button', { name: 'Bo' }).click();
    await room(bo, 'Secrets').click();
    await about(ana, 'Bo');
    await dialog.getByLabel('Role').selectOption('moderator');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await bo.people.getByRole('button', { name: 'Bo' }).waitFor();
    await bo.page.getByRole('button', { name: 'About this room' }).click();
    await bo.page.getByRole('dialog').getByLabel('Topic').fill('Between us');
    await bo.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await ana.page.getByText('Between us').first().waitFor();

    await ana.page.getByRole('button', { name: 'About this room' }).click();
    await dialog.getByText('Roles of the members').click();
    expect(await dialog.getByLabel('Bo', { exact: true }).inputValue()).toBe('moderator');
    await dialog.getByLabel('Bo', { exact: true }).selectOption('member');
    const settings = bo.page.getByRole('button', { name: 'About this room' });
    await settings.waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Close' }).click();

    await about(ana, 'Bo');
    await dialog.getByRole('button', { name: 'Ban' }).click();
    await bo.page.getByText('You were removed from this room, or banned from it.').waitFor();
    await room(bo, 'Secrets').waitFor({ state: 'detached' });
    await ana.page.getByRole('button', { name: 'About this room' }).click();
    await dialog.getByRole('button', { name: 'Lift the ban' }).click();
    await dialog.getByText('Banned').waitFor({ state: 'detached' });

    await dialog.getByText('Delete this room').click();
    await dialog.getByLabel(/type the name of the room/).fill('Secrets');
    await dialog.getByRole('button', { name: 'Delete the room' }).click();
    await ana.page.getByText('This room was deleted, or does not exist.').waitFor();
    await room(ana, 'Secrets').waitFor({ state: 'detached' });
    expect([...ana.complaints, ...bo.complaints]).toEqual([]);
  },
);

inBrowser(
  'notifies of mentions and direct messages while the page is hidden, if the user wants that',
  async () => {
    const [, bo] = both();
    await enterRoom(bo, 'general');
    // As in a private window, there is no service worker. Notifications go into a list, and the test decides whether
    // the page is hidden.
    const script = `
    Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined });
    window.shown = [];
    window.Notification = class {
      static permission = 'granted';
      static requestPermission = async () => 'granted';
      constructor(title, { body }) { window.shown.push(title + ': ' + body); }
      addEventListener() {}
    };
    Object.defineProperty(document, 'hidden', { get: () => window.isHidden === true });
  `;
    const dora = await arrive(server, 'Dora', { script });
    const shown = async () => dora.page.evaluate<string[]>('window.shown');
    await dora.page.getByRole('button', { name: /Your profile/ }).click();
    await dora.page.getByLabel(/Notify me of mentions/).check();
    await dora.page.getByRole('button', { name: 'Close' }).click();
    await bo.say('@Dora, while you look');
    await line(dora, 'while you look').waitFor();
    await dora.page.evaluate('window.isHidden = true');
    await bo.say('of no concern to anybody');
    await bo.say('@Dora, where are you?');
    await writeTo(bo, 'Dora');
    await bo.say('psst');
    await expect.poll(shown).toEqual(['Bo · general: @Dora, where are you?', 'Bo: psst']);
  },
);
