import { expect } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import { Audit } from '../support/axe.ts';
import { arrive, inBrowser, launchBrowser, type Person } from '../support/browser.ts';
import { call, createRoom, postMessage, signUp, type Account } from '../support/client.ts';
import { uploaded } from '../support/files.ts';
import { goTo, tokenOf } from '../support/page.ts';
import { animation, picture, tone } from '../support/pictures.ts';
import { shareServer } from '../support/server.ts';

/* What messages carry: pictures and their viewer, players, cards. */

launchBrowser();
const server = shareServer();

interface Sent {
  readonly content: string | Uint8Array<ArrayBuffer>;
  readonly name: string;
  readonly alt?: string;
}

/** Sends files with one message. */
async function share(
  by: Pick<Account, 'token'>,
  room: Room,
  files: Sent[],
  more: object = {},
): Promise<Message> {
  const fileIds: string[] = [];
  const alts: Record<string, string> = {};
  for (const { content, name, alt } of files) {
    const { id } = await uploaded(server, by.token, room.id, content, name);
    fileIds.push(id);
    if (alt !== undefined) alts[id] = alt;
  }
  const send = { text: '', fileIds, alts, ...more };
  return (await postMessage(server, by.token, room.id, send)).body;
}

const remove = async (by: Account, { roomId, seq }: Message) =>
  call(server, 'DELETE', `/rooms/${roomId}/messages/${seq}`, { token: by.token });

const open = async (person: Person, room: Room) => {
  await goTo(person, room.id);
  await person.page.getByRole('heading', { name: room.name }).waitFor();
};

/** Where pictures stand, and how far the list is scrolled. */
const layout = ({ page }: Person) =>
  page.evaluate<number[]>(`(() => {
    const list = document.querySelector('.messages');
    const boxes = [...list.querySelectorAll('.picture')].map((one) => one.getBoundingClientRect());
    return [list.scrollHeight, list.scrollTop, ...boxes.flatMap((box) => [box.top, box.width, box.height])];
  })()`);

const scaleOf = ({ page }: Person) =>
  page.evaluate<number>(
    `new DOMMatrix(getComputedStyle(document.querySelector('.viewer-picture')).transform).a`,
  );

/** Moves two fingers apart, on the middle of the screen. */
async function pinch({ page }: Person, by: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const touch = async (type: string, apart: number) =>
    devtools.send('Input.dispatchTouchEvent', {
      type: type as 'touchStart',
      touchPoints:
        type === 'touchEnd' ? [] : [640 - apart, 640 + apart].map((x) => ({ x, y: 400 })),
    });
  await touch('touchStart', 50);
  for (const part of [0.25, 0.5, 0.75, 1]) await touch('touchMove', 50 + 50 * (by - 1) * part);
  await touch('touchEnd', 0);
}

