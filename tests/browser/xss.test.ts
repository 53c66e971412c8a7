import { expect } from 'vitest';
import { xssNames, xssPayloads } from '../support/xss-payloads.ts';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { call, createRoom, joinRoom, signUp } from '../support/client.ts';
import { expectHarmless } from '../support/harmless.ts';
import { goTo, roomLink, tokenOf } from '../support/page.ts';
import { shareServer } from '../support/server.ts';

/* Whatever people write stays text: nothing of it runs, becomes an element or a link that runs something. */

launchBrowser();
const server = shareServer();

inBrowser(
  'makes no element, no link and no script of 300 hostile texts',
  { timeout: 60_000 },
  async () => {
    expect(xssPayloads.length).toBeGreaterThanOrEqual(300);
    const ana = await arrive(server, 'Ana');
    const token = await tokenOf(ana);
    const { page, messages } = ana;
    page.on('dialog', (dialog) => {
      ana.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('popup', (popup) => ana.complaints.push(`popup: ${popup.url()}`));
    const bo = await signUp(server, 'Bo');
    for (let from = 0; from < xssPayloads.length; from += 60) {
      const room = await createRoom(server, bo.token, `Texts ${from}`);
      const texts = xssPayloads.slice(from, from + 60);
      const path = `/rooms/${room.id}/messages`;
      const send = async (text: string) =>
        (await call(server, 'POST', path, { token: bo.token, body: { text } })).status;
      expect(new Set(await Promise.all(texts.map(send)))).toEqual(new Set([201]));
      await call(server, 'POST', `/rooms/${room.id}/join`, { token });
      await call(server, 'POST', path, { token: bo.token, body: { text: `the end of ${from}` } });
      await goTo(ana, room.id);
      await messages.getByText(`the end of ${from}`).waitFor();
      await messages.press('Home');
      await expectHarmless(ana);
      // Quotes and the search show them in other places.
      const quoted = { text: `a reply in ${from}`, replyTo: 10 };
      await call(server, 'POST', path, { token: bo.token, body: quoted });
      await messages.press('End');
      await messages.getByText(quoted.text).waitFor();
      await expectHarmless(ana);
    }
    await page.goto(`${server.url}/#/search/${encodeURIComponent('pwned')}`);
    await page.getByText('pwned').first().waitFor();
    await expectHarmless(ana);
  },
);

inBrowser('makes none of hostile names and topics either', { timeout: 60_000 }, async () => {
  const bo = await signUp(server, 'Bo of names');
  const kitchen = await createRoom(server, bo.token, 'Kitchen of names');
  const write = async (text: string, i: number) => {
    // Several are the same name once they are normalised.
    const name = `${text} ${i}`;
    const email = `name${i}@example.org`;
    const account = { email, password: 'a long password', name };
    const { status, body } = await call<{ token: string; user: { id: string } }>(
      server,
      'POST',
      '/auth/register',
      { body: account },
    );
    expect([name, status]).toEqual([name, 201]);
    const as = { token: body.token };
    // The person speaks, is mentioned, and makes a room of this name and topic.
    const path = `/rooms/${kitchen.id}/messages`;
    await call(server, 'POST', path, { ...as, body: { text: `@${name} said hello` } });
    const room = { name, topic: xssPayloads[i]! };
    expect([name, (await call(server, 'POST', '/rooms', { ...as, body: room })).status]).toEqual([
      name,
      201,
    ]);
    if (i % 10 === 0)
      await call(server, 'POST', '/direct', { ...as, body: { userId: bo.user.id } });
  };
  await Promise.all(xssNames.map(write));
  const ana = await arrive(server, 'Ana of names');
  await joinRoom(server, await tokenOf(ana), kitchen.id);
  await goTo(ana, kitchen.id);
  await ana.messages.getByText('said hello').last().waitFor();
  await ana.people.getByText('pwned').first().waitFor();
  await roomLink(ana, '<').first().waitFor();
  await expectHarmless(ana);
  // The completion of mentions, and a person's card.
  await ana.page.getByLabel('Message', { exact: true }).fill('@<');
  await ana.page.getByRole('listbox').getByText('<').first().waitFor();
  await expectHarmless(ana);
});
