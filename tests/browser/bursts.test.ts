import { expect } from 'vitest';
import { inBrowser, launchBrowser, openBlank } from '../support/browser.ts';
import { shareServer } from '../support/server.ts';

launchBrowser();
const server = shareServer();

/** Runs the page's own queue there: `start(items)` fills one; it resolves with the sizes of what was passed on. */
const start = `async (items, act = () => {}) => {
  const { FrameQueue } = await import('/state/frame-queue.js');
  const [sizes, passed] = [[], []];
  await new Promise((done) => {
    const queue = new FrameQueue((part) => {
      sizes.push(part.length);
      passed.push(...part);
      if (passed.length === items) done();
    });
    for (let i = 0; i < items; i += 1) queue.push(i);
    act(queue);
  });
  if (passed.some((item, i) => item !== i)) throw new Error('out of order: ' + passed);
  return sizes;
}`;

inBrowser('shows a burst of events in order, in parts that take a frame each', async () => {
  const page = await openBlank(server.url);
  expect(await page.evaluate(`(${start})(50)`)).toEqual([24, 24, 2]);
  const flushed = `(${start})(50, (queue) => queue.flush())`;
  expect(await page.evaluate(flushed)).toEqual([50]);
  // Rows so far behind would be replaced before anybody reads them.
  expect(await page.evaluate(`(${start})(401)`)).toEqual([401]);
  await page.evaluate(`Object.defineProperty(document, 'hidden', { value: true })`);
  expect(await page.evaluate(`(${start})(50)`)).toEqual([50]);
});
