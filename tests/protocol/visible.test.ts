import { expect, it } from 'vitest';
import { isVisible } from '../../public/shared/visible.js';

/** Whatever Unicode says is not shown, and what it does not say so of: by code point. */
const all = Array.from({ length: 0x110000 }, (_, point) => point).filter(
  (point) => point < 0xd800 || point > 0xdfff,
);
const points = all.map((point) => String.fromCodePoint(point));

it('is nothing of what is white space, a control, ignored by default, or blank', () => {
  const blank = points.filter((one) =>
    /[\s\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\u3164\u115F\u1160\uFFA0]/u.test(
      one,
    ),
  );
  expect(blank.length).toBeGreaterThan(4000);
  expect(blank.filter((one) => isVisible(one))).toEqual([]);
  expect(isVisible(blank.join(''))).toBe(false);
  expect(isVisible(`${blank.join('')}.`)).toBe(true);
});

it('is every letter, number, mark, sign and emoji, and what Unicode may become', () => {
  const shown = points.filter(
    (one) =>
      /[\p{L}\p{N}\p{M}\p{P}\p{S}\p{Co}\p{Cn}]/u.test(one) &&
      !/\p{Default_Ignorable_Code_Point}/u.test(one),
  );
  const hidden = shown.filter((one) => !isVisible(one));
  // Braille without dots, a note without a head, blanks of Egyptian and of Khitan.
  expect(hidden.map((one) => one.codePointAt(0)!.toString(16))).toEqual([
    '2800',
    '13441',
    '13442',
    '16fe4',
    '1d159',
  ]);
});

it.each([
  '',
  ' ',
  '\n\n',
  '\u200B',
  '\u200D\uFE0F',
  '\u202E\u202C',
  '\u3164 \u2800',
  '\u{E0067}\u{E007F}',
  '\u0001',
])('is not %j', (text) => expect(isVisible(text)).toBe(false));

it.each(['a', '\u0301', '\u200B\u200Bx', '🇪🇸', '👩‍💻', '.', '\u06DD', '\u200F(', '\uE000'])(
  'is %j',
  (text) => expect(isVisible(text)).toBe(true),
);
