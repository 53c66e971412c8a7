import { expect, vi } from 'vitest';
import { arrive, inBrowser, launchBrowser, type Person } from '../support/browser.ts';
import { call, createRoom, joinRoom, openSocket, signUp, type Account } from '../support/client.ts';
import { createRoomJob, openFilling, registerJob } from '../support/filling.ts';
import { line, roomLink, tokenOf } from '../support/page.ts';
import { shareServer } from '../support/server.ts';
import { sendAtOnce } from '../support/until.ts';

/* Rooms of many messages: a few hundred rows are in the page at any time, around the reader. */

const MESSAGES = 1_200;
/** The archive has as many messages on each of these days. */
const DAYS = 10;
/** Rows that are kept, and those that a page, a chunk and a frame may add. */
const MOST_ROWS = 400 + 64 + 64 + 50;

launchBrowser();
const server = shareServer({}, fill);

const numbered = (i: number) => `no. ${String(i).padStart(4, '0')}`;
/** Some lines, some short, so that rows differ in height. */
const textOf = (i: number) => `${numbered(i)} ${'and so on\n'.repeat(i % 7 === 0 ? 5 : i % 2)}`;
const dayOf = (i: number) => Math.floor((i * DAYS) / MESSAGES);
const noonOf = (day: number) => new Date(2024, 2, 1 + day, 12).getTime();

async function fill(dataDir: string): Promise<void> {
  const filling = await openFilling(dataDir);
  const now = vi.spyOn(Date, 'now');
  try {
    now.mockReturnValue(noonOf(0));
    const people = ['Cem', 'Dana'].map((id) => registerJob({ id }));
    await filling.perform([
      ...people,
      createRoomJob({ id: 'archive', userId: 'Cem', name: 'Archive' }),
    ]);
    await filling.perform([
      { mutation: 'joinRoom', input: { roomId: 'archive', actorId: 'Dana' } },
    ]);
    for (let day = 0; day < DAYS; day += 1) {
      now.mockReturnValue(noonOf(day));
      const ofDay = Array.from({ length: MESSAGES }, (_, i) => i).filter((i) => dayOf(i) === day);
      await filling.perform(
        ofDay.map((i) => ({
          mutation: 'sendMessages',
          input: { roomId: 'archive', userId: i % 5 < 2 ? 'Cem' : 'Dana', text: textOf(i) },
        })),
      );
    }
  } finally {
    now.mockRestore();
    await filling.close();
  }
}

async function open(person: Person, name: string): Promise<void> {
  await roomLink(person, name).click();
  await person.page.getByRole('heading', { name }).waitFor();
}

/** What stands in the page meanwhile: how many rows at most, and whether a row that was in sight has moved. */
interface Trip {
  readonly seen: string[];
  readonly mostRows: number;
  readonly jumps: string[];
}

/** Scrolls through a log by somewhat less than its height a step, to its first or to its newest message. */
const SCROLL = `async (log, direction) => {
  // The last moment before a frame is painted: what the page does about new sizes is done.
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => {
    const observer = new ResizeObserver(() => { observer.disconnect(); resolve(); });
    observer.observe(log);
  }));
  const inSight = () => {
    const view = log.getBoundingClientRect();
    return [...log.querySelectorAll('[data-seq]')].filter((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return bottom > view.top && top < view.bottom;
    });
  };
  const isOver = () => direction < 0
    ? log.scrollTop === 0 && log.querySelector('.beginning-title') !== null
    : log.scrollHeight - log.scrollTop - log.clientHeight < 2 && log.querySelector('.later') === null;
  const seen = new Map();
  const jumps = [];
  let mostRows = 0;
  // Rows may just have been added, and not be in their places yet.
  await frame();
  for (let still = 0; still < 300;) {
    const rows = inSight();
    for (const row of rows)
      if (row.querySelector('.text')) seen.set(Number(row.dataset.seq), row.querySelector('.text').innerText.slice(0, 8));
    mostRows = Math.max(mostRows, log.querySelectorAll('[data-seq]').length);
    if (isOver()) break;
    const fixed = rows.at(direction < 0 ? 0 : -1);
    const before = fixed.getBoundingClientRect().bottom;
    const from = log.scrollTop;
    log.scrollTop += direction * log.clientHeight * 0.8;
    const moved = log.scrollTop - from;
    still = moved === 0 ? still + 1 : 0;
    await frame();
    const shift = fixed.isConnected ? fixed.getBoundingClientRect().bottom - before + moved : NaN;
    if (!(Math.abs(shift) < 3)) jumps.push(fixed.dataset.seq + ': ' + shift);
  }
  const order = [...seen.keys()].sort((a, b) => a - b);
  return { seen: order.map((seq) => seen.get(seq)), mostRows, jumps };
}`;

