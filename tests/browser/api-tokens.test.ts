import { expect } from 'vitest';
import type { NewBot } from '../../src/protocol/bots.ts';
import type { NewIncomingHook } from '../../src/protocol/incoming-hooks.ts';
import type { Me } from '../../src/protocol/resources.ts';
import { Audit } from '../support/axe.ts';
import { inBrowser, launchBrowser, shareArrivals } from '../support/browser.ts';
import { call, generalRoom, postMessage } from '../support/client.ts';
import { enterRoom, tokenOf } from '../support/page.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();
const people = shareArrivals(server, 'Ana');

inBrowser('makes an API token, shows and copies it once, and revokes it', async () => {
  const [{ page, complaints }] = people();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: /Your profile/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('API tokens', { exact: true }).click();
  await dialog.getByText('You have no tokens.').waitFor();
  await dialog.getByRole('button', { name: 'Make a token' }).click();
  await dialog.getByText('This is required.').waitFor();
  await dialog.getByLabel('What is it for?').fill('Nightly');
  await dialog.getByLabel('Good for').selectOption({ label: 'A year' });
  await dialog.getByRole('button', { name: 'Make a token' }).click();
  const shown = dialog.getByRole('group', { name: 'Nightly' });
  const token = await shown.locator('code').innerText();
  expect(token).toMatch(/^chr_[\w-]{43}$/);
  await shown.getByRole('button', { name: 'Copy' }).click();
  await shown.getByText('Copied.').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(token);
  expect((await call<Me>(server, 'GET', '/users/me', { token })).body.name).toBe('Ana');
  const list = dialog.getByRole('list', { name: 'API tokens' });
  await list.getByText(/Not used yet · expires: /).waitFor();
  const audit = new Audit();
  await audit.look(page, 'API tokens');
  audit.passes();

  await dialog.getByRole('button', { name: 'Revoke Nightly' }).click();
  await dialog.getByText('You have no tokens.').waitFor();
  expect(await shown.count()).toBe(0);
  expect((await call(server, 'GET', '/users/me', { token })).status).toBe(401);
  expect(complaints).toEqual([]);
});

inBrowser('marks bots by their names, in messages and among people', async () => {
  const [ana] = people();
  const admin = { token: await tokenOf(ana) };
  const room = await generalRoom(server, admin.token);
  const bot = { ...admin, body: { name: 'Echo' } };
  const { token } = (await call<NewBot>(server, 'POST', '/bots', bot)).body;
  await postMessage(server, token, room.id, 'I am a bot');
  await postMessage(server, admin.token, room.id, 'I am not');
  const path = `/rooms/${room.id}/hooks/incoming`;
  const hook = { ...admin, body: { name: 'Builds' } };
  const { url, id } = (await call<NewIncomingHook>(server, 'POST', path, hook)).body;
  await fetch(url, { method: 'POST', body: new URLSearchParams({ payload: '{"text":"passed"}' }) });
  await enterRoom(ana, 'general');
  const byOf = (text: string) =>
    ana.messages.getByRole('article').filter({ hasText: text }).locator('.author');
  const badge = (text: string) => byOf(text).getByText('Bot', { exact: true });
  await badge('I am a bot').waitFor();
  await badge('passed').waitFor();
  expect(await badge('I am not').count()).toBe(0);
  await ana.people.getByRole('button', { name: /^Echo Bot/ }).waitFor();
  // Its bot is no member any more, and still one in the history, also after a reload.
  await call(server, 'DELETE', `/rooms/${room.id}/hooks/${id}`, admin);
  await ana.page.reload();
  await badge('passed').waitFor();
  expect(ana.complaints).toEqual([]);
});