inBrowser(
  'pictures have their place before they load, load when they are near, and fill the screen',
  { timeout: 90_000 },
  async () => {
    const dana = await signUp(server, 'Dana');
    const room = await createRoom(server, dana.token, 'Gallery');
    const hue = (i: number) => picture([900, 600, 1200][i % 3]!, [600, 900, 300][i % 3]!, i * 40);
    const far = await share(dana, room, [{ content: await hue(0), name: 'far.jpg' }]);
    for (let i = 0; i < 24; i += 1) {
      await postMessage(server, dana.token, room.id, { text: `line ${i}\nand\nmore` });
    }
    const cat = { content: await hue(1), name: 'cat.jpg', alt: 'A cat on a sofa' };
    const first = await share(dana, room, [cat]);
    const pair = [0, 2].map(async (i) => ({ content: await hue(i), name: `pair ${i}.jpg` }));
    const second = await share(dana, room, await Promise.all(pair), { replyTo: first.seq });

    const ana = await arrive(server, 'Ana');
    const { page } = ana;
    const linked: string[] = [];
    page.on('request', (request) => {
      const [, id] = /\/files\/([\w-]+)\/link$/.exec(request.url()) ?? [];
      if (id !== undefined) linked.push(id);
    });
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/thumbnail?*', async (route) => {
      await held;
      await route.continue();
    });
    await open(ana, room);
    await page.locator('.picture').nth(3).waitFor();
    await expect.poll(() => linked.length).toBe(3);
    const before = await layout(ana);
    release();
    await expect.poll(() => page.locator('.picture-view[data-state="shown"]').count()).toBe(3);
    expect(await layout(ana)).toEqual(before);
    expect(linked).not.toContain(far.files[0]!.id);

    // What a message without text carries stands where its text would.
    const quote = ana.messages.getByRole('button', { name: /Go to.*Picture cat\.jpg/ });
    await quote.locator('img').waitFor();
    const row = ana.messages.getByRole('article', { name: 'Dana A cat on a sofa' });
    await row.getByRole('img', { name: 'A cat on a sofa' }).click();
    const viewer = page.getByRole('dialog', { name: 'Pictures of this room' });
    await viewer.locator('img[data-loaded="true"]').waitFor();
    await viewer.getByText('A cat on a sofa', { exact: true }).waitFor();
    await viewer.getByText('2 of 4').waitFor();

    await page.keyboard.press('+');
    expect(await scaleOf(ana)).toBeCloseTo(1.5);
    await page.mouse.move(600, 400);
    await page.mouse.wheel(0, -200);
    await expect.poll(() => scaleOf(ana)).toBeGreaterThan(2);
    await page.keyboard.press('0');
    expect(await scaleOf(ana)).toBe(1);
    await pinch(ana, 2);
    expect(await scaleOf(ana)).toBeCloseTo(2, 1);
    await page.keyboard.press('0');
    await page.mouse.dblclick(600, 400);
    expect(await scaleOf(ana)).toBeCloseTo(2.5);
    await page.keyboard.press('PageDown');
    await viewer.getByText('3 of 4').waitFor();
    expect(await scaleOf(ana)).toBe(1);
    await viewer.getByRole('button', { name: 'Next picture' }).click();
    await viewer.getByText('pair 2.jpg').first().waitFor();

    const saving = page.waitForEvent('download');
    await viewer.getByRole('button', { name: 'Download' }).click();
    expect((await saving).suggestedFilename()).toBe('pair 2.jpg');
    await page.keyboard.press('Home');
    await viewer.getByText('1 of 4').waitFor();

    const audit = new Audit();
    await audit.look(page, 'the viewer');
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
    await audit.look(page, 'a room with pictures');
    audit.passes();
    const focused = await page.evaluate<string>(`document.activeElement.querySelector('img')?.alt`);
    expect(focused).toBe('A cat on a sofa');

    // A deleted message takes its pictures along, out of the viewer, too.
    await page.keyboard.press('Enter');
    await viewer.getByText('2 of 4').waitFor();
    await remove(dana, first);
    await viewer.getByText('2 of 3').waitFor();
    await remove(dana, second);
    await viewer.getByText('1 of 1').waitFor();
    await remove(dana, far);
    await viewer.waitFor({ state: 'detached' });
    expect(await page.locator('.picture').count()).toBe(0);
    const kept = () =>
      page.evaluate<string>(`new Promise((resolve) => {
        const opening = indexedDB.open('charla');
        opening.onsuccess = () => {
          const reading = opening.result.transaction('pages').objectStore('pages').getAll();
          reading.onsuccess = () => resolve(JSON.stringify(reading.result));
        };
      })`);
    await expect.poll(kept, { timeout: 5_000 }).toContain('line 23');
    await expect.poll(kept, { timeout: 5_000 }).not.toContain('cat.jpg');
    expect(ana.complaints).toEqual([]);
  },
);

