import { expect, it } from 'vitest';
import { qualified } from '../../public/shared/emoji.js';
import { GROUPS, QUICK } from '../../public/views/emoji-picker.js';

it('offers emoji as the server stores them, each once', () => {
  const offered = [...QUICK, ...Object.values(GROUPS).flatMap((group) => group.split(' '))];
  expect(offered.length).toBeGreaterThan(50);
  expect(offered.map((emoji) => qualified(emoji))).toEqual(offered);
  expect(new Set(offered).size).toBe(offered.length);
});
