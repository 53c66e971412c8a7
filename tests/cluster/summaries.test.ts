import { expect, it } from 'vitest';
import { SummaryLinks } from '../../src/chat/services/summary-links.ts';
import { call, openDirect, postMessage, signUp, type Account } from '../support/client.ts';
import { shareMailServer } from '../support/mail-server.ts';
import { JWT_SECRET, shareNodes } from './support/nodes.ts';

const mail = shareMailServer();
const nodes = shareNodes(
  2,
  {
    PUBLIC_URL: 'http://127.0.0.1',
    MAIL_FROM: 'chat@example.org',
    get SMTP_URL() {
      return mail.url;
    },
  },
  {
    beatTimes: { beatMs: 100, deadMs: 10_000 },
    summaryTimes: { waitMs: 0, everyMs: 0, tickMs: 20, retryMs: 60_000 },
  },
);

it('mails a summary of each message once, whichever node it was sent on and which one leads', async () => {
  const [first, second] = [nodes.at(0), nodes.at(1)];
  const [ana, bo, cy] = [
    await signUp(first, 'Ana'),
    await signUp(second, 'Bo'),
    await signUp(second, 'Cy'),
  ];
  const links = new SummaryLinks(JWT_SECRET);
  for (const { token, user } of [bo, cy]) {
    const body = { mailSummaries: 'en' };
    expect((await call(second, 'PATCH', '/users/me', { token, body })).status).toBe(200);
    const path = links.pathTo('confirm', user.id);
    expect((await fetch(second.url + path, { method: 'POST' })).status).toBe(200);
  }
  const say = async (to: Account, node: number, text: string) => {
    const { body: room } = await openDirect(second, ana.token, to.user.id);
    await postMessage(nodes.at(node), ana.token, room.id, text);
  };
  const told = ({ email }: Account) =>
    mail.to(email).map((text) => [...text.matchAll(/^ {2}> (.*?)\r?$/gm)].map(([, line]) => line));
  await say(bo, 0, 'by the first');
  await expect.poll(() => told(bo)).toEqual([['by the first']]);
  await say(bo, 1, 'by the second');
  await expect.poll(() => told(bo)).toEqual([['by the first'], ['by the second']]);
  // Whichever led, the other one goes on from there.
  await first.stop();
  await say(cy, 1, 'for another');
  await expect.poll(() => told(cy)).toEqual([['for another']]);
  await say(cy, 1, 'and more');
  await expect.poll(() => told(cy)).toEqual([['for another'], ['and more']]);
  expect(told(bo)).toHaveLength(2);
});
