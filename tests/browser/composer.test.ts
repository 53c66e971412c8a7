import { expect } from 'vitest';
import type { Message } from '../../src/protocol/resources.ts';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { call, generalRoom } from '../support/client.ts';
import { line, tokenOf } from '../support/page.ts';
import { startServer } from '../support/server.ts';

launchBrowser();

inBrowser('sends and edits text exactly as typed, and sends no invisible text', async () => {
  const server = await startServer();
  const ana = await arrive(server, 'Ana');
  const token = await tokenOf(ana);
  const { id } = await generalRoom(server, token);
  const field = ana.page.getByLabel('Message', { exact: true });
  const send = ana.page.getByRole('button', { name: 'Send' });
  await ana.people.getByRole('button', { name: 'Ana' }).waitFor();

  const code = '    if (x) {\n\treturn;\n    }';
  await field.fill(`${code}\n\n`);
  await send.click();
  await line(ana, 'return;').waitFor();
  // The page shows the indentation, too.
  const shown = await line(ana, 'return;').locator('.text').innerText();
  expect(shown.startsWith(code)).toBe(true);
  const texts = ['\n  below an empty line', 'two spaces at the end  ', '　全角', '\u00a0no-break'];
  for (const text of texts) {
    await field.fill(text);
    await field.press('Enter');
    await line(ana, text.trim()).waitFor();
  }
  // A message that is still being sent cannot be edited.
  await expect.poll(() => ana.messages.locator('[data-state]').count()).toBe(0);
  await field.press('ArrowUp');
  await ana.page.getByRole('button', { name: 'Save' }).waitFor();
  await field.fill('   edited\n');
  await field.press('Enter');
  await line(ana, 'edited').getByText('edited', { exact: false }).first().waitFor();
  await expect.poll(() => field.inputValue()).toBe('');

  const empty = [
    '   ',
    '\n\n',
    '\u200b',
    '\u00ad\u2060 \ufeff',
    '\u3164',
    '\u2800',
    '\u202e',
    '\ufe0f',
  ];
  for (const text of empty) {
    await field.fill(text);
    expect(await send.isDisabled()).toBe(true);
    await field.press('Enter');
  }
  await field.fill('👩‍🚀');
  await send.click();
  await line(ana, '👩‍🚀').waitFor();

  const path = `/rooms/${id}/messages`;
  const { body } = await call<{ messages: Message[] }>(server, 'GET', path, { token });
  expect(body.messages.map(({ text }) => text)).toEqual([
    code,
    ...texts.slice(0, -1),
    '   edited',
    '👩‍🚀',
  ]);
  expect(ana.complaints).toEqual([]);
});
