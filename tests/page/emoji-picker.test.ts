import { expect, it } from 'vitest';
import { qualified } from '../../public/shared/emoji.js';

/** What this test uses of the page, which it imports by URL to keep the types of the DOM out. */
interface Picker {
  readonly GROUPS: Record<string, string>;
}

it('offers each emoji once, in the form that the server stores', async () => {
  const url = new URL('../../public/views/emoji-picker.js', import.meta.url);
  const { GROUPS } = (await import(url.href)) as Picker;
  const quick = new URL('../../public/views/quick-reactions.js', import.meta.url);
  const { QUICK } = (await import(quick.href)) as { QUICK: string[] };
  const offered = [...QUICK, ...Object.values(GROUPS).flatMap((group) => group.split(' '))];
  expect(offered.length).toBeGreaterThan(50);
  expect(offered.map((emoji) => qualified(emoji))).toEqual(offered);
  expect(new Set(offered).size).toBe(offered.length);
});
