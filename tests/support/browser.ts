import {
  chromium,
  type Browser,
  type BrowserContext,
  type Page,
  type ViewportSize,
} from 'playwright-core';
import { beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.ts';
import { checkFrame } from './frame-check.ts';
import { emailOf, passwordOf, signUp, signUpAdmin, type At } from './client.ts';

const DESKTOP = { width: 1280, height: 800 };

/** All files of a process share one browser: to start one and warm it up takes a second. */
const shared = globalThis as { browser?: Browser };
let browser: Browser;

const executablePath = findChromium();

/** A test in the browser: skipped where there is none, but never with CI=true. */
export const inBrowser = it.skipIf(executablePath === null && process.env['CI'] !== 'true');

/** A browser for the tests of a file, to be asked for at its top. */
export function launchBrowser(): void {
  beforeAll(async () => {
    if (executablePath === null) throw new Error('Install Chromium, or set CHROMIUM to its path');
    if (!shared.browser?.isConnected()) shared.browser = await launch(executablePath);
    browser = shared.browser;
  });
}

async function launch(path: string): Promise<Browser> {
  const launched = await chromium.launch({
    executablePath: path,
    args: CHROMIUM_ARGS,
    handleSIGTERM: false,
  });
  // Vitest ends its processes by this signal. Until then Chromium has a folder of its own.
  process.once('SIGTERM', (signal) => {
    void launched.close().finally(() => process.kill(process.pid, signal));
  });
  return launched;
}

/** What a browser says while its server is away, and may. */
export const SERVER_AWAY =
  /ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|WebSocket connection to|status of 503/;

export interface Person {
  readonly page: Page;
  readonly name: string;
  /** What the page complained about: violations of its policy and faults of its scripts, too. */
  readonly complaints: string[];
  readonly messages: ReturnType<Page['getByRole']>;
  readonly people: ReturnType<Page['getByRole']>;
  say(text: string): Promise<void>;
}

/**
 * Somebody new, in a browser of their own, who has signed up before the page opens; `asAdmin` by the
 * setup code. `script` runs in the page before its own. The service worker fetches every file of the page for later: only tests that are about it have one.
 */
export async function arrive(
  server: At,
  name: string,
  { viewport = DESKTOP, asAdmin = false, locale = 'en-US', withWorker = false, script = '' } = {},
  atEnd: AtEnd = onTestFinished,
): Promise<Person> {
  const { token, expiresAt, user } = await (asAdmin ? signUpAdmin : signUp)(server, name);
  const context = await newContext(viewport, locale, withWorker, atEnd);
  // Only once: who signs out stays so.
  const session = JSON.stringify(JSON.stringify({ token, expiresAt, user }));
  await context.addInitScript(`
    if (origin !== 'null' && !localStorage.getItem('arrived')) {
      localStorage.setItem('arrived', 'yes');
      localStorage.setItem('charla.session', ${session});
    }
  `);
  if (script !== '') await context.addInitScript(script);
  return openPage(server, name, context);
}

/** What is to be done with a step that closes something: after a test, where nothing else is said. */
type AtEnd = (close: () => Promise<void>) => void;

/**
 * People who stay for all tests of a file, since a new one takes two seconds of a processor; the first is an admin.
 * Each test finds their pages loaded anew. To be asked for after the server.
 */
export function shareArrivals<const Names extends readonly string[]>(
  server: At,
  ...names: Names
): () => { readonly [K in keyof Names]: Person } {
  let people: Person[] = [];
  let isNew = true;
  beforeAll(async () => {
    const closings: (() => Promise<void>)[] = [];
    const atEnd: AtEnd = (close) => closings.push(close);
    people = [];
    for (const name of names) {
      people.push(await arrive(server, name, { asAdmin: people.length === 0 }, atEnd));
    }
    return async () => {
      for (const close of closings) await close();
    };
  });
  beforeEach(async () => {
    if (!isNew) await Promise.all(people.map(loadAnew));
    isNew = false;
  });
  return () => people as { [K in keyof Names]: Person };
}

async function loadAnew({ page, complaints }: Person): Promise<void> {
  complaints.length = 0;
  // The room that was open may be gone.
  await page.evaluate(`history.replaceState(null, '', location.pathname)`);
  await page.reload();
  await page.locator('.chat').waitFor();
}

/**
 * The same as `arrive`, but for the form: it is filled in as by somebody who has never been here. `prepare` may
 * change the page before it opens.
 */
export async function arriveByForm(server: At, name: string, prepare?: Step): Promise<Person> {
  const enter = async (page: Page) => {
    await page.getByRole('tab', { name: 'Create account' }).click();
    await fillIn(page, name);
    await page.getByRole('button', { name: 'Create account' }).click();
  };
  return openPage(server, name, await newContext(DESKTOP), { prepare, enter });
}

/** Fills in the form for a new account. */
export async function fillIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Email').fill(emailOf(name));
  await page.getByLabel('Password').fill(passwordOf(name));
}

/** A page that nobody has been on, at an address. */
export async function openBlank(url: string, viewport = DESKTOP): Promise<Page> {
  const page = await (await newContext(viewport)).newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  return page;
}

/** Another tab of somebody's browser, where they are signed in. */
export const openTab = (server: At, { name, page }: Person): Promise<Person> =>
  openPage(server, name, page.context());

async function newContext(
  viewport: ViewportSize,
  locale = 'en-US',
  withWorker = false,
  atEnd: AtEnd = onTestFinished,
): Promise<BrowserContext> {
  const serviceWorkers = withWorker ? 'allow' : 'block';
  const context = await browser.newContext({ viewport, locale, serviceWorkers });
  // Whatever a test is about, no script fails and nothing meets the policy.
  const faults: string[] = [];
  context.on('weberror', (error) => faults.push(String(error.error())));
  context.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  context.on('page', (page) =>
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => checkFrame('room', payload.toString())),
    ),
  );
  atEnd(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });
  return context;
}

type Step = (page: Page) => Promise<unknown>;

async function openPage(
  { url }: At,
  name: string,
  context: BrowserContext,
  { prepare, enter }: { prepare?: Step | undefined; enter?: Step } = {},
): Promise<Person> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.text() === 'Service Worker registration blocked by Playwright') return;
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await prepare?.(page);
  await page.goto(url);
  await enter?.(page);
  // On a phone the list of rooms gives way to the first room at once.
  await page.locator('.chat').waitFor();
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
export async function sees({ messages }: Person, texts: readonly string[]): Promise<void> {
  for (const text of texts) await messages.getByText(text).waitFor();
  const lines = (await messages.innerText()).split('\n').map((line) => line.trim());
  expect(lines.filter((line) => texts.includes(line))).toEqual(texts);
}
