import type { Route } from 'playwright-core';
import sharp from 'sharp';
import { expect } from 'vitest';
import type { FileInfo, Message } from '../../src/protocol/resources.ts';
import {
  arrive,
  inBrowser,
  launchBrowser,
  openTab,
  sees,
  type Person,
} from '../support/browser.ts';
import { Audit } from '../support/axe.ts';
import { call, generalRoom, type At } from '../support/client.ts';
import { away, cutLink, kept, letBack, waiting } from '../support/offline.ts';
import { tokenOf } from '../support/page.ts';
import { startServer } from '../support/server.ts';

/* What somebody attaches to a message is uploaded at once, and goes out with it. */

launchBrowser();

const UPLOADS = '**/rooms/*/files';

const picture = async (name: string) => ({
  name,
  mimeType: 'image/png',
  buffer: await sharp({ create: { width: 300, height: 200, channels: 3, background: '#f2a81d' } })
    .png()
    .toBuffer(),
});
const notes = (name: string, size = 12) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.alloc(size, 'Buy milk. '),
});

const input = ({ page }: Person) => page.locator('.composer input[type=file]');
const tray = ({ page }: Person) => page.getByRole('list', { name: 'Files to send' });
const field = ({ page }: Person) => page.getByLabel('Message', { exact: true });

/** Lets a file be pasted into, or dropped on, what has the selector. */
const give = ({ page }: Person, selector: string, types: string[], name: string) =>
  page.evaluate(`{
    const target = document.querySelector(${JSON.stringify(selector)});
    const data = new DataTransfer();
    data.items.add(new File(['words'], ${JSON.stringify(name)}, { type: 'text/plain' }));
    for (const type of ${JSON.stringify(types)}) {
      const init = { bubbles: true, cancelable: true };
      target.dispatchEvent(type === 'paste'
        ? new ClipboardEvent(type, { ...init, clipboardData: data })
        : new DragEvent(type, { ...init, dataTransfer: data }));
    }
  }`);

const messagesOf = async (server: At, token: string) => {
  const { id } = await generalRoom(server, token);
  const path = `/rooms/${id}/messages`;
  const { body } = await call<{ messages: Message[] }>(server, 'GET', path, { token });
  return body.messages;
};
const newest = async (server: At, token: string) => (await messagesOf(server, token)).at(-1);
const namesIn = ({ files = [] }: Partial<Message> = {}) => files.map(({ name }) => name);

inBrowser(
  'attaches what is chosen, pasted and dropped, and sends it with its text once it is uploaded',
  { timeout: 90_000 },
  async () => {
    const server = await startServer({ MAX_FILE_BYTES: '100000', RATE_LIMIT_MESSAGES: '0' });
    const ana = await arrive(server, 'Ana');
    const token = await tokenOf(ana);
    const { page } = ana;
    await ana.people.getByRole('button', { name: 'Ana' }).waitFor();
    const audit = new Audit();
    const held: Route[] = [];
    await page.route(UPLOADS, (route) => void held.push(route));

    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Attach' }).press('Enter');
    await (await chooser).setFiles([await picture('cat.png'), notes('notes.txt')]);
    await tray(ana).getByRole('progressbar', { name: 'Uploading cat.png' }).waitFor();
    await page.getByText('Uploading 2 files').waitFor({ state: 'attached' });
    await give(ana, '#composer', ['paste'], 'pasted.txt');
    await give(ana, '.messages', ['dragenter'], 'dropped.txt');
    await page.getByText('Drop files here').waitFor();
    await give(ana, '.drop-target', ['dragover', 'drop'], 'dropped.txt');
    await page.getByText('Drop files here').waitFor({ state: 'hidden' });
    await tray(ana).getByRole('button', { name: 'Remove dropped.txt' }).waitFor();
    await audit.look(page, 'files of a draft');
    // Three at once.
    await expect.poll(() => held.length).toBe(3);

    await tray(ana).getByRole('button', { name: 'Cancel notes.txt' }).press('Enter');
    await expect.poll(() => held.length).toBe(4);
    await expect
      .poll(() => page.evaluate(`document.activeElement.ariaLabel`))
      .toBe('Cancel cat.png');
    await tray(ana).getByRole('button', { name: 'Describe cat.png' }).press('Enter');
    await page.getByLabel('Description').fill('x'.repeat(501));
    await page.getByText('1 too many').waitFor();
    await audit.look(page, 'a description');
    await page.getByLabel('Description').fill('A cat');
    await page.getByLabel('Description').press('Enter');
    await tray(ana).getByRole('button', { name: 'Described: cat.png. Change' }).waitFor();

    await field(ana).fill('look');
    await field(ana).press('Enter');
    await tray(ana).waitFor({ state: 'detached' });
    await ana.messages.getByRole('img', { name: 'A cat' }).waitFor();
    expect(await ana.messages.getByRole('progressbar').count()).toBe(3);
    await audit.look(page, 'a message that waits for its files');
    // What has no files does not wait.
    await ana.say('meanwhile');
    await expect.poll(async () => (await newest(server, token))?.text).toBe('meanwhile');
    await page.unroute(UPLOADS);
    for (const route of held) await route.continue().catch(() => {});
    await waiting(ana).waitFor({ state: 'detached' });
    await sees(ana, ['meanwhile', 'look']);
    const message = await newest(server, token);
    expect(message).toMatchObject({ text: 'look', files: [{ width: 300, alt: 'A cat' }, {}, {}] });
    expect(namesIn(message)).toEqual(['cat.png', 'pasted.txt', 'dropped.txt']);

    await input(ana).setInputFiles([notes('big.txt', 500_000), notes('small.txt')]);
    const reason = page.getByText('big.txt: A file may have at most');
    await reason.waitFor();
    await field(ana).fill('too soon');
    await field(ana).press('Enter');
    await page.getByText('One of the files could not be uploaded').waitFor();
    await audit.look(page, 'a refused file');
    await tray(ana).getByRole('button', { name: 'Retry big.txt' }).click();
    await reason.waitFor();
    await tray(ana).getByRole('button', { name: 'Remove big.txt' }).click();
    await page.getByText('1 file is uploaded').waitFor({ state: 'attached' });
    expect((await newest(server, token))?.text).toBe('look');

    const eleven = Array.from({ length: 11 }, (_, i) => notes(`${i}.txt`));
    await input(ana).setInputFiles(eleven);
    await page.getByText('A message takes ten files at most').waitFor();
    await field(ana).fill('');
    await page.getByRole('button', { name: 'Send' }).click();
    const ten = ['small.txt', ...eleven.slice(0, 9).map(({ name }) => name)];
    await expect.poll(async () => namesIn(await newest(server, token))).toEqual(ten);
    expect((await newest(server, token))?.text).toBe('');
    await expect.poll(() => kept(ana)).toMatchObject({ outbox: 0, files: 0 });
    audit.passes();
    expect(ana.complaints.filter((one) => !/status of 413/.test(one))).toEqual([]);
  },
);

