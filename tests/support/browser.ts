import { chromium, type Browser, type Page } from 'playwright-core';
import { beforeAll, expect, onTestFinished } from 'vitest';
import { findChromium } from '../../scripts/chromium.ts';
import type { TestServer } from './server.ts';

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

/** A browser for the tests of a file, to be asked for at its top. */
export function launchBrowser(): void {
  beforeAll(async () => {
    const executablePath = findChromium();
    if (!executablePath) throw new Error('Install Chromium, or set CHROMIUM to its path');
    browser = await chromium.launch({ executablePath, args: ARGS });
    return async () => browser.close();
  });
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

/** Signs up in a browser of their own. */
export async function arrive(
  { url }: TestServer,
  name: string,
  viewport = { width: 1280, height: 800 },
): Promise<Person> {
  const context = await browser.newContext({ viewport });
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
