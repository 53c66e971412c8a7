import { expect, it } from 'vitest';
import { isLoneEmoji } from '../../public/views/lone-emoji.js';

it.each(['👍', '❤️', '😂😂😂', '👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿\n👍🏽', '❤\u200D🔥', '1️⃣'])('shows %j large', (text) => {
  expect(isLoneEmoji(text)).toBe(true);
});

it.each(['', 'a', '👍!', '😂😂😂😂', '©', '1', '123', '#', '™ ©', 'ok 👍', '\uFE0F', '👍\u0301'])(
  'shows %j as other text',
  (text) => {
    expect(isLoneEmoji(text)).toBe(false);
  },
);
