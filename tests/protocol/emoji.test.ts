import { describe, expect, it } from 'vitest';
import { qualified } from '../../public/shared/emoji.js';

const RGI = new RegExp('^\\p{RGI_Emoji}$', 'v');
const ZWJ = '\u200D';
const QUALIFIER = '\uFE0F';
const TONES = ['🏻', '🏼', '🏽', '🏾', '🏿'];

/** Every emoji in this Node's version of Unicode. The engine can test for emoji but not list them. */
function everyEmoji(): Set<string> {
  const found = new Set<string>();
  const tryIt = (text: string) => void (RGI.test(text) && found.add(text));
  const points = Array.from({ length: 0x1fb00 - 0x23 }, (_, i) => 0x23 + i).filter((point) =>
    /\p{Emoji}/u.test(String.fromCodePoint(point)),
  );
  const characters = points.map((point) => String.fromCodePoint(point));
  for (const one of characters) {
    for (const after of ['', QUALIFIER, ...TONES]) tryIt(one + after);
    tryIt(`${one}${QUALIFIER}\u20E3`);
  }
  const letters = characters.filter((one) => /\p{Regional_Indicator}/u.test(one));
  for (const first of letters) for (const second of letters) tryIt(first + second);
  for (const region of ['gbeng', 'gbsct', 'gbwls']) tryIt(flagOf(region));

  // Sequences of two: which characters form them, and with which skin tones.
  const singles = [...found].filter((one) => !TONES.some((tone) => one.endsWith(tone)));
  const toned = (one: string) => [
    one,
    ...TONES.map((tone) => one.replace(QUALIFIER, '') + tone).filter((other) => found.has(other)),
  ];
  for (const first of singles) {
    for (const second of singles) {
      if (!RGI.test(first + ZWJ + second)) continue;
      for (const one of toned(first)) {
        tryIt(one + ZWJ + second);
        for (const end of ['➡️', '↔️', '↕️']) tryIt([one, second, end].join(ZWJ));
      }
    }
  }
  const people = ['🧑', '👩', '👨'].flatMap(toned);
  const links = ['❤️', `❤️${ZWJ}💋`, '🤝', '🐰', '🫯'];
  for (const one of people)
    for (const link of links) for (const other of people) tryIt([one, link, other].join(ZWJ));
  for (const parents of upToTwo(['🧑', '👩', '👨']))
    for (const children of upToTwo(['🧒', '👧', '👦'])) tryIt([...parents, ...children].join(ZWJ));
  return found;
}

const upToTwo = (of: string[]) => [
  ...of.map((one) => [one]),
  ...of.flatMap((one) => of.map((other) => [one, other])),
];

const flagOf = (region: string) =>
  `🏴${[...region].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('')}\u{E007F}`;

/** The forms of an emoji without some or all of its variation selectors. */
function formsOf(emoji: string): string[] {
  const [first = '', ...rest] = emoji.split(QUALIFIER);
  return rest.reduce(
    (forms, part) => forms.flatMap((form) => [form + part, form + QUALIFIER + part]),
    [first],
  );
}

const emoji = everyEmoji();

describe('an emoji', () => {
  it('of every kind is covered by this test', () => {
    // Unicode 16 has 3,790, counting parts that occur alone. Later versions have more.
    expect(emoji.size).toBeGreaterThanOrEqual(3780);
    for (const one of [
      '👍🏽',
      '1️⃣',
      '🇪🇸',
      '🏴󠁧󠁢󠁳󠁣󠁴󠁿',
      '❤️‍🔥',
      '👁️‍🗨️',
      '🧑🏻‍🤝‍🧑🏿',
      '👨‍👩‍👧‍👦',
      '©️',
      'Ⓜ️',
      '☺️',
      '🏃🏽‍♀️‍➡️',
      '🏳️‍⚧️',
    ]) {
      expect([one, emoji.has(one)]).toEqual([one, true]);
    }
  });

  it('has one qualified form, whichever variation selectors are missing', () => {
    let tried = 0;
    for (const one of emoji) {
      for (const form of formsOf(one)) {
        tried += 1;
        if (qualified(form) !== one) expect([form, qualified(form)]).toEqual([form, one]);
      }
    }
    expect(tried).toBeGreaterThan(emoji.size + 1000);
  });

  it('has the same qualified form with unnecessary variation selectors', () => {
    for (const one of emoji) {
      const form = one.replaceAll(/(\p{Emoji_Presentation})(?![\uFE0F\u20E3])/gu, `$1${QUALIFIER}`);
      // The letters of a flag are an emoji only together.
      if (/\p{Regional_Indicator}/u.test(one)) continue;
      if (qualified(form) !== one) expect([form, qualified(form)]).toEqual([form, one]);
    }
  });
});

it.each([
  ['a letter', 'a'],
  ['a digit', '1'],
  ['a digit with an emoji variation selector', '1\uFE0F'],
  ['a keycap symbol', '#'],
  ['a keycap mark alone', '\u20E3'],
  ['a keycap of a letter', 'a\u20E3'],
  ['nothing', ''],
  ['a variation selector', '\uFE0F'],
  ['a joiner', ZWJ],
  ['half a flag', '🇪'],
  ['a flag of no country', '🇽🇽'],
  ['three flag letters', '🇪🇸🇪'],
  ['a region without an end', '🏴\u{E0067}\u{E0062}'],
  ['a flag of no region', flagOf('gbxyz')],
  ['two emoji', '👍👍'],
  ['an emoji and a letter', '👍a'],
  ['an emoji and a space', '👍 '],
  ['a trailing joiner', `👍${ZWJ}`],
  ['a leading joiner', `${ZWJ}👍`],
  ['two joiners', `👩${ZWJ}${ZWJ}💻`],
  ['emoji that form no joined sequence', `🐢${ZWJ}🍕`],
  ['a skin tone on an emoji without skin', '🍕🏽'],
  ['two skin tones', '👍🏽🏽'],
  ['a text variation selector', '❤\uFE0E'],
  ['two variation selectors', '❤\uFE0F\uFE0F'],
  ['a mark on an emoji', '👍\u0301'],
  ['a lone surrogate', '\uD83D'],
])('rejects %s as an emoji', (_, text) => {
  expect(qualified(text)).toBeNull();
});
