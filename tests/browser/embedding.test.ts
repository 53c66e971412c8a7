import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import type { Message } from '../../src/protocol/resources.ts';
import { inBrowser, launchBrowser, openBlank } from '../support/browser.ts';
import { call, generalRoom, postMessage, signUp } from '../support/client.ts';
import { textsOf } from '../support/offline.ts';
import { shareServer, startServer, temporaryFolder } from '../support/server.ts';

/* docs/embedding.md shows how others use chat-client.js: what it shows is run as it stands. */

const root = new URL('../../', import.meta.url);
const guide = readFileSync(new URL('docs/embedding.md', root), 'utf8');

/** The first block of code of a language in the guide. */
function example(language: string): string {
  const [, code] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide) ?? [];
  expect(code).toBeDefined();
  return code!;
}

launchBrowser();

/** Serves one page from an origin of its own, the port of a server that hosts it elsewhere. */
async function otherSite() {
  let page = '';
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(page);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  const close = async () => {
    site.closeAllConnections();
    await new Promise((resolve) => void site.close(resolve));
  };
  onTestFinished(close);
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  return { origin, close, show: (html: string) => (page = html) };
}

inBrowser(
  'the page of the guide chats from another origin, through a restart of the server',
  async () => {
    const code = example('html');
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(20);
    const site = await otherSite();
    const settings = { DATA_DIR: temporaryFolder(), ALLOWED_ORIGINS: site.origin };
    const server = await startServer(settings);
    site.show(code.replaceAll('https://chat.example.org', server.url));
    const [ana, bo] = [await signUp(server, 'Ana'), await signUp(server, 'Bo')];
    const { id } = await generalRoom(server, bo.token);
    await postMessage(server, bo.token, id, 'said before');
    const texts = () => textsOf(server, bo.token, id);

    const page = await openBlank('about:blank');
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      void dialog.accept(dialog.message() === 'Email' ? ana.email : ana.password);
    });
    await page.goto(site.origin);
    const log = page.locator('#log');
    await log.getByText('Bo: said before').waitFor();
    await page.getByLabel('Message').fill('from elsewhere');
    await page.getByLabel('Message').press('Enter');
    await expect.poll(texts).toEqual(['said before', 'from elsewhere']);

    await server.stop();
    await page.getByLabel('Message').fill('while it was down');
    await page.getByLabel('Message').press('Enter');
    await startServer({ ...settings, PORT: new URL(server.url).port });
    await log.getByText('Ana: while it was down').waitFor();
    expect((await log.innerText()).trim().split('\n')).toEqual([
      'Bo: said before',
      'Ana: from elsewhere',
      'Ana: while it was down',
    ]);
    expect(complaints).toEqual([]);
  },
);

inBrowser(
  'the application of the guide signs its user in, and renews the token in time',
  async () => {
    const folder = temporaryFolder();
    const site = await otherSite();
    // The port is free once the site has closed: the application takes it.
    const port = Number(new URL(site.origin).port);
    await site.close();
    const server = await startServer({
      ALLOWED_ORIGINS: site.origin,
      AUTH_ISSUER: 'https://app.example.org',
      AUTH_AUDIENCE: 'charla',
      AUTH_JWKS_URL: `${site.origin}/keys`,
    });
    const login = /await client\.login\(.*\);/;
    expect(example('html')).toMatch(login);
    const html = example('html').replace(login, example('javascript').trim());
    writeFileSync(`${folder}/page.html`, html.replaceAll('https://chat.example.org', server.url));
    writeFileSync(`${folder}/app.mjs`, example('mjs').replace('now + 300', 'now + 4'));
    const env = { PATH: process.env['PATH'], PORT: String(port) };
    const child = spawn(process.execPath, ['app.mjs'], { cwd: folder, env });
    onTestFinished(async () => {
      if (child.kill()) await once(child, 'close');
    });
    await expect
      .poll(() =>
        fetch(`${site.origin}/keys`).then(
          ({ ok }) => ok,
          () => false,
        ),
      )
      .toBe(true);

    const bo = await signUp(server, 'Bo');
    const { id } = await generalRoom(server, bo.token);
    await postMessage(server, bo.token, id, 'said before');
    const page = await openBlank('about:blank');
    let tokens = 0;
    page.on(
      'requestfinished',
      (request) => (tokens += Number(request.url().endsWith('/charla-token'))),
    );
    await page.goto(site.origin);
    await page.locator('#log').getByText('Bo: said before').waitFor();
    await expect.poll(() => tokens).toBeGreaterThanOrEqual(3);
    await page.getByLabel('Message').fill('from the application');
    await page.getByLabel('Message').press('Enter');
    await page.locator('#log').getByText('Ana: from the application').waitFor();
    expect(await textsOf(server, bo.token, id)).toEqual(['said before', 'from the application']);
  },
);

const server = shareServer();

it('the program of the guide answers in Node', async () => {
  const [bot, ana] = [await signUp(server, 'Echo'), await signUp(server, 'Ana at the bot')];
  const folder = temporaryFolder();
  const client = new URL('public/chat-client.js', root).href;
  writeFileSync(`${folder}/bot.mjs`, example('js').replace('./public/chat-client.js', client));
  const { PATH } = process.env;
  const env = { PATH, CHARLA: server.url, EMAIL: bot.email, PASSWORD: bot.password };
  const child = spawn(process.execPath, ['bot.mjs'], { cwd: folder, env });
  onTestFinished(async () => {
    if (child.kill()) await once(child, 'close');
  });
  for await (const state of createInterface(child.stdout)) if (state === 'live') break;
  const { id } = await generalRoom(server, ana.token);
  const path = `/rooms/${id}/messages`;
  await call(server, 'POST', path, { token: ana.token, body: { text: 'hello' } });
  const newest = async () =>
    (await call<{ messages: Message[] }>(server, 'GET', path, ana)).body.messages.at(-1);
  await expect.poll(newest, { timeout: 5_000 }).toMatchObject({
    author: { name: 'Echo' },
    text: 'Ana at the bot said: hello',
  });
});

it('the guide names every method of the client and of a connection, and no other', async () => {
  interface Class {
    readonly prototype: object;
  }
  const load = async (file: string) =>
    (await import(new URL(`public/${file}`, root).href)) as Record<string, Class>;
  const { ChatClient } = await load('chat-client.js');
  const { SessionClient } = await load('client/session-client.js');
  const { RoomConnection } = await load('client/room-connection.js');
  const methods = ({ prototype }: Class) =>
    Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  const real = [ChatClient, SessionClient, RoomConnection].flatMap((one) => methods(one!));
  const named = [...guide.matchAll(/`(\w+)\([\w, ]*\)`|^\| `(\w+)`/gm)].map(
    ([, method, property]) => method ?? property!,
  );
  // A property that is not a getter, a method of the stream, and the handlers.
  const others = ['api', 'lastSeq', 'append'];
  // For the client's own connections.
  const inner = ['followNetwork'];
  const handlers = named.filter((name) => name.startsWith('on') && name !== 'onSession');
  expect(real.filter((name) => ![...named, ...inner].includes(name))).toEqual([]);
  const known = [...real, ...others, ...handlers];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
