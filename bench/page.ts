import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.ts';
import type { Job } from '../src/store/mutation.ts';
import { openSqlite } from '../tests/support/database.ts';
import { fillingOf } from '../tests/support/filling.ts';
import { median } from './figures.ts';
import { root } from './processes.ts';
import { startServer } from './servers.ts';
import { mainThreadTasks, TASKS } from './page-tasks.ts';
import { people, roomId, roomsOf, tokenOf, userId } from './world.ts';

/*
 * Measures the page in Chromium, against a compiled server that it starts: `npm run build && npm run bench:page`.
 * ROUNDS sets how often a load is measured; the median counts. Nothing else should run on the machine meanwhile.
 */
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
/** How much slower than this machine a phone is. */
const SLOWDOWN = 4;
const MESSAGES = 100_000;
const SCROLLED = 10_000;
const FLOOD = { perSecond: 500, seconds: 10 };
/** A member of the second room; those after it write there. */
const READER = 12;
const VIEWPORT = { width: 1280, height: 800 };
const FORM = `document.querySelector('input[type=password]')`;
const CHAT = `document.querySelector('[role=log] article') && document.querySelector('.composer textarea, [role=textbox]')`;

/** A load until the page can be used, and what it has loaded half a second later. */
interface Load {
  readonly ms: number;
  readonly kib: number;
  readonly requests: number;
  readonly kibLater: number;
}

/** Resolves in the page with the time of the first frame after something is shown; counts long tasks on the way. */
const observer = (shown: string) => `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  globalThis.isShown = new Promise((resolve) => {
    const look = () => ${shown}
      ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
      : requestAnimationFrame(look);
    look();
  });`;

async function openPage(browser: Browser, shown: string, user: number | null): Promise<Page> {
  const context = await browser.newContext({ viewport: VIEWPORT, serviceWorkers: 'block' });
  if (user !== null) {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const me = { id: userId(user), name: `Person ${user}`, color: '#335577', isAdmin: false };
    const session = JSON.stringify({ token: tokenOf(user), expiresAt, user: me });
    await context.addInitScript(
      `localStorage.setItem('charla.session', ${JSON.stringify(session)})`,
    );
  }
  await context.addInitScript(observer(shown));
  return await context.newPage();
}

/** Loads the page with an empty cache, or again, and returns how long it took until it could be used. */
async function load(
  browser: Browser,
  url: string,
  shown: string,
  user: number | null,
  isReload: boolean,
): Promise<Load> {
  const page = await openPage(browser, shown, user);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  let bytes = 0;
  let requests = 0;
  cdp.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  await page.goto(url, { waitUntil: 'commit' });
  let ms = await page.evaluate<number>('isShown');
  if (isReload) {
    await wait(1000);
    [bytes, requests] = [0, 0];
    await page.reload({ waitUntil: 'commit' });
    ms = await page.evaluate<number>('isShown');
  }
  const usable = { ms, kib: bytes / 1024, requests };
  await wait(500);
  await page.context().close();
  return { ...usable, kibLater: bytes / 1024 };
}

