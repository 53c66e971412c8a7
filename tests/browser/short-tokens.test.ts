import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { arriveByForm, inBrowser, launchBrowser, sees, type Person } from '../support/browser.ts';
import { call, generalRoom, signIn, signUp } from '../support/client.ts';
import { startServer } from '../support/server.ts';

launchBrowser();

const SECONDS = 25;

/** Counts the requests of an idle page, with tokens that live for so many seconds. */
async function idle(life: number) {
  const server = await startServer({ TOKEN_TTL: `${life}s` });
  // Signed up on the page: the token does not expire while a busy machine loads it.
  const ana: Person = await arriveByForm(server, 'Ana');
  await signUp(server, 'Bo');
  await ana.people.getByRole('button', { name: 'Ana' }).waitFor();
  const requested: string[] = [];
  ana.page.on('request', (request) => void requested.push(new URL(request.url()).pathname));
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
  const count = (path: string) => requested.filter((one) => one === path).length;
  return { refreshes: count('/auth/refresh'), streams: count('/notifications'), sockets, seconds };
}

inBrowser(
  'renews a short-lived token once per half of its life while idle, and the stream once per token',
  { timeout: 60_000 },
  async () => {
    // At two fifths of its life at the earliest; the life is cut to whole seconds.
    const bound = (life: number, seconds: number) => Math.ceil(seconds / (0.4 * (life - 1)));
    const lives = [20, 10];
    const counts = await Promise.all(lives.map(idle));
    for (const [i, { refreshes, streams, sockets, seconds }] of counts.entries()) {
      expect(refreshes).toBeGreaterThanOrEqual(2);
      expect(refreshes).toBeLessThanOrEqual(bound(lives[i]!, seconds));
      // The renewal of the first stream may be from before the count.
      expect(streams).toBeLessThanOrEqual(refreshes + 1);
      // Sockets change their token. On a busy machine, a second may be too short for that.
      expect(sockets).toBeLessThanOrEqual(lives[i]! < 20 ? 2 : 0);
    }
  },
);
