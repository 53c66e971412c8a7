import type { Message } from '../../src/protocol/resources.ts';
import { SERVER_AWAY, type Person } from './browser.ts';
import { call, type At } from './client.ts';
import { startServer, type TestServer } from './server.ts';

/* A page whose server is out of reach. */

/** Cuts every socket and stream of a page, which then opens no other: it gets no ticket. */
export async function cutOff(server: TestServer, { page }: Person): Promise<TestServer> {
  await page.context().route('**/auth/ticket', (route) => route.abort());
  await server.stop();
  const { port } = new URL(server.url);
  return startServer({ DATA_DIR: server.dataDir, PORT: port });
}

/** The same where only the network of the page is gone for a moment, which is cheaper: the server goes on. */
export async function cutLink({ page }: Person): Promise<void> {
  const context = page.context();
  await context.route('**/auth/ticket', (route) => route.abort());
  await context.setOffline(true);
  await context.setOffline(false);
  await page.getByRole('status').getByText('Reconnecting…').waitFor();
}

/** Lets a page that was cut off connect again. */
export async function letBack({ page }: Person): Promise<void> {
  await page.context().unroute('**/auth/ticket');
  await page.evaluate(`window.dispatchEvent(new Event('online'))`);
}

/** Whether a complaint of a page is only that the server is away; routes that fail are, and a network that is off. */
export const away = (complaint: string) =>
  SERVER_AWAY.test(complaint) || /ERR_FAILED|ERR_INTERNET|status of 404/.test(complaint);

/** What the browser keeps in a store, as text. */
export const keptIn = ({ page }: Person, store: 'kept' | 'pages') =>
  page.evaluate<string>(`new Promise((resolve) => {
    indexedDB.open('charla').onsuccess = ({ target: { result: database } }) => {
      const request = database.transaction('${store}').objectStore('${store}').getAll();
      request.onsuccess = () => {
        database.close();
        resolve(JSON.stringify(request.result));
      };
    };
  })`);

/** How many records the browser keeps, by store. */
export const kept = ({ page }: Person) =>
  page.evaluate<Record<string, number>>(`new Promise((resolve) => {
    indexedDB.open('charla').onsuccess = async ({ target: { result: database } }) => {
      const counts = {};
      for (const name of database.objectStoreNames) {
        const request = database.transaction(name).objectStore(name).count();
        await new Promise((done) => (request.onsuccess = done));
        counts[name] = request.result;
      }
      database.close();
      resolve(counts);
    };
  })`);

/** The signs of messages that wait. */
export const waiting = ({ messages }: Person) => messages.getByRole('img', { name: 'Being sent' });

/** The texts that the server has of a room. */
export async function textsOf(server: At, token: string, roomId: string): Promise<string[]> {
  const path = `/rooms/${roomId}/messages`;
  const { body } = await call<{ messages: Message[] }>(server, 'GET', path, { token });
  return body.messages.map(({ text }) => text);
}

/** Waits until the service worker has the whole page, and returns how many versions of it. */
export const keptVersions = ({ page }: Person) =>
  page.evaluate<number>(`(async () => {
    await navigator.serviceWorker.ready;
    // index.html is kept last.
    while (!(await caches.match('./'))) await new Promise((go) => setTimeout(go, 50));
    return (await caches.keys()).length;
  })()`);
