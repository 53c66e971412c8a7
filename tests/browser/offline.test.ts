import { expect } from 'vitest';
import type { Message } from '../../src/protocol/resources.ts';
import {
  arrive,
  inBrowser,
  launchBrowser,
  openTab,
  SERVER_AWAY,
  sees,
  type Person,
} from '../support/browser.ts';
import { call, createRoom, generalRoom } from '../support/client.ts';
import { roomLink, tokenOf } from '../support/page.ts';
import { startServer, temporaryFolder, type TestServer } from '../support/server.ts';

/* What is written while the server is out of reach waits in the browser, and goes out once. */

launchBrowser();

/** Cuts every socket and stream of a page, which then opens no other: it gets no ticket. */
async function cutOff(server: TestServer, { page }: Person): Promise<TestServer> {
  await page.context().route('**/auth/ticket', (route) => route.abort());
  await server.stop();
  const { port } = new URL(server.url);
  return startServer({ DATA_DIR: server.dataDir, PORT: port });
}

async function letBack({ page }: Person): Promise<void> {
  await page.context().unroute('**/auth/ticket');
  await page.evaluate(`window.dispatchEvent(new Event('online'))`);
}

const numbered = (words: string) => [1, 2, 3, 4, 5].map((i) => `${words} ${i}.`);

const textsOf = async (server: TestServer, token: string, roomId: string) => {
  const path = `/rooms/${roomId}/messages`;
  const { body } = await call<{ messages: Message[] }>(server, 'GET', path, { token });
  return body.messages.map(({ text }) => text);
};

const waiting = ({ messages }: Person) => messages.getByRole('img', { name: 'Being sent' });

inBrowser(
  'sends once and in order what two rooms were told offline, over a reload and a closed tab',
  async () => {
    let server = await startServer({ DATA_DIR: temporaryFolder() });
    const ana = await arrive(server, 'Ana');
    const token = await tokenOf(ana);
    const general = await generalRoom(server, token);
    const kitchen = await createRoom(server, token, 'Kitchen');
    const status = ana.page.getByRole('status');
    await expect.poll(() => status.innerText()).toBe('Connected');
    server = await cutOff(server, ana);
    await expect.poll(() => status.innerText()).toBe('Reconnecting…');

    const [first, second] = [numbered('to general'), numbered('to the kitchen')];
    for (const text of first) await ana.say(text);
    await roomLink(ana, 'Kitchen').click();
    await ana.page.getByRole('heading', { name: 'Kitchen' }).waitFor();
    for (const text of second) await ana.say(text);
    await expect.poll(() => waiting(ana).count()).toBe(5);
    await ana.page.reload();
    await sees(ana, second);
    expect(await waiting(ana).count()).toBe(5);
    expect(await textsOf(server, token, kitchen.id)).toEqual([]);

    const tab = await openTab(server, ana);
    await ana.page.close();
    await tab.page.goto(`${server.url}/#/rooms/${general.id}`);
    await sees(tab, first);
    await letBack(tab);
    await waiting(tab).first().waitFor({ state: 'detached' });
    await sees(tab, first);
    await roomLink(tab, 'Kitchen').click();
    await sees(tab, second);
    expect(await textsOf(server, token, general.id)).toEqual(first);
    expect(await textsOf(server, token, kitchen.id)).toEqual(second);
    expect([...ana.complaints, ...tab.complaints].filter((one) => !SERVER_AWAY.test(one))).toEqual(
      [],
    );
  },
);
