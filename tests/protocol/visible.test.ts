import { expect, it } from 'vitest';
import { isVisible } from '../../public/shared/visible.js';

/** The code points that Unicode says are not shown, and others that are blank. */
const all = Array.from({ length: 0x110000 }, (_, point) => point).filter(
  (point) => point < 0xd800 || point > 0xdfff,
);
const points = all.map((point) => String.fromCodePoint(point));

it('counts white space, controls, ignorable and blank characters as invisible', () => {
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

it('counts every letter, number, mark, symbol, emoji and unassigned character as visible', () => {
  const shown = points.filter(
    (one) =>
      /[\p{L}\p{N}\p{M}\p{P}\p{S}\p{Co}\p{Cn}]/u.test(one) &&
      !/\p{Default_Ignorable_Code_Point}/u.test(one),
  );
  const hidden = shown.filter((one) => !isVisible(one));
  // A Braille pattern without dots, a null notehead, Egyptian and Khitan blanks.
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
])('counts %j as invisible', (text) => expect(isVisible(text)).toBe(false));

it.each(['a', '\u0301', '\u200B\u200Bx', '🇪🇸', '👩‍💻', '.', '\u06DD', '\u200F(', '\uE000'])(
  'counts %j as visible',
  (text) => expect(isVisible(text)).toBe(true),
);
