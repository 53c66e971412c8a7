import { expect, it } from 'vitest';
import { qualified } from '../../public/shared/emoji.js';

/** What this test uses of the page: imported by its address, so that the types of the DOM stay out of here. */
interface Picker {
  readonly QUICK: string[];
  readonly GROUPS: Record<string, string>;
}

it('offers emoji as the server stores them, each once', async () => {
  const url = new URL('../../public/views/emoji-picker.js', import.meta.url);
  const { QUICK, GROUPS } = (await import(url.href)) as Picker;
  const offered = [...QUICK, ...Object.values(GROUPS).flatMap((group) => group.split(' '))];
  expect(offered.length).toBeGreaterThan(50);
  expect(offered.map((emoji) => qualified(emoji))).toEqual(offered);
  expect(new Set(offered).size).toBe(offered.length);
});
