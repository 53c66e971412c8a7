import { expect } from 'vitest';
import type { Message } from '../../src/protocol/resources.ts';
import { arrive, inBrowser, launchBrowser, SERVER_AWAY } from '../support/browser.ts';
import { call, createRoom, generalRoom, signUp } from '../support/client.ts';
import { line, roomLink, tokenOf } from '../support/page.ts';
import { startServer, temporaryFolder } from '../support/server.ts';

/* Events without a number are not replayed: after a reconnect the page loads that state again. */

launchBrowser();

inBrowser('shows current names, markers and texts after the page was disconnected', async () => {
  const dataDir = temporaryFolder();
  let server = await startServer({ DATA_DIR: dataDir });
  const [ana, bo] = [await arrive(server, 'Ana'), await signUp(server, 'Oldname')];
  const token = await tokenOf(ana);
  const general = await generalRoom(server, token);
  const kitchen = await createRoom(server, bo.token, 'Kitchen');
  const say = async (roomId: string, text: string) => {
    const send = { token: bo.token, body: { text } };
    return (await call<Message>(server, 'POST', `/rooms/${roomId}/messages`, send)).body;
  };
  await call(server, 'POST', `/rooms/${kitchen.id}/join`, { token });
  await call(server, 'POST', '/direct', { token, body: { userId: bo.user.id } });
  await say(general.id, 'hello');
  const { seq } = await say(kitchen.id, 'read on the phone');
  await line(ana, 'hello').waitFor();
  await ana.people.getByRole('button', { name: 'Oldname' }).waitFor();
  await roomLink(ana, 'Oldname').waitFor();
  await roomLink(ana, 'Kitchen').getByText('1 unread').waitFor();

  // The page cannot reconnect before all of this has happened.
  await ana.page.context().setOffline(true);
  await server.stop();
  server = await startServer({ DATA_DIR: dataDir, PORT: new URL(server.url).port });
  await ana.page.getByRole('status').getByText('Offline').waitFor();
  await call(server, 'PATCH', '/users/me', { token: bo.token, body: { name: 'Newname' } });
  await call(server, 'PUT', `/rooms/${kitchen.id}/read`, { token, body: { seq } });
  await ana.page.context().setOffline(false);

  await ana.people.getByRole('button', { name: 'Newname' }).waitFor();
  await ana.messages.locator('.author', { hasText: 'Newname' }).first().waitFor();
  await roomLink(ana, 'Newname').waitFor();
  await roomLink(ana, 'Kitchen').getByText('unread').waitFor({ state: 'detached' });
  await ana.page.getByText('Oldname').first().waitFor({ state: 'detached' });
  const away = /ERR_INTERNET_DISCONNECTED/;
  expect(ana.complaints.filter((one) => !SERVER_AWAY.test(one) && !away.test(one))).toEqual([]);
});

inBrowser('connects to a server on the same device where the browser sees no network', async () => {
  const server = await startServer();
  const ana = await arrive(server, 'Ana');
  await ana.page.addInitScript(
    `Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false });`,
  );
  await ana.page.reload();
  expect(await ana.page.evaluate<boolean>('navigator.onLine')).toBe(false);
  await ana.page.getByRole('status').getByText('Connected').waitFor({ state: 'attached' });
  await ana.say('said without a network');
  await line(ana, 'said without a network').and(ana.page.locator(':not([data-state])')).waitFor();
});