const scroll = async ({ page }: Person, direction: 1 | -1) =>
  page.evaluate<Trip>(`(${SCROLL})(document.querySelector('[role=log]'), ${direction})`);

inBrowser(
  'scrolls through 1,200 messages and back: each once, no jump, few rows',
  { timeout: 90_000 },
  async () => {
    // A tall window takes fewer steps.
    const ana = await arrive(server, 'Ana', { viewport: { width: 1280, height: 2_000 } });
    await open(ana, 'Archive');
    await line(ana, numbered(MESSAGES - 1)).waitFor();
    const all = Array.from({ length: MESSAGES }, (_, i) => numbered(i));
    for (const direction of [-1, 1] as const) {
      const { seen, mostRows, jumps } = await scroll(ana, direction);
      expect(jumps).toEqual([]);
      expect(seen).toEqual(all);
      expect(mostRows).toBeLessThan(MOST_ROWS);
    }
    expect(ana.complaints).toEqual([]);
  },
);

/** Sends texts to a room over one socket, in parts that the server does not take for a flood. */
async function sendAll(
  { token }: Account,
  roomId: string,
  texts: readonly string[],
): Promise<void> {
  const socket = await openSocket(server, token, roomId);
  for (let from = 0; from < texts.length; from += 250) {
    const part = texts.slice(from, from + 250);
    await sendAtOnce(
      socket,
      part.map((text) => ({ type: 'send', text })),
    );
  }
  await socket.close();
}

/** Where the upper edge of a message is in the window. */
const topOf = async (person: Person, text: string) => (await line(person, text).boundingBox())!.y;

const rowCount = ({ messages }: Person) => messages.locator('[data-seq]').count();

