import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser, openBlank, type Person } from '../support/browser.ts';
import { shareServer } from '../support/server.ts';

/* The accessible names that other people's tests and assistive tools rely on: they stay as they are. */

launchBrowser();
const server = shareServer();

const box = ({ page }: Person) => page.getByRole('textbox', { name: 'Message', exact: true });
const message = ({ page }: Person, text: string) =>
  page.getByRole('log', { name: 'Messages' }).getByRole('article').filter({ hasText: text });

async function choose(person: Person, text: string, item: string): Promise<void> {
  await message(person, text).hover();
  await message(person, text).getByRole('button', { name: 'More actions' }).click();
  await person.page.getByRole('menuitem', { name: item, exact: true }).click();
}

inBrowser(
  'names the fields and buttons of an account, and keeps a form that is refused',
  async () => {
    const page = await openBlank(server.url);
    await page.getByRole('tab', { name: 'Create account', exact: true }).click();
    await page.getByLabel('Name', { exact: true }).fill('Cleo');
    await page.getByLabel('Email', { exact: true }).fill('cleo@example.org');
    await page.getByLabel('Password', { exact: true }).fill('a password of Cleo');
    await page.getByRole('button', { name: 'Create account', exact: true }).click();
    // A hint for somebody new, which does not come back.
    await page.getByRole('heading', { name: 'Welcome, Cleo' }).waitFor();
    await page.getByRole('button', { name: 'Got it' }).click();
    await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
    await page.reload();
    await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
    expect(await page.getByText('Welcome, Cleo').count()).toBe(0);

    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByLabel('Email', { exact: true }).fill('cleo@example.org');
    await page.getByLabel('Password', { exact: true }).fill('another password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').getByText('Email or password is wrong').waitFor();
    expect(await page.getByLabel('Email', { exact: true }).inputValue()).toBe('cleo@example.org');
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe(
      'another password',
    );
    await page.getByLabel('Password', { exact: true }).fill('a password of Cleo');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('navigation', { name: 'Rooms', exact: true }).waitFor();
  },
);

inBrowser(
  'names rooms, people, messages and what is done with them, between two browsers',
  { timeout: 60_000 },
  async () => {
    const [ana, bo] = [await arrive(server, 'Ana'), await arrive(server, 'Bo')];
    await ana.page.getByRole('button', { name: 'New room', exact: true }).click();
    await ana.page.getByLabel('Room name', { exact: true }).fill('Kitchen');
    await ana.page.getByRole('button', { name: 'Create room', exact: true }).click();
    const rooms = (person: Person) =>
      person.page.getByRole('list', { name: 'Rooms', exact: true }).getByRole('link');
    await rooms(ana).filter({ hasText: 'Kitchen' }).waitFor();

    // The room appears without a reload.
    const navigation = bo.page.getByRole('navigation', { name: 'Rooms', exact: true });
    await navigation.getByRole('link', { name: 'Kitchen', exact: true }).click();
    await box(bo).fill('first line');
    await box(bo).press('Shift+Enter');
    await box(bo).pressSequentially('second line');
    await bo.page.getByRole('button', { name: 'Send', exact: true }).click();
    await message(ana, 'second line').waitFor();
    await rooms(bo).filter({ hasText: 'Kitchen' }).waitFor();

    await choose(ana, 'second line', 'Reply');
    await box(ana).fill('an answer');
    await box(ana).press('Enter');
    await message(bo, 'an answer').waitFor();
    await choose(bo, 'an answer', 'React');
    const first = bo.page.getByRole('dialog').getByRole('button', { name: '👍' }).first();
    await first.click();
    await message(ana, 'an answer').getByRole('button', { name: '👍 1' }).waitFor();

    await choose(ana, 'an answer', 'Edit');
    await expect.poll(() => ana.page.locator(':focus').inputValue()).toBe('an answer');
    await ana.page.keyboard.press('End');
    await ana.page.keyboard.type(', not wanted');
    await ana.page.keyboard.press('Escape');
    await expect.poll(() => box(ana).inputValue()).toBe('');
    await choose(ana, 'an answer', 'Edit');
    await ana.page.keyboard.press('End');
    await ana.page.keyboard.type(', edited');
    await ana.page.keyboard.press('Enter');
    await message(bo, 'an answer, edited').waitFor();
    await choose(ana, 'an answer, edited', 'Delete');
    await ana.page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await message(bo, 'an answer').waitFor({ state: 'detached' });

    // Somebody in the list of people is a click away from a direct chat, which is under their name.
    const people = ana.page.getByRole('list', { name: 'People', exact: true });
    await people
      .getByRole('listitem')
      .filter({ hasText: 'Bo' })
      .getByText('Bo', { exact: true })
      .click();
    await ana.page.getByRole('heading', { name: 'Bo', exact: true }).waitFor();
    await box(ana).fill('between us');
    await box(ana).press('Enter');
    await navigation.getByRole('link', { name: /^Ana/ }).click();
    await message(bo, 'between us').waitFor();

    const search = bo.page.getByRole('searchbox', { name: 'Search messages', exact: true });
    await search.fill('second');
    await search.press('Enter');
    await bo.page.getByRole('link', { name: /second line/ }).click();
    await message(bo, 'second line').waitFor();
    expect([...ana.complaints, ...bo.complaints]).toEqual([]);
  },
);

inBrowser('works on a phone: one pane at a time, and a way back from each', async () => {
  const dan = await arrive(server, 'Dan', { viewport: { width: 390, height: 844 } });
  await box(dan).waitFor();
  await dan.page.getByRole('button', { name: 'Rooms', exact: true }).click();
  await dan.page.getByRole('searchbox', { name: 'Search messages', exact: true }).waitFor();
  await dan.page
    .getByRole('list', { name: 'Rooms', exact: true })
    .getByRole('link')
    .first()
    .click();
  await box(dan).waitFor();
  await dan.say('from a phone');
  await message(dan, 'from a phone').getByRole('button', { name: 'More actions' }).click();
  await dan.page.getByRole('menuitem', { name: 'Reply' }).waitFor();
  await dan.page.keyboard.press('Escape');
  await dan.page.getByRole('link', { name: /Show who is here/ }).click();
  await dan.page.getByRole('link', { name: 'Back to the room', exact: true }).click();
  await message(dan, 'from a phone').waitFor();
  expect(await dan.page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  expect(dan.complaints).toEqual([]);
});
