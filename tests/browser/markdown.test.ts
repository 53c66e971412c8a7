import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { line } from '../support/page.ts';
import { startServer } from '../support/server.ts';

launchBrowser();

inBrowser(
  'shows markdown as elements, with code that can be copied, and nothing as HTML',
  async () => {
    const server = await startServer();
    const ana = await arrive(server, 'Ana');
    const code = '<img src="x" onerror="alert(1)">\n\n\tif (a && b) *c*';
    await ana.say(
      [
        'to **do** for @Ana, not for `@Ana`:',
        '- *first* <b>thing</b>',
        '3. third, see [bank](https://example.com/x)',
        '> said `so`',
        '```html',
        code,
        '```',
      ].join('\n'),
    );
    const said = line(ana, 'to do for');
    await said.waitFor();
    await expect.poll(() => ana.messages.locator('[data-state]').count()).toBe(0);
    const text = said.locator('.text');
    expect(await text.locator('strong').innerText()).toBe('do');
    expect(await text.locator('em').innerText()).toBe('first');
    expect(await text.getByRole('listitem').allInnerTexts()).toEqual([
      '• first <b>thing</b>',
      '3. third, see [bank](https://example.com/x)',
    ]);
    expect(await text.locator('a').evaluateAll((links) => links.map(String))).toEqual([
      'https://example.com/x',
    ]);
    expect(await text.locator('.mention').allInnerTexts()).toEqual(['@Ana']);
    expect(await text.locator('blockquote').innerText()).toBe('said so');
    expect(await text.locator('b, img').count()).toBe(0);

    const block = text.getByRole('group', { name: 'Code in html' });
    expect(await block.textContent()).toBe(code);
    await ana.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    // It is shown for two seconds.
    const copied = text.getByText('Copied', { exact: true }).waitFor();
    await Promise.all([copied, text.getByRole('button', { name: 'Copy' }).click()]);
    expect(await ana.page.evaluate('navigator.clipboard.readText()')).toBe(code);

    // A selection has the words without the marks, each item in a line.
    const selected = await text.evaluate((element) => {
      element.ownerDocument.getSelection()!.selectAllChildren(element);
      return String(element.ownerDocument.getSelection());
    });
    expect(selected.split('\n').slice(0, 4)).toEqual([
      'to do for @Ana, not for @Ana:',
      '• first <b>thing</b>',
      '3. third, see [bank](https://example.com/x)',
      'said so',
    ]);

    for (const [emoji, large] of [
      ['🎉👍🏽', 'true'],
      ['ok 🎉', 'false'],
    ] as const) {
      await ana.say(emoji);
      await line(ana, emoji).waitFor();
      expect(await line(ana, emoji).locator('.text').getAttribute('data-large')).toBe(large);
    }
    expect(ana.complaints).toEqual([]);
  },
);