inBrowser(
  'goes to a date, to the first and the newest message, and to what a search finds',
  async () => {
    const ana = await arrive(server, 'Berta');
    const { page } = ana;
    await open(ana, 'Archive');
    await line(ana, numbered(MESSAGES - 1)).waitFor();

    // The first key opens the search of the room, and leaves the next one to the browser.
    await page.keyboard.press('Control+f');
    const field = page.getByRole('searchbox', { name: 'Search messages' });
    await expect.poll(() => page.evaluate('document.activeElement.type')).toBe('search');
    const isTaken = async () =>
      page.evaluate<boolean>(`!document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
      { key: 'f', ctrlKey: true, bubbles: true, cancelable: true }))`);
    expect(await isTaken()).toBe(false);
    await page.getByRole('link', { name: 'Search everywhere' }).waitFor();
    await field.fill(numbered(543));
    await page.getByRole('list', { name: 'Results' }).getByRole('link').click();
    await line(ana, numbered(543)).waitFor();
    const highlighted = `[...CSS.highlights.get('found')].map(String).join(' ')`;
    expect(await page.evaluate(highlighted)).toContain('0543');

    await page.getByRole('button', { name: /March/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Go to a date' });
    await dialog.getByLabel('Date').fill('2024-03-08');
    await dialog.getByLabel('Date').press('Enter');
    await line(ana, numbered(840)).waitFor();
    await dialog.waitFor({ state: 'detached' });
    const view = (await ana.messages.boundingBox())!;
    const middle = view.y + view.height / 2;
    expect(Math.abs((await topOf(ana, numbered(840))) - middle)).toBeLessThan(60);
    await line(ana, numbered(839)).waitFor();

    await ana.messages.press('Home');
    await line(ana, numbered(0)).waitFor();
    await ana.messages.press('End');
    await line(ana, numbered(MESSAGES - 1)).waitFor();
    expect(await page.getByRole('button', { name: /newest message/ }).count()).toBe(0);
    await ana.messages.press('Home');
    await line(ana, numbered(0)).waitFor();
    await page.getByRole('button', { name: 'To the newest messages' }).click();
    await line(ana, numbered(MESSAGES - 1)).waitFor();
    expect(await rowCount(ana)).toBeLessThan(MOST_ROWS);
    expect(ana.complaints).toEqual([]);
  },
);

/** What a reader may want while the first messages of the archive are on their way: all lead to the present. */
const WISHES: Readonly<Record<string, (reader: Person) => Promise<void>>> = {
  'End is pressed': async ({ messages }) => messages.press('End'),
  'a message is wanted that is loaded': async ({ page, messages }) => {
    const seq = await messages.locator('[data-seq]').last().getAttribute('data-seq');
    await page.evaluate(`location.hash = '#/rooms/archive/at/${seq}'`);
  },
  'another room is looked at': async (reader) => {
    await open(reader, 'general');
    await open(reader, 'Archive');
  },
};

inBrowser('goes where was wanted last, also while another part is on its way', async () => {
  const reader = await arrive(server, 'Hedy');
  const { page, messages } = reader;
  const writer = await signUp(server, 'Iris');
  await joinRoom(server, writer.token, 'archive');
  const pages = '**/rooms/archive/messages?*';
  for (const [wish, act] of Object.entries(WISHES)) {
    await page.goto(`${server.url}/#/rooms/archive`);
    await page.reload();
    await line(reader, numbered(MESSAGES - 1)).waitFor();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let requests = 0;
    await page.route(pages, async (route) => {
      requests += 1;
      await held;
      await route.continue();
    });
    await messages.press('Home');
    await expect.poll(() => requests).toBeGreaterThan(0);
    await act(reader);
    const answered = page.waitForResponse(pages);
    release();
    await answered;
    await page.unroute(pages);
    // What came too late is not shown: this message is.
    const text = `after: ${wish}`;
    await sendAll(writer, 'archive', [text]);
    await line(reader, text).waitFor();
    expect([wish, await line(reader, numbered(0)).count()]).toEqual([wish, 0]);
  }
  expect(reader.complaints).toEqual([]);
});

inBrowser(
  'leads to the first unread message, and keeps few rows while a thousand messages arrive',
  { timeout: 90_000 },
  async () => {
    const [ana, bo] = [await arrive(server, 'Carla'), await signUp(server, 'Bo')];
    const token = await tokenOf(ana);
    const room = await createRoom(server, bo.token, 'Market');
    await call(server, 'POST', `/rooms/${room.id}/join`, { token });
    const texts = (name: string, count: number) =>
      Array.from({ length: count }, (_, i) => `${name} ${i}.`);
    await sendAll(bo, room.id, texts('missed', 300));
    await open(ana, 'Market');
    await line(ana, 'missed 299.').waitFor();
    expect(await line(ana, 'missed 0.').count()).toBe(0);
    await ana.page.getByRole('button', { name: 'Go to the first of 300 unread' }).click();
    await line(ana, 'missed 0.').waitFor();
    await ana.messages.getByText('New messages').waitFor();
    expect(await ana.page.getByRole('button', { name: /unread/ }).count()).toBe(0);

    // The view of a reader further up stays where it is, and counts what has arrived.
    const before = await topOf(ana, 'missed 0.');
    await sendAll(bo, room.id, texts('missed too', 1_010));
    const pill = ana.page.locator('.new-messages');
    await expect.poll(() => pill.innerText()).toContain('More than 1,000 new messages');
    expect(await topOf(ana, 'missed 0.')).toBe(before);
    expect(await rowCount(ana)).toBeLessThan(MOST_ROWS);

    // At the newest message it follows.
    await pill.click();
    await line(ana, 'missed too 1009.').waitFor();
    await ana.page.evaluate(`
      window.most = 0;
      new MutationObserver(() => {
        const count = document.querySelectorAll('[data-seq]').length;
        window.most = Math.max(window.most, count);
      }).observe(document.querySelector('[role=log]'), { childList: true, subtree: true });
    `);
    await sendAll(bo, room.id, texts('live', 1_000));
    await line(ana, 'live 999.').waitFor();
    await expect.poll(() => pill.count()).toBe(0);
    const left = await ana.page.evaluate(
      `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(
        document.querySelector('[role=log]'))`,
    );
    expect(left).toBeLessThan(2);
    expect(await ana.page.evaluate('window.most')).toBeLessThan(MOST_ROWS);
    expect(ana.complaints).toEqual([]);
  },
);