/** Requests all files of the page, as on a server that is in use: it compresses well what is requested often. */
async function warmUp(url: string): Promise<void> {
  const html = await (await fetch(url)).text();
  const paths = new Set(Array.from(html.matchAll(/"\.\/(v\/[^"]+)"/g), ([, path]) => path!));
  for (let round = 0; round < 25; round += 1)
    for (const path of paths)
      await (await fetch(`${url}/${path}`, { headers: { 'accept-encoding': 'br' } })).arrayBuffer();
  await wait(2000);
}

async function measureLoads(browser: Browser, url: string): Promise<void> {
  for (const [name, address, shown, user] of [
    ['sign-in form', url, FORM, null],
    ['chat', `${url}/#/rooms/${roomId(1)}`, CHAT, READER],
  ] as const) {
    for (const isReload of [false, true]) {
      const loads: Load[] = [];
      for (let i = 0; i < ROUNDS; i += 1)
        loads.push(await load(browser, address, shown, user, isReload));
      const of = (key: keyof Load) => median(loads.map((one) => one[key]));
      const times = loads.map(({ ms }) => Math.round(ms)).join(', ');
      console.log(
        `| ${name}, ${isReload ? 'again' : 'first load'} | ${Math.round(of('ms'))} ms (${times}); ` +
          `${of('kib').toFixed(0)} KiB in ${of('requests')} requests, ${of('kibLater').toFixed(0)} KiB later |`,
      );
    }
  }
}

/** Opens the long room, scrolls up through it, then types while others write. */
async function measureLongRoom(browser: Browser, url: string): Promise<void> {
  const page = await openPage(browser, CHAT, 0);
  await page.goto(`${url}/#/rooms/${roomId(1)}`);
  await page.evaluate('isShown');
  // Within the open page, as with a click in the list of rooms.
  const opened = await page.evaluate<number>(`(async () => {
    const start = performance.now();
    location.hash = '#/rooms/${roomId(0)}';
    while (!document.querySelector('[role=log]')?.textContent.includes('number ${MESSAGES - 1} '))
      await new Promise(requestAnimationFrame);
    return performance.now() - start;
  })()`);
  console.log(`| a room of ${MESSAGES} messages opens | ${Math.round(opened)} ms |`);

  const scrolled = await page.evaluate<{ rows: number; gap: number; task: number }>(`(async () => {
    longTasks.length = 0;
    const log = document.querySelector('[role=log]');
    const isScroller = (e) => e.scrollHeight > e.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(e).overflowY);
    let scroller = log;
    while (scroller && !isScroller(scroller)) scroller = scroller.parentElement;
    scroller ??= [...log.querySelectorAll('*')].find(isScroller);
    const top = () => Number(/number (\\d+) /.exec(log.querySelector('article')?.textContent ?? '')?.[1] ?? ${MESSAGES});
    let [gap, last] = [0, performance.now()];
    const end = last + 120000;
    while (${MESSAGES} - top() < ${SCROLLED} && last < end) {
      scroller.scrollTop -= 400;
      const now = await new Promise(requestAnimationFrame);
      gap = Math.max(gap, now - last);
      last = now;
    }
    return { rows: ${MESSAGES} - top(), gap, task: Math.max(0, ...longTasks) };
  })()`);
  console.log(
    `| scrolling through ${scrolled.rows} rows | longest task ${Math.round(scrolled.task)} ms, ` +
      `longest gap between frames ${Math.round(scrolled.gap)} ms |`,
  );
  await page.context().close();
}

/** Types while the members of a room write 500 messages a second. */
async function measureFlood(browser: Browser, url: string): Promise<void> {
  const page = await openPage(browser, CHAT, READER);
  const cdp = await page.context().newCDPSession(page);
  await page.goto(`${url}/#/rooms/${roomId(1)}`);
  await page.evaluate('isShown');
  const heap = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    return (await cdp.send('Runtime.getHeapUsage')).usedSize / 2 ** 20;
  };
  const before = await heap();
  const field = page.getByLabel('Message', { exact: true });
  await field.focus();
  await page.evaluate(`longTasks.length = 0; globalThis.inputs = [];
    addEventListener('keydown', ({ timeStamp }) =>
      requestAnimationFrame(() => setTimeout(() => inputs.push(performance.now() - timeStamp))), true);`);
  const stop = await flood(url);
  await browser.startTracing(page, { categories: TASKS });
  const end = Date.now() + FLOOD.seconds * 1000;
  while (Date.now() < end) {
    await page.keyboard.press('a');
    await wait(50);
  }
  const tasks = mainThreadTasks(await browser.stopTracing());
  stop();
  await wait(1000);
  const long = await page.evaluate<number[]>('longTasks');
  const inputs = await page.evaluate<number[]>('inputs');
  const p95 = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;
  console.log(
    `| ${FLOOD.perSecond} messages a second for ${FLOOD.seconds} s | p95 of all ${tasks.length} tasks ` +
      `${p95(tasks).toFixed(1)} ms; tasks over 50 ms: ${long.length}, p95 of them ${Math.round(p95(long))} ms; ` +
      `a key is shown after ${Math.round(p95(inputs))} ms (p95); ` +
      `heap ${before.toFixed(1)} MiB before, ${(await heap()).toFixed(1)} after |`,
  );
  await page.context().close();
}

/** Sends from ten sockets; returns what ends it. */
async function flood(url: string): Promise<() => void> {
  const senders = 10;
  const sockets = Array.from({ length: senders }, (_, i) => {
    const address = `${url.replace('http', 'ws')}/ws/chat/${roomId(1)}?token=${tokenOf(READER + 1 + i)}`;
    return new WebSocket(address);
  });
  await Promise.all(sockets.map((socket) => new Promise((go) => socket.once('open', go))));
  let sent = 0;
  const timer = setInterval(
    () => {
      for (const socket of sockets)
        socket.send(
          JSON.stringify({
            type: 'send',
            clientMsgId: `flood-${(sent += 1)}`,
            text: `message ${sent}`,
          }),
        );
    },
    (1000 * senders) / FLOOD.perSecond,
  );
  return () => {
    clearInterval(timer);
    for (const socket of sockets) socket.terminate();
  };
}

/** Two rooms: one of 100,000 messages, and one of 200 with a dozen members. */
async function fill(dataDir: string): Promise<void> {
  const filling = fillingOf(await openSqlite(join(dataDir, 'charla.db')));
  await filling.perform(people(24));
  await filling.perform(roomsOf(2, 12));
  await filling.perform(messages(0, MESSAGES));
  await filling.perform(messages(1, 200));
  await filling.close();
}

function* messages(room: number, count: number): Iterable<Job> {
  for (let i = 0; i < count; i += 1) {
    const link = i % 20 === 0 ? ' See https://example.org/page.' : '';
    const text = `This is number ${i} of them, as long as people write.${link}`;
    const author = userId(room * 12 + (i % 7));
    yield { mutation: 'sendMessages', input: { roomId: roomId(room), userId: author, text } };
  }
}

const folder = `${root}bench/data`;
mkdirSync(folder, { recursive: true });
const dataDir = mkdtempSync(join(folder, 'page-'));
const executablePath = findChromium();
if (executablePath === null) throw new Error('Install Chromium, or set CHROMIUM to its path');
try {
  await fill(dataDir);
  const server = await startServer('charla', { dataDir, databaseUrl: null });
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  try {
    const { url } = server.nodes[0]!;
    await warmUp(url);
    await measureLoads(browser, url);
    await measureFlood(browser, url);
    await measureLongRoom(browser, url);
  } finally {
    await browser.close();
    await server.stop();
  }
} finally {
  rmSync(dataDir, { recursive: true });
}
