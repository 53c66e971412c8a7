import { Webhook } from 'standardwebhooks';
import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { Audit } from '../support/axe.ts';
import { createRoom } from '../support/client.ts';
import { roomLink, tokenOf } from '../support/page.ts';
import { startReceiver } from '../support/receiver.ts';
import { startServer } from '../support/server.ts';

launchBrowser();

inBrowser(
  'connects a room with a program: shows the secret once, how it fares, sends again and deletes',
  async () => {
    const server = await startServer({ WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' }, undefined, {
      hookTimes: { tickMs: 50, requestMs: 5000, pausesMs: [3_600_000] },
    });
    const receiver = await startReceiver();
    const ana = await arrive(server, 'Ana');
    const { page, complaints } = ana;
    await createRoom(server, await tokenOf(ana), 'Builds');
    await roomLink(ana, 'Builds').click();
    await page.setViewportSize({ width: 320, height: 640 });
    const openDialog = async () => {
      await page.getByRole('button', { name: 'About this room' }).click();
      await page.getByRole('button', { name: 'Integrations' }).click();
    };
    await openDialog();
    const dialog = page.getByRole('dialog', { name: 'Integrations' });
    await dialog.getByText('Nothing is sent anywhere.').waitFor();

    await dialog.getByLabel('Name of the program').fill('Grafana');
    await dialog.getByRole('button', { name: 'Make a URL' }).click();
    const address = (await dialog.getByRole('status').locator('code').textContent())!;
    await dialog.getByText(/^Never used/).waitFor();
    const posted = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'disk is full' }),
    });
    expect(posted.status).toBe(200);
    await ana.messages.getByText('disk is full').waitFor({ state: 'attached' });
    await dialog.getByRole('button', { name: 'Delete the integration with Grafana' }).click();
    await page
      .getByRole('dialog')
      .last()
      .getByRole('button', { name: 'Delete', exact: true })
      .click();
    await dialog.getByText('Grafana', { exact: true }).waitFor({ state: 'detached' });

    const add = dialog.getByRole('button', { name: 'Add', exact: true });
    await dialog.getByLabel('URL').fill('ftp://127.0.0.1/');
    await add.click();
    await dialog.getByText('must be an https URL').waitFor();
    await dialog.getByLabel('URL').fill(receiver.url);
    for (const name of ['Reactions', 'Who comes and goes', 'Changes of the room']) {
      await dialog.getByLabel(name).uncheck();
    }
    receiver.answer = (response) => response.writeHead(500).end();
    await add.click();
    const shownSecret = dialog.getByRole('status').filter({ hasText: 'The secret' });
    const secret = (await shownSecret.locator('code').textContent())!;
    await dialog.getByText('It works.').waitFor();
    await dialog.getByText('message.created, message.edited, message.deleted').waitFor();
    const audit = new Audit();
    await audit.look(page, 'the integrations of a room');

    await page.keyboard.press('Escape');
    await ana.say('green');
    const { body, headers, event } = await receiver.next();
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(event);
    expect(event).toMatchObject({ type: 'message.created', message: { text: 'green' } });

    await openDialog();
    await dialog.getByText(/^It fails. Next attempt: /).waitFor();
    await dialog.getByText('the receiver answered with 500').waitFor();
    await dialog.getByText('1 event waits.').waitFor();
    expect(await dialog.getByText(secret).count()).toBe(0);
    await audit.look(page, 'an integration that fails');
    receiver.answer = null;
    await dialog.getByRole('button', { name: `Send again to ${receiver.url}` }).click();
    expect((await receiver.next()).event.seq).toBe(event.seq);
    await dialog.getByText('It works.').waitFor();
    await dialog.getByText(/: 204$/).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);

    await dialog.getByRole('button', { name: /^Delete the integration with/ }).click();
    await page
      .getByRole('dialog')
      .last()
      .getByRole('button', { name: 'Delete', exact: true })
      .click();
    await dialog.getByText('Nothing is sent anywhere.').waitFor();
    audit.passes();
    // The URL that was refused.
    expect(complaints.filter((text) => !text.includes('status of 400'))).toEqual([]);
  },
);
