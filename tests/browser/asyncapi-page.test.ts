import { expect } from 'vitest';
import { Audit } from '../support/axe.ts';
import { inBrowser, launchBrowser, openBlank } from '../support/browser.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();

inBrowser('the page of the AsyncAPI document is accessible, wide and narrow', async () => {
  const audit = new Audit();
  for (const width of [1280, 360]) {
    const page = await openBlank(`${server.url}/docs/asyncapi`, { width, height: 800 });
    await page.getByRole('heading', { name: 'Close codes' }).waitFor();
    // Tables scroll within themselves.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    // What is narrow differs in size alone, and there is much to look at.
    if (width > 1000) await audit.look(page, `${width} pixels`);
  }
  audit.passes();
});

inBrowser('the page of the AsyncAPI document links the heading of each message', async () => {
  const page = await openBlank(`${server.url}/docs/asyncapi`);
  const contents = page.getByRole('navigation', { name: 'On this page' });
  await contents.getByRole('link', { name: 'MemberLeft' }).click();
  expect(new URL(page.url()).hash).toBe('#MemberLeft');
  const top = () =>
    page.evaluate(`document.getElementById('MemberLeft').getBoundingClientRect().top`);
  await expect.poll(top).toBeLessThan(400);
});
