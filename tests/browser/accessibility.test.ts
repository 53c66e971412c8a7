import { expect } from 'vitest';
import type { Room } from '../../src/protocol/resources.ts';
import { Audit } from '../support/axe.ts';
import { arrive, inBrowser, launchBrowser, openBlank, type Person } from '../support/browser.ts';
import { call, createRoom, joinRoom, signUp, type Account, type At } from '../support/client.ts';
import { about, line, roomLink, searchFor, tokenOf } from '../support/page.ts';
import { startServer } from '../support/server.ts';

launchBrowser();

/** Says in a room what shows every part of a message: formats, links, mentions, replies, reactions, edits, deletions. */
async function talk(server: At, bo: Account, room: Room): Promise<void> {
  const say = async (text: string, replyTo?: number) => {
    const path = `/rooms/${room.id}/messages`;
    const { body } = await call<{ seq: number }>(server, 'POST', path, {
      token: bo.token,
      body: { text, ...(replyTo !== undefined && { replyTo }) },
    });
    return `${path}/${body.seq}`;
  };
  const act = async (method: string, path: string, body?: object) =>
    call(server, method, path, { token: bo.token, body });
  const first = await say('@Ana, see https://example.org/menu');
  await act('PUT', `${first}/reactions/${encodeURIComponent('👍')}`);
  await say('**all** of it, *and* `code`:\n\n```js\nlet it = be;\n```\n\n> a quote\n\n- a list');
  await say('an answer', Number(first.split('/').at(-1)));
  await act('PATCH', await say('a mistke'), { text: 'a mistake' });
  await act('DELETE', await say('gone'));
  await say('🥘');
}

/** Whether nothing sticks out of the page sideways. */
async function fits({ page }: Person): Promise<void> {
  const [content, screen] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, innerWidth]',
  );
  expect(content).toBe(screen);
}

const press = async ({ page }: Person, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' }).click();

inBrowser(
  'has no serious accessibility fault before a sign-in, in light and dark',
  { timeout: 120_000 },
  async () => {
    const server = await startServer();
    await signUp(server, 'Ana');
    const audit = new Audit();
    const page = await openBlank(server.url);
    const fill = async (password: string) => {
      await page.getByLabel('Email').fill('ana@example.org');
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    await fill('not the password');
    await page.getByRole('alert').getByText('wrong').waitFor();
    await audit.look(page, 'a refused sign-in');
    await page.getByRole('tab', { name: 'Create account' }).click();
    await audit.look(page, 'a new account');
    await page.goto(`${server.url}/?setup=a-code`);
    await page.getByText('This server is new').waitFor();
    await audit.look(page, 'the setup');
    audit.passes();
  },
);

inBrowser(
  'has no serious accessibility fault in any view, wide or narrow, in light and dark',
  { timeout: 300_000 },
  async () => {
    const server = await startServer();
    const ana = await arrive(server, 'Ana', { asAdmin: true });
    const { page } = ana;
    const audit = new Audit();
    const bo = await signUp(server, 'Bo');
    const token = await tokenOf(ana);
    const kitchen = await createRoom(server, token, 'Kitchen');
    await createRoom(server, token, 'Attic');
    await joinRoom(server, bo.token, kitchen.id);
    await talk(server, bo, kitchen);
    const escape = async () => page.keyboard.press('Escape');
    const dialog = page.getByRole('dialog');
    const openParts = async () => {
      await dialog.locator('summary').first().waitFor();
      for (const part of await dialog.locator('summary').all()) await part.click();
    };

    await roomLink(ana, 'Kitchen').click();
    await line(ana, 'an answer').waitFor();
    await ana.people.getByRole('button', { name: 'Bo Offline' }).waitFor();
    await audit.look(page, 'a room');
    await line(ana, 'an answer').hover();
    await line(ana, 'an answer').getByRole('button', { name: 'More actions' }).click();
    await audit.look(page, 'the menu of a message');
    await page.getByRole('menuitem', { name: 'React', exact: true }).click();
    await audit.look(page, 'reactions');
    await escape();
    await line(ana, 'an answer').focus();
    await page.keyboard.press('Delete');
    await audit.look(page, 'a deletion');
    await escape();
    await about(ana, 'Bo');
    await audit.look(page, 'somebody');
    await escape();
    await press(ana, 'New room');
    await audit.look(page, 'a new room');
    await escape();
    await press(ana, 'Write to somebody');
    await dialog.getByRole('button', { name: 'Bo' }).waitFor();
    await audit.look(page, 'people to write to');
    await escape();
    await press(ana, 'About this room');
    await openParts();
    await audit.look(page, 'the settings of a room');
    await escape();
    await press(ana, /Your profile/);
    await openParts();
    await audit.look(page, 'the profile');
    await escape();
    await page.getByRole('log').focus();
    await page.keyboard.press('?');
    await audit.look(page, 'the shortcuts');
    await escape();
    await roomLink(ana, 'Attic').click();
    await page.getByText('This is the beginning').waitFor();
    await audit.look(page, 'an empty room');
    await searchFor(ana, 'answer');
    await page.getByRole('list', { name: 'Results' }).getByRole('link').waitFor();
    await audit.look(page, 'a search');
    await searchFor(ana, 'nowhere');
    await page.getByText('Nothing was found').waitFor();
    await audit.look(page, 'a search without results');

    // As wide as WCAG asks for at 400 %, and narrower than any phone.
    await page.setViewportSize({ width: 320, height: 640 });
    await fits(ana);
    await press(ana, 'Rooms');
    await roomLink(ana, 'Kitchen').waitFor();
    await audit.look(page, 'the rooms, narrow');
    await fits(ana);
    await roomLink(ana, 'Kitchen').click();
    await line(ana, 'an answer').waitFor();
    await audit.look(page, 'a room, narrow');
    await fits(ana);
    await page.getByRole('link', { name: /Show who is here/ }).click();
    await ana.people.getByRole('button', { name: 'Bo Offline' }).waitFor();
    await audit.look(page, 'people, narrow');
    await fits(ana);
    audit.passes();
    expect(ana.complaints).toEqual([]);
  },
);
