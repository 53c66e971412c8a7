import { chromium, type Browser, type Page } from 'playwright-core';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { findChromium } from '../../scripts/chromium.ts';
import { call, type Frame } from '../support/client.ts';
import { startServer, temporaryFolder, type TestServer } from '../support/server.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser: Browser;
beforeAll(async () => {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('Install Chromium, or set CHROMIUM to its path');
  browser = await chromium.launch({ executablePath, args: ARGS });
  return async () => browser.close();
});

/** What a browser says while its server is away, and may. */
const SERVER_AWAY =
  /ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|WebSocket connection to|status of 503/;

interface Person {
  readonly page: Page;
  readonly name: string;
  /** What the page complained about: violations of its policy and faults of its scripts, too. */
  readonly complaints: string[];
  readonly messages: ReturnType<Page['getByRole']>;
  readonly people: ReturnType<Page['getByRole']>;
  say(text: string): Promise<void>;
}

/** Signs up in a browser of their own. */
async function arrive({ url }: TestServer, name: string): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  onTestFinished(async () => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(url);
  await page.getByRole('tab', { name: 'Create account' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Email').fill(`${name.toLowerCase()}@example.org`);
  await page.getByLabel('Password').fill(`password of ${name}`);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('navigation', { name: 'Rooms' }).waitFor();
  return {
    page,
    name,
    complaints,
    messages: page.getByRole('log', { name: 'Messages' }),
    people: page.getByRole('complementary', { name: 'People' }),
    async say(text) {
      await page.getByLabel('Message', { exact: true }).fill(text);
      await page.getByRole('button', { name: 'Send' }).click();
    },
  };
}

/** Waits until the log shows these, and checks that it shows each once, in this order. */
async function sees({ messages }: Person, texts: readonly string[]): Promise<void> {
  for (const text of texts) await messages.getByText(text).waitFor();
  const lines = (await messages.innerText()).split('\n').map((line) => line.trim());
  expect(lines.filter((line) => texts.includes(line))).toEqual(texts);
}

it(
  'lets two people meet in a room, talk, reload, and live through a restart of the server',
  { timeout: 60_000 },
  async () => {
    const dataDir = temporaryFolder();
    const server = await startServer({ DATA_DIR: dataDir });
    const [ana, bo] = [await arrive(server, 'Ana'), await arrive(server, 'Bo')];

    await ana.page.getByRole('button', { name: 'New room' }).click();
    const dialog = ana.page.getByRole('dialog');
    await dialog.getByLabel('Room name').fill('Kitchen');
    await dialog.getByLabel('Topic').fill('What is for lunch?');
    await dialog.getByRole('button', { name: 'Create room' }).click();
    await ana.people.getByText('Ana').waitFor();

    // Bo is told of the room while he looks at the page, and joins it.
    await bo.page
      .getByRole('navigation', { name: 'Rooms' })
      .getByRole('link', { name: 'Kitchen' })
      .click();
    await ana.people.getByText('Bo').waitFor();
    await bo.people.getByText('Ana').waitFor();

    const said = ['Is anybody hungry?', '<b>Always</b> & ever', '¡Paella! 🥘 漢字'];
    await ana.say(said[0]!);
    await sees(bo, said.slice(0, 1));
    await bo.say(said[1]!);
    await sees(ana, said.slice(0, 2));
    await ana.say(said[2]!);
    for (const one of [ana, bo]) await sees(one, said);

    await bo.page.reload();
    await sees(bo, said);
    await ana.people.getByText('Bo').waitFor();
    expect([...ana.complaints, ...bo.complaints]).toEqual([]);

    // The server goes and comes back; what was sent meanwhile shows without a hole.
    await server.stop();
    const again = await startServer({ DATA_DIR: dataDir, PORT: new URL(server.url).port });
    const { body: session } = await call<{ token: string }>(again, 'POST', '/auth/login', {
      body: { email: 'bo@example.org', password: 'password of Bo' },
    });
    const { token } = session;
    const { body: found } = await call<{ rooms: Frame[] }>(again, 'GET', '/rooms?query=kitchen', {
      token,
    });
    const path = `/rooms/${found.rooms[0]!['id']}/messages`;
    for (let n = 1; n <= 5; n += 1) {
      said.push(`meanwhile ${n}`);
      await call(again, 'POST', path, { token, body: { text: said.at(-1) } });
    }
    for (const one of [ana, bo]) await sees(one, said);
    said.push('All there');
    await ana.say('All there');
    for (const one of [ana, bo]) await sees(one, said);

    const complaints = [...ana.complaints, ...bo.complaints];
    expect(complaints.filter((complaint) => !SERVER_AWAY.test(complaint))).toEqual([]);

    await ana.page.getByRole('button', { name: 'Sign out' }).click();
    await ana.page.getByRole('tab', { name: 'Sign in' }).waitFor();
    await bo.people.getByText('Away').waitFor();
  },
);