inBrowser(
  'keeps files of unsent messages over a reload and a closed tab, and uploads each once',
  { timeout: 90_000 },
  async () => {
    const server = await startServer();
    const ana = await arrive(server, 'Ana');
    const token = await tokenOf(ana);
    const context = ana.page.context();
    await ana.people.getByRole('button', { name: 'Ana' }).waitFor();
    const stored: FileInfo[] = [];
    context.on('response', async (response) => {
      const isUpload = response.request().method() === 'POST' && response.url().endsWith('/files');
      if (isUpload && response.ok()) stored.push((await response.json()) as FileInfo);
    });

    // The first file arrives, and then nothing any more.
    await input(ana).setInputFiles(notes('first.txt'));
    await ana.page.getByText('1 file is uploaded').waitFor({ state: 'attached' });
    await context.route(UPLOADS, (route) => route.abort());
    await cutLink(ana);
    await input(ana).setInputFiles(await picture('cat.png'));
    await tray(ana).getByText('Waiting').waitFor();
    await field(ana).fill('from the train');
    await field(ana).press('Enter');
    await waiting(ana).waitFor();
    await expect.poll(() => kept(ana)).toMatchObject({ outbox: 1, files: 2 });
    await ana.page.reload();
    await ana.messages.getByRole('img', { name: 'Picture cat.png' }).waitFor();
    const tab = await openTab(server, ana);
    await ana.page.close();
    await waiting(tab).waitFor();
    await tab.messages.getByRole('img', { name: 'Picture cat.png' }).waitFor();
    await context.unroute(UPLOADS);
    await letBack(tab);
    await waiting(tab).waitFor({ state: 'detached' });
    const sent = (await messagesOf(server, token)).filter(({ text }) => text !== '');
    expect(sent.map((message) => [message.text, namesIn(message)])).toEqual([
      ['from the train', ['first.txt', 'cat.png']],
    ]);
    expect(stored.map(({ name }) => name)).toEqual(['first.txt', 'cat.png']);
    await expect.poll(() => kept(tab)).toMatchObject({ outbox: 0, files: 0 });

    // A day passes before the next one is sent.
    await input(tab).setInputFiles(notes('old.txt'));
    await tab.page.getByText('1 file is uploaded').waitFor({ state: 'attached' });
    await expect.poll(() => stored.length).toBe(3);
    await call(server, 'DELETE', `/files/${stored[2]!.id}`, { token });
    await field(tab).fill('a day later');
    await field(tab).press('Enter');
    await expect.poll(async () => namesIn(await newest(server, token))).toEqual(['old.txt']);
    await waiting(tab).waitFor({ state: 'detached' });
    expect(stored.map(({ name }) => name)).toEqual(['first.txt', 'cat.png', 'old.txt', 'old.txt']);

    // What waits is bounded.
    await context.route(UPLOADS, (route) => route.abort());
    for (let i = 1; i <= 6; i += 1) {
      await input(tab).setInputFiles(Array.from({ length: 10 }, (_, k) => notes(`${k}.txt`)));
      await field(tab).press('Enter');
      if (i < 6) await expect.poll(() => waiting(tab).count()).toBe(i);
    }
    await tab.page.getByText('too many files waiting here already').waitFor();
    await expect.poll(() => kept(tab)).toMatchObject({ outbox: 5, files: 50 });
    await tab.messages.getByRole('button', { name: 'Cancel' }).first().click();
    await expect.poll(() => kept(tab)).toMatchObject({ outbox: 4, files: 40 });
    expect([...ana.complaints, ...tab.complaints].filter((one) => !away(one))).toEqual([]);
  },
);