inBrowser(
  'sound plays in place, pictures move if wanted, and other files are cards',
  { timeout: 90_000 },
  async () => {
    const dana = await signUp(server, 'Eva');
    const room = await createRoom(server, dana.token, 'Workshop');
    const ana = await arrive(server, 'Bea', { viewport: { width: 320, height: 640 } });
    const { page } = ana;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const opened: string[] = [];
    page.on('request', (request) => {
      if (/\/files\/[\w-]+\?link=/.test(request.url())) opened.push(request.url());
    });
    await open(ana, room);

    const long = `${'a very long name '.repeat(12)}.pdf`;
    const papers = await share(dana, room, [
      { content: '%PDF-1.7 no more', name: long },
      { content: '<script>fail()</script>', name: '<img src=x onerror=fail()>.html' },
      { content: 'some notes', name: 'cod\u202Egpj.exe' },
    ]);
    const [, html] = papers.files;
    const { messages } = ana;
    await messages.getByText('codgpj.exe').waitFor();
    await messages.getByText('10 bytes').waitFor();
    const [content, screen] = await page.evaluate<[number, number]>(`[
      document.querySelector('.messages').scrollWidth, document.querySelector('.messages').clientWidth
    ]`);
    expect(content).toBe(screen);
    const saving = page.waitForEvent('download');
    await messages.getByRole('button', { name: /^Download <img/ }).click();
    expect((await saving).suggestedFilename()).toMatch(/onerror=fail.*\.html$/);

    await share(dana, room, [{ content: tone(3), name: 'tone.wav' }]);
    await messages.getByRole('article', { name: /Sound tone\.wav/ }).waitFor();
    const height = () => page.evaluate(`document.querySelector('.messages').scrollHeight`);
    const before = await height();
    expect(opened.filter((url) => !url.includes(html!.id))).toEqual([]);
    // A player whose link has expired gets another one.
    const answers: (object | null)[] = [{ status: 401, body: '' }];
    await page.route(/[\w-]+\?link=/, async (route) => {
      const answer = answers.shift();
      await (answer ? route.fulfill(answer) : route.continue());
    });
    await messages.getByRole('button', { name: 'Play tone.wav' }).click();
    const played = () => page.evaluate<number>(`document.querySelector('audio').currentTime`);
    await page.locator('audio').waitFor();
    await expect.poll(played, { timeout: 10_000 }).toBeGreaterThan(0.1);
    expect(await height()).toBe(before);

    for (const format of ['gif', 'webp'] as const) {
      const name = `dance.${format}`;
      await share(dana, room, [{ content: await animation(format), name }]);
      const one = messages.getByRole('article', { name: new RegExp(`Picture ${name}`) });
      await one.getByRole('button', { name: 'Play the animation' }).waitFor();
      expect(await one.locator('img').count()).toBe(1);
      await one.getByRole('button', { name: 'Play the animation' }).click();
      await one.getByRole('button', { name: 'Pause the animation' }).waitFor();
      expect(await one.locator('img').count()).toBe(2);
    }
    expect(ana.complaints.filter((one) => !one.includes('401'))).toEqual([]);
  },
);

inBrowser(
  'a picture whose link has expired gets another, and one that fails can be retried',
  async () => {
    const dana = await signUp(server, 'Fay');
    const room = await createRoom(server, dana.token, 'Weather');
    const cat = { content: await picture(300, 200), name: 'cat.jpg' };
    const { files } = await share(dana, room, [cat]);
    const ana = await arrive(server, 'Gil');
    const { page } = ana;
    const answers: (object | null)[] = [{ status: 401, body: '' }, null];
    await page.route('**/thumbnail?*', async (route) => {
      const answer = answers.shift();
      await (answer ? route.fulfill(answer) : route.continue());
    });
    const links: string[] = [];
    page.on('request', (request) => request.url().endsWith('/link') && links.push(request.url()));
    await open(ana, room);
    await page.locator('.picture-view[data-state="shown"]').waitFor();
    expect(links.length).toBe(2);

    answers.push({ status: 500, body: '' }, { status: 500, body: '' });
    const dog = { content: await picture(400, 500), name: 'dog.jpg' };
    await share(dana, room, [dog]);
    await page.getByText('This picture could not be loaded.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.locator('.picture-view[data-state="shown"]').count()).toBe(2);

    // Every view shares the link, for as long as it is good.
    const before = links.length;
    await ana.messages.getByRole('img', { name: 'Picture cat.jpg' }).click();
    await page.locator('.viewer img[data-loaded="true"]').waitFor();
    await page.keyboard.press('Escape');
    expect(links.slice(before).filter((url) => url.includes(files[0]!.id))).toEqual([]);

    // A text can go, where there are pictures; then they stand for the message.
    await page.getByLabel('Message', { exact: true }).fill('hello');
    await page.keyboard.press('Enter');
    await ana.messages.getByText('hello').waitFor();
    const [me, own] = [{ token: await tokenOf(ana) }, await picture(300, 300)];
    await share(me, room, [{ content: own, name: 'own.jpg' }], { text: 'a caption' });
    await ana.messages.getByText('a caption').waitFor();
    await page.getByLabel('Message', { exact: true }).press('ArrowUp');
    await page.getByLabel('Message', { exact: true }).fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    const row = ana.messages.getByRole('article', { name: /Picture own\.jpg/ });
    await row.getByText('edited').waitFor();
    expect(await ana.messages.getByText('a caption').count()).toBe(0);
    await row.focus();
    await page.keyboard.press('Delete');
    await page.getByRole('dialog').getByText('Picture own.jpg').waitFor();
    await page.keyboard.press('Escape');
    await row.waitFor();
  },
);
