import { expect } from 'vitest';
import type { Invite } from '../../src/protocol/invites.ts';
import { Audit } from '../support/axe.ts';
import { arrive, fillIn, inBrowser, launchBrowser, openBlank } from '../support/browser.ts';
import { call, createRoom } from '../support/client.ts';
import { enterRoom, tokenOf } from '../support/page.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();
const NARROW = { width: 320, height: 640 };

inBrowser('makes a link into a room, shows it as a QR code too, and revokes it', async () => {
  const ana = await arrive(server, 'Ana');
  await createRoom(server, await tokenOf(ana), 'Kitchen', 'private');
  await enterRoom(ana, 'Kitchen');
  await ana.people.getByRole('button', { name: 'Invite people' }).click();
  const dialog = ana.page.getByRole('dialog', { name: 'Invite people' });
  await dialog.getByText('There is no link yet.').waitFor();
  await dialog.getByLabel('Works for').selectOption({ label: '1 day' });
  await dialog.getByLabel('How many people').selectOption('1');
  await dialog.getByRole('button', { name: 'Create link' }).click();
  const row = dialog.getByRole('listitem');
  const link = (await row.getByText('/?invite=').textContent())!;
  expect(link).toMatch(new RegExp(`^${server.url}/\\?invite=[\\w-]{22}$`));
  await row.getByText('0 of 1 came').waitFor();
  await row.getByRole('button', { name: 'QR code' }).click();
  await row.getByRole('img', { name: 'QR code' }).waitFor();
  await row.getByRole('button', { name: 'Copy link' }).click();
  await row.getByRole('status').getByText('Copied').waitFor();
  const audit = new Audit();
  await audit.look(ana.page, 'the dialog');

  // Somebody who has never been here signs up by it, on a phone.
  const page = await openBlank(link, NARROW);
  await page.getByRole('heading', { name: 'Ana invites you to Kitchen' }).waitFor();
  await page.getByText('Private room, 1 member').waitFor();
  await audit.look(page, 'the invitation');
  await fillIn(page, 'Bo');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Kitchen', exact: true }).waitFor();
  expect(page.url()).not.toContain('invite');
  await row.getByText('1 of 1 came').waitFor();
  const late = await openBlank(link);
  await late.getByText('This invite has been used up').waitFor();
  await late.getByRole('button', { name: 'Go on without the invite' }).click();
  await late.getByRole('tab', { name: 'Sign in', selected: true }).waitFor();

  await row.getByRole('button', { name: 'Revoke' }).click();
  await dialog.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await dialog.getByText('There is no link yet.').waitFor();
  audit.passes();
  expect(ana.complaints).toEqual([]);
});

inBrowser('lets somebody who is signed in join by a button, and says why one cannot', async () => {
  const cleo = await arrive(server, 'Cleo', { locale: 'es-ES' });
  const dan = await arrive(server, 'Dan', { asAdmin: true });
  const token = await tokenOf(dan);
  const room = await createRoom(server, token, 'Taller', 'private');
  const path = `/rooms/${room.id}/invites`;
  const { body: invite } = await call<Invite>(server, 'POST', path, { token });
  const { page } = cleo;
  await page.goto(invite.url);
  await page.getByRole('heading', { name: 'Dan te invita a Taller' }).waitFor();
  await page.getByText('Has iniciado sesión como Cleo.').waitFor();
  await page.getByRole('button', { name: 'Ahora no' }).click();
  await page.locator('.chat').waitFor();
  expect(page.url()).not.toContain('invite');

  await page.goto(invite.url);
  await page.getByRole('button', { name: 'Unirse a Taller' }).click();
  await page.getByRole('heading', { name: 'Taller', exact: true }).waitFor();
  await call(server, 'DELETE', `${path}/${invite.code}`, { token });
  await page.goto(invite.url);
  await page.getByText('Esta invitación fue revocada. Pide otra.').waitFor();

  await dan.page.getByRole('button', { name: /Your profile/ }).click();
  await dan.page.getByRole('button', { name: 'Administration' }).click();
  const dialog = dan.page.getByRole('dialog', { name: 'Administration' });
  await dialog.getByRole('tab', { name: 'Invites' }).click();
  await dialog.getByRole('button', { name: 'Create link' }).click();
  await page.goto((await dialog.getByText('/?invite=').textContent())!);
  await page.getByRole('heading', { name: 'Dan te invita a este servidor' }).waitFor();
  await page.getByText('Ya tienes una cuenta aquí, Cleo.').waitFor();
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await dialog.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await dialog.getByText('There is no link yet.').waitFor();
  // The refusal of an ended invite is all that the browser has to complain about.
  expect(cleo.complaints.filter((text) => !text.includes('404'))).toEqual([]);
});
