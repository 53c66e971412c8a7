import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser, sees, type Person } from '../support/browser.ts';
import { call, generalRoom, signIn, signUp } from '../support/client.ts';
import { startServer } from '../support/server.ts';

launchBrowser();

const SECONDS = 25;

/** What a page that nobody touches asks for in a while, with tokens of a life of so many seconds. */
async function idle(life: number) {
  const server = await startServer({ TOKEN_TTL: `${life}s` });
  const ana: Person = await arrive(server, 'Ana');
  await signUp(server, 'Bo');
  await ana.people.getByRole('button', { name: 'Ana' }).waitFor();
  const asked: string[] = [];
  ana.page.on('request', (request) => void asked.push(new URL(request.url()).pathname));
  let sockets = 0;
  ana.page.on('websocket', () => (sockets += 1));
  const said: string[] = [];
  const start = performance.now();
  for (let second = 1; second <= SECONDS; second += 1) {
    await sleep(1000);
    if (second % 5 !== 0) continue;
    const { token } = await signIn(server, 'Bo');
    const room = await generalRoom(server, token);
    said.push(`after ${second} seconds`);
    const body = { text: said.at(-1) };
    await call(server, 'POST', `/rooms/${room.id}/messages`, { token, body });
  }
  await sees(ana, said);
  const seconds = (performance.now() - start) / 1000;
  expect(ana.complaints).toEqual([]);
  const count = (path: string) => asked.filter((one) => one === path).length;
  return { refreshes: count('/auth/refresh'), streams: count('/notifications'), sockets, seconds };
}

inBrowser(
  'an idle page renews a short-lived token once in half of its life, and each stream once for it',
  { timeout: 60_000 },
  async () => {
    // At two fifths of its life at the soonest, which is cut to whole seconds.
    const bound = (life: number, seconds: number) => Math.ceil(seconds / (0.4 * (life - 1)));
    const lives = [20, 5];
    const counts = await Promise.all(lives.map(idle));
    for (const [i, { refreshes, streams, sockets, seconds }] of counts.entries()) {
      expect(refreshes).toBeGreaterThanOrEqual(2);
      expect(refreshes).toBeLessThanOrEqual(bound(lives[i]!, seconds));
      // One renewal may have been before the counting, which its stream is not.
      expect(streams).toBeLessThanOrEqual(refreshes + 1);
      // Sockets take the new token over. On a busy machine, a second may be too short to be told in time.
      expect(sockets).toBeLessThanOrEqual(lives[i]! < 10 ? 2 : 0);
    }
  },
);
