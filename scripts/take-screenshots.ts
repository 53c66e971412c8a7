/**
 * Takes the screenshots of docs/screenshots: the sign-in form, the list of rooms and a room, on a phone and on a
 * desktop, in light and dark. Starts a server with sample content for it, and needs a font with emoji (Debian:
 * fonts-noto-color-emoji). Run: `node scripts/take-screenshots.ts`
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { createLogger } from '../src/logger.ts';
import type { FileInfo, Message, Room, Session } from '../src/protocol/resources.ts';
import { findChromium } from './chromium.ts';
import { samplePicture } from './sample-pictures.ts';

const FOLDER = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };
const SCHEMES = ['light', 'dark'] as const;

/** A conversation that uses what messages can be. */
const TALK: readonly (readonly [author: string, text: string, replyTo?: number])[] = [
  ['Mateo', 'Good morning! The new oven is here 🎉'],
  ['Aiko', 'Finally. Does it fit through the door?'],
  ['Mateo', 'By two centimetres. I measured *twice* this time.'],
  ['Zoë', 'Plan for today:\n1. unpack it\n2. run it empty for an hour\n3. bake something **big**'],
  ['Aiko', 'I can do the second one from home, it has an API:'],
  ['Aiko', '```sh\ncurl -X PUT http://oven.local/heat -d celsius=230\n```'],
  ['Lena', 'Of course it has.', 6],
  ['Mateo', '@Lena could you bring the sourdough? Recipe is at https://example.org/bread'],
  ['Lena', 'Yes! Two loaves, one with walnuts.'],
  ['Zoë', '🥖'],
];

const server = await startServer();
const executablePath = findChromium();
if (!executablePath) throw new Error('Install Chromium, or set CHROMIUM to its path');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const { reader, kitchen } = await fill(server.url);
  mkdirSync(FOLDER, { recursive: true });
  for (const [device, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of SCHEMES) {
      const name = (view: string) => `${FOLDER}${view}-${device}-${colorScheme}.png`;
      const options = { viewport, colorScheme, isPhone: device === 'phone' };
      await signIn(browser, options, name('sign-in'));
      await chat(browser, options, reader, kitchen, name);
    }
  }
} finally {
  await browser.close();
  await server.stop();
}

interface Screen {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: 'light' | 'dark';
  readonly isPhone: boolean;
}

async function startServer() {
  const dataDir = mkdtempSync(join(tmpdir(), 'charla-screenshots-'));
  const settings = {
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: '0',
    RATE_LIMIT_AUTH: '0',
    LOG_LEVEL: 'error',
  };
  const config = readConfig(settings);
  const onLost = (error: Error) => {
    throw error;
  };
  const app = await createApp({ config, logger: createLogger(config.logLevel), onLost });
  const url = await app.listen({ host: config.host, port: config.port });
  const stop = async () => {
    await app.close();
    rmSync(dataDir, { recursive: true });
  };
  return { url, stop };
}

