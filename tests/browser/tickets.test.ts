import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser, sees } from '../support/browser.ts';
import { call, generalRoom, signIn } from '../support/client.ts';
import { startServer, temporaryFolder } from '../support/server.ts';

launchBrowser();

inBrowser('opens sockets and streams with tickets, and puts the token into no URL', async () => {
  const dataDir = temporaryFolder();
  const server = await startServer({ DATA_DIR: dataDir });
  const ana = await arrive(server, 'Ana');
  const urls: string[] = [];
  ana.page.on('request', (request) => void urls.push(request.url()));
  ana.page.on('websocket', (socket) => void urls.push(socket.url()));
  await ana.page.reload();
  await ana.say('here');
  await sees(ana, ['here']);

  await server.stop();
  const again = await startServer({ DATA_DIR: dataDir, PORT: new URL(server.url).port });
  const { token } = await signIn(again, 'Ana');
  const room = await generalRoom(again, token);
  await call(again, 'POST', `/rooms/${room.id}/messages`, { token, body: { text: 'back' } });
  await sees(ana, ['here', 'back']);

  const stored = await ana.page.evaluate<string>("localStorage.getItem('charla.session')");
  const [, payload] = (JSON.parse(stored) as { token: string }).token.split('.');
  expect(urls.filter((url) => url.includes(payload!))).toEqual([]);
  const opened = (path: string) => urls.filter((url) => new URL(url).pathname.startsWith(path));
  const withTicket = (path: string) => opened(path).filter((url) => /[?&]token=ticket-/.test(url));
  for (const path of ['/ws/chat/', '/notifications']) {
    // Once for the page, and once more after the restart.
    await expect.poll(() => opened(path).length, { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
    expect(withTicket(path)).toEqual(opened(path));
  }
});
