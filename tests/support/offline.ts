import type { Message } from '../../src/protocol/resources.ts';
import { SERVER_AWAY, type Person } from './browser.ts';
import { call, type At } from './client.ts';

/** The marks of messages that wait to be sent. */
export const waiting = ({ messages }: Person) => messages.getByRole('img', { name: 'Being sent' });

/** The texts that the server has of a room. */
export async function textsOf(server: At, token: string, roomId: string): Promise<string[]> {
  const path = `/rooms/${roomId}/messages`;
  const { body } = await call<{ messages: Message[] }>(server, 'GET', path, { token });
  return body.messages.map(({ text }) => text);
}

/** What a browser says while routes of a test fail, or the network is off, and may. */
export const away = (complaint: string) =>
  SERVER_AWAY.test(complaint) || /ERR_FAILED|ERR_INTERNET|status of 404/.test(complaint);

/** Waits until the service worker has the whole page, and returns how many versions of it. */
export const keptVersions = ({ page }: Person) =>
  page.evaluate<number>(`(async () => {
    await navigator.serviceWorker.ready;
    // index.html is kept last.
    while (!(await caches.match('./'))) await new Promise((go) => setTimeout(go, 50));
    return (await caches.keys()).length;
  })()`);