async function call<T>(
  path: string,
  token: string | null,
  body?: object,
  method = 'POST',
): Promise<T> {
  const headers = {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(body ? { 'content-type': 'application/json' } : {}),
  };
  const response = await fetch(server.url + path, {
    method,
    headers,
    body: body ? JSON.stringify(body) : null,
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (response.status === 204 ? null : await response.json()) as T;
}

/** Fills the server, and returns the session of the one who looks at it, and the room to look at. */
async function fill(url: string): Promise<{ reader: Session; kitchen: Room }> {
  const people = new Map<string, Session>();
  for (const name of ['Ana', 'Mateo', 'Aiko', 'Zoë', 'Lena']) {
    const email = `${people.size}@example.org`;
    people.set(
      name,
      await call('/auth/register', null, { name, email, password: 'a long password' }),
    );
  }
  const tokenOf = (name: string) => people.get(name)!.token;
  const open = async (
    name: string,
    topic: string,
    members: readonly string[],
    visibility = 'public',
  ) => {
    const room = await call<Room>('/rooms', tokenOf(members[0]!), { name, topic, visibility });
    for (const member of members.slice(1)) {
      const { id } = people.get(member)!.user;
      await call(`/rooms/${room.id}/users/${id}`, tokenOf(members[0]!), {}, 'PUT');
    }
    return room;
  };
  const say = async (room: Room, author: string, text: string, more: object = {}) =>
    call<Message>(`/rooms/${room.id}/messages`, tokenOf(author), { text, ...more });
  const upload = async (room: Room, author: string, name: Parameters<typeof samplePicture>[0]) => {
    const body = new FormData();
    body.append('file', new Blob([await samplePicture(name)]), name);
    const response = await fetch(`${url}/rooms/${room.id}/files`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokenOf(author)}` },
      body,
    });
    return ((await response.json()) as FileInfo).id;
  };

  const garden = await open('Garden', 'Tomatoes, mostly', ['Zoë', 'Ana', 'Lena']);
  const trips = await open('Summer trip', 'Where to?', ['Lena', 'Ana', 'Mateo'], 'private');
  await open('Film club', 'Thursdays at eight', ['Aiko', 'Mateo']);
  await open('Book swap', 'Bring one, take one', ['Mateo']);
  const kitchen = await open('Kitchen', 'What is for lunch?', [
    'Mateo',
    'Ana',
    'Aiko',
    'Zoë',
    'Lena',
  ]);
  const seqs: number[] = [];
  for (const [author, text, replyTo] of TALK) {
    const { seq } = await say(kitchen, author, text, replyTo ? { replyTo: seqs[replyTo - 1] } : {});
    seqs.push(seq);
  }
  const fileIds = [
    await upload(kitchen, 'Zoë', 'two loaves.jpg'),
    await upload(kitchen, 'Zoë', 'oven.jpg'),
  ];
  await say(kitchen, 'Zoë', 'First try', { fileIds });
  for (const name of ['Ana', 'Aiko', 'Lena'])
    await call(
      `/rooms/${kitchen.id}/messages/${seqs[0]}/reactions/${encodeURIComponent('🎉')}`,
      tokenOf(name),
      {},
      'PUT',
    );
  await say(kitchen, 'Ana', 'I bring butter. See you all at noon!');
  const direct = await call<Room>('/direct', tokenOf('Lena'), {
    userId: people.get('Ana')!.user.id,
  });
  await say(direct, 'Lena', 'Do you still have the big bowl?');
  await say(garden, 'Lena', 'The first one is red!');
  await say(trips, 'Mateo', '@Ana which week suits you?');
  // Two are there while the pictures are taken.
  for (const name of ['Mateo', 'Lena']) {
    const socket = new WebSocket(
      `${url.replace('http', 'ws')}/ws/chat/${kitchen.id}?token=${tokenOf(name)}`,
    );
    await new Promise((resolve) => socket.addEventListener('open', resolve));
  }
  return { reader: people.get('Ana')!, kitchen };
}

async function newPage(from: Browser, { viewport, colorScheme, isPhone }: Screen): Promise<Page> {
  const context = await from.newContext({
    viewport,
    colorScheme,
    hasTouch: isPhone,
    isMobile: isPhone,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  return context.newPage();
}

async function signIn(from: Browser, screen: Screen, file: string): Promise<void> {
  const page = await newPage(from, screen);
  await page.goto(server.url);
  await page.getByLabel('Email').waitFor();
  await page.screenshot({ path: file });
  await page.context().close();
}

async function chat(
  from: Browser,
  screen: Screen,
  session: Session,
  room: Room,
  nameOf: (view: string) => string,
): Promise<void> {
  const page = await newPage(from, screen);
  const stored = JSON.stringify(JSON.stringify(session));
  await page.addInitScript(`localStorage.setItem('charla.session', ${stored})`);
  await page.goto(`${server.url}/#/rooms/${room.id}`);
  await page.getByRole('log').getByText('I bring butter').waitFor();
  await page.getByRole('status').getByText('Connected').waitFor({ state: 'attached' });
  await page.locator('.picture-view[data-state=shown]').nth(1).waitFor();
  await page.screenshot({ path: nameOf('room') });
  if (screen.isPhone) {
    await page.getByRole('button', { name: 'Rooms' }).click();
    await page.getByRole('link', { name: /^Garden/ }).waitFor();
    await page.screenshot({ path: nameOf('rooms') });
  }
  await page.context().close();
}
