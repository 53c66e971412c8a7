import { expect } from 'vitest';
import { inBrowser, launchBrowser, shareArrivals, type Person } from '../support/browser.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();
const both = shareArrivals(server, 'Ana', 'Bo');

const line = ({ messages }: Person, text: string) =>
  messages.getByRole('article').filter({ hasText: text }).last();

async function choose(person: Person, text: string, action: string): Promise<void> {
  await line(person, text).hover();
  await line(person, text).getByRole('button', { name: 'More actions' }).click();
  await person.page.getByRole('menuitem', { name: action, exact: true }).click();
}

inBrowser(
  'makes links of URLs and email addresses in any script, and of nothing else',
  async () => {
    const [ana] = both();
    const texts: Record<string, string[]> = {
      '请看https://example.com/docs。谢谢': ['https://example.com/docs'],
      'planets: https://en.wikipedia.org/wiki/Mercury_(planet).': [
        'https://en.wikipedia.org/wiki/Mercury_(planet)',
      ],
      'HTTPS://EXAMPLE.COM/A and <https://example.com/b> and "https://example.com/c"': [
        'HTTPS://EXAMPLE.COM/A',
        'https://example.com/b',
        'https://example.com/c',
      ],
      'ask ana@example.org or www.example.org': [
        'mailto:ana@example.org',
        'https://www.example.org',
      ],
      'javascript:alert(1) data:text/html,x README.md': [],
      'смотри https://пример.рф/путь, и ещё': ['https://пример.рф/путь'],
    };
    for (const [text, links] of Object.entries(texts)) {
      await ana.say(text);
      const said = line(ana, text.slice(0, 12));
      await said.waitFor();
      expect(await said.locator('.text').innerText()).toContain(text);
      const found = await said.locator('a').all();
      expect(await Promise.all(found.map(async (link) => link.getAttribute('href')))).toEqual(
        links,
      );
      for (const link of found) {
        expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
        expect(await link.getAttribute('target')).toBe('_blank');
      }
    }
    expect(ana.complaints).toEqual([]);
  },
);

inBrowser('sends an emoji in its qualified form, whichever form was typed', async () => {
  const [ana] = both();
  await ana.say('hello');
  await choose(ana, 'hello', 'React');
  const dialog = ana.page.getByRole('dialog');
  await dialog.getByRole('searchbox').fill('❤\u200D🔥');
  await dialog.getByRole('searchbox').press('Enter');
  const reaction = line(ana, 'hello').getByRole('list', { name: 'Reactions' }).getByRole('button');
  await expect.poll(async () => reaction.count()).toBe(1);
  expect(await reaction.textContent()).toContain('❤️‍🔥');
  // Typing the same form again removes it.
  await choose(ana, 'hello', 'React');
  await dialog.getByRole('searchbox').fill('❤\u200D🔥');
  await dialog.getByRole('searchbox').press('Enter');
  await expect.poll(async () => reaction.count()).toBe(0);
});

inBrowser('cuts quotes, dialogs and notifications between graphemes', async () => {
  const [ana, bo] = both();
  await ana.page.addInitScript(`
    window.shown = [];
    Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined });
    window.Notification = class {
      static permission = 'granted';
      static requestPermission = async () => 'granted';
      constructor(title, { body }) { window.shown.push(body); }
      addEventListener() {}
    };
    Object.defineProperty(document, 'hidden', { get: () => window.isHidden === true });
    localStorage.setItem('charla.alerts', 'on');
  `);
  await ana.page.reload();
  await ana.page.locator('.chat').waitFor();
  const family = '👨‍👩‍👧‍👦';
  const text = `@Ana ${family.repeat(340)}`;
  const whole = new RegExp(`^@Ana (${family})+$`, 'u');
  await ana.page.evaluate('window.isHidden = true');
  await bo.say(text);
  await expect.poll(async () => ana.page.evaluate<number>('window.shown.length')).toBe(1);
  const [body] = await ana.page.evaluate<string[]>('window.shown');
  await choose(bo, '@Ana', 'Delete');
  const dialog = bo.page.getByRole('dialog');
  const confirmed = await dialog.locator('blockquote').textContent();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await choose(bo, '@Ana', 'Reply');
  const bar = await bo.page.locator('.compose-mode span[dir]').textContent();
  await bo.say('that is many');
  const quote = await line(bo, 'that is many').locator('.quote span[dir]').textContent();
  for (const cut of [body, confirmed, bar, quote]) {
    expect(cut).toMatch(whole);
    expect(cut!.length).toBeLessThan(text.length);
  }
  expect([...ana.complaints, ...bo.complaints]).toEqual([]);
});
