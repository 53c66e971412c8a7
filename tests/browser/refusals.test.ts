import { expect } from 'vitest';
import type { Message } from '../../src/protocol/resources.ts';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { call, generalRoom, signUp } from '../support/client.ts';
import { line, tokenOf } from '../support/page.ts';
import { startServer } from '../support/server.ts';

/* The page shows why the server refuses something, and does not keep trying. */

launchBrowser();

inBrowser('shows that a message takes no further emoji', async () => {
  const server = await startServer();
  const [ana, bo] = [await arrive(server, 'Ana'), await signUp(server, 'Bo')];
  const token = await tokenOf(ana);
  const room = await generalRoom(server, token);
  const path = `/rooms/${room.id}/messages`;
  const send = { token: bo.token, body: { text: 'everybody reacts' } };
  const { body } = await call<Message>(server, 'POST', path, send);
  for (let i = 0; i < 50; i += 1) {
    const emoji = encodeURIComponent(String.fromCodePoint(0x1f400 + i));
    const answer = await call(server, 'PUT', `${path}/${body.seq}/reactions/${emoji}`, bo);
    expect(answer.status).toBe(204);
  }
  await line(ana, 'everybody reacts').hover();
  await line(ana, 'everybody reacts').getByRole('button', { name: 'More actions' }).click();
  await ana.page.getByRole('menuitem', { name: '🎉' }).click();
  await ana.page.getByText('A message takes 50 different emoji').waitFor();
  await ana.page.getByRole('menuitem', { name: 'React', exact: true }).click();
  await ana.page.getByRole('dialog').getByRole('button', { name: '🔥', exact: true }).click();
  await ana.page.getByRole('dialog').getByText('A message takes 50 different emoji').waitFor();
  const refused = 'the server responded with a status of 403';
  expect(ana.complaints.filter((one) => !one.includes(refused))).toEqual([]);
});

inBrowser('shows that there are too many connections, and retries seldom', async () => {
  const server = await startServer({ MAX_CONNECTIONS_PER_USER: '1' });
  const ana = await arrive(server, 'Ana');
  // The stream has the only connection.
  await ana.page.getByText('The server accepts no more live connections').waitFor();
  let requests = 0;
  ana.page.on('request', () => (requests += 1));
  await ana.page.waitForTimeout(3000);
  // Each attempt takes a ticket and a check of the room, and waits a second or more on average.
  expect(requests).toBeLessThan(15);
});

inBrowser('shows why it pauses after a flood, and reconnects', async () => {
  const server = await startServer();
  const ana = await arrive(server, 'Ana');
  await ana.people.getByRole('button', { name: 'Ana' }).waitFor();
  let opened = 0;
  await ana.page.routeWebSocket(/\/ws\/chat\//, (socket) => {
    opened += 1;
    if (opened > 1) return void socket.connectToServer();
    const upstream = socket.connectToServer();
    upstream.onMessage((message) => {
      socket.send(message);
      if (String(message).includes('"live"')) void socket.close({ code: 4008, reason: 'flooding' });
    });
  });
  await ana.page.reload();
  await ana.page.getByText('Too much was sent at once').waitFor();
  await ana.page.getByRole('status').getByText('Connected').waitFor({ state: 'attached' });
  await ana.say('back again');
  await line(ana, 'back again').waitFor();
  expect(opened).toBe(2);
});
