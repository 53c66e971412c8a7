import { expect } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import { inBrowser, launchBrowser, shareArrivals, type Person } from '../support/browser.ts';
import { call, createRoom, signUp } from '../support/client.ts';
import { openFilling, registerJob } from '../support/filling.ts';
import { mentionCases, mentionNames, type MentionCase } from '../support/mention-cases.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer({}, registerMany);
const people = shareArrivals(server, 'Ana');

/** One page of history, less the room's own notes. */
const MESSAGES = 45;

/** The marked mentions of each message on the screen, by seq. */
const marksOn = ({ page }: Person) =>
  page.evaluate<Record<string, string[]>>(`Object.fromEntries(
    [...document.querySelectorAll('.row[data-seq]')].map((row) => [
      row.dataset.seq,
      [...row.querySelectorAll('.mention')].map((mark) => mark.textContent),
    ]),
  )`);

const fieldOf = ({ page }: Person) => page.getByLabel('Message', { exact: true });

inBrowser('completes a name wherever a mention may begin, and nowhere else', async () => {
  await signUp(server, '小明');
  const [ana] = people();
  await ana.people.getByText('Ana').waitFor();
  const field = fieldOf(ana);
  const option = (name: string) => ana.page.getByRole('option', { name });
  for (const before of ['', '你好', 'hi, ', '“', '👍', 'https://a.example/b ', '`a` ', 'แล้ว']) {
    await field.fill(before);
    await field.pressSequentially('@ＡN');
    await option('Ana').waitFor();
    await field.press('Enter');
    await expect.poll(() => field.inputValue()).toBe(`${before}@Ana `);
  }
  for (const before of ['bob', 'é', '1', 'a.', 'x@', 'https://a.example/b,', '```\n']) {
    await field.fill('@An');
    await option('Ana').waitFor();
    await field.fill(`${before}@An`);
    await option('Ana').waitFor({ state: 'detached' });
  }
  await field.fill('你好');
  await field.pressSequentially('@小');
  await option('小明').waitFor();
  await field.press('Enter');
  await expect.poll(() => field.inputValue()).toBe('你好@小明 ');
  expect(ana.complaints).toEqual([]);
});

/** The queries with which a page searches for people. */
function searchesOf({ page }: Person): (string | null)[] {
  const searches: (string | null)[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === '/users') searches.push(searchParams.get('query'));
  });
  return searches;
}

/** Pauses after each letter for longer than the page waits before it searches. */
const typeSlowly = (person: Person, text: string) =>
  fieldOf(person).pressSequentially(text, { delay: 170 });

inBrowser('searches for names only while one is being typed', async () => {
  for (const name of ['Zoe', 'Zoe Ann']) await signUp(server, name);
  const [ana] = people();
  await ana.people.getByText('Ana').waitFor();
  const field = fieldOf(ana);
  // The draft of the test before is kept.
  await field.fill('');
  const searches = searchesOf(ana);
  const slowly = (text: string) => typeSlowly(ana, text);

  await slowly('so @zo');
  await ana.page.getByRole('option', { name: 'Zoe Ann' }).waitFor();
  await ana.page.getByRole('option', { name: 'Zoe', exact: true }).waitFor();
  expect(searches).toEqual(['z']);
  // The first response has the names for the next letters, too.
  await slowly('e an');
  await field.press('Enter');
  await expect.poll(() => field.inputValue()).toBe('so @Zoe Ann ');
  await slowly('is');
  expect(searches).toEqual(['z']);

  // After a complete name there may be one more search, for longer names.
  searches.length = 0;
  await field.fill('');
  await slowly('@ana is');
  expect(searches.length).toBeLessThanOrEqual(1);
  // A name that nobody has.
  searches.length = 0;
  await field.fill('');
  await slowly('@qux is, a@b');
  expect(searches).toEqual(['q']);
  expect(ana.complaints).toEqual([]);
});

/** Registers sixty people: by name, 59 comes after 50 others. */
async function registerMany(dataDir: string): Promise<void> {
  const filling = await openFilling(dataDir);
  const numbers = Array.from({ length: 60 }, (_, i) => String(i + 1));
  await filling.perform(numbers.map((id) => registerJob({ id, name: `Wu ${id}` })));
  await filling.close();
}

inBrowser('searches again where the first search had more results than it returned', async () => {
  const [ana] = people();
  await ana.people.getByText('Ana').waitFor();
  await fieldOf(ana).fill('');
  const searches = searchesOf(ana);
  await typeSlowly(ana, '@wu 5');
  await ana.page.getByRole('option', { name: 'Wu 50' }).waitFor();
  expect(searches).toEqual(['w']);
  await typeSlowly(ana, '9');
  await ana.page.getByRole('option', { name: 'Wu 59' }).waitFor();
  await typeSlowly(ana, ' and more');
  expect(searches[1]).toBe('wu 59');
  expect(searches.length).toBeLessThanOrEqual(3);
  expect(ana.complaints).toEqual([]);
});

// Last, since these are many people whose names begin alike.
inBrowser('marks exactly the mentions that the server has found', async () => {
  const others = mentionNames.filter((name) => !['Ana', '小明'].includes(name));
  const [ana] = people();
  let token = '';
  for (const name of others) {
    ({ token } = await signUp(server, name));
  }
  for (let from = 0; from < mentionCases.length; from += MESSAGES) {
    const room = await createRoom(server, token, `Room ${from}`);
    const said = await sayAll(token, room, mentionCases.slice(from, from + MESSAGES));
    await ana.page.goto(`${server.url}/#/rooms/${room.id}`);
    const expected = Object.fromEntries(said.map(({ message, marks }) => [message.seq, marks]));
    await expect.poll(() => marksOn(ana), { timeout: 15_000 }).toMatchObject(expected);
    for (const { message, marks } of said) {
      expect([message.text, message.mentions.length > 0]).toEqual([message.text, marks.length > 0]);
    }
  }
  expect(ana.complaints).toEqual([]);
});

async function sayAll(token: string, room: Room, cases: readonly MentionCase[]) {
  const path = `/rooms/${room.id}/messages`;
  const say = async ([text, marks]: MentionCase) => {
    const { body } = await call<Message>(server, 'POST', path, { token, body: { text } });
    return { message: body, marks };
  };
  return Promise.all(cases.map(say));
}
