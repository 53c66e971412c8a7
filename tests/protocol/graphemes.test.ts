import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clip, graphemeAt } from '../../public/shared/graphemes.js';

const graphemesOf = (text: string) =>
  [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);

/** Half a code point. */
const LONE = /[\uD800-\uDFFF]/u;

const LETTERS = {
  'an emoji': '😀',
  'a family': '👨‍👩‍👧‍👦',
  'a couple with skin tones': '🧑🏻‍❤️‍💋‍🧑🏽',
  'a flag': '🇪🇸',
  'the flag of a region': '🏴󠁧󠁢󠁳󠁣󠁴󠁿',
  'a key': '1️⃣',
  'a combining accent': 'e\u0301',
  'several marks': 'ạ\u0301\u0323',
  'a decomposed Korean syllable': '\u1112\u1161\u11AB',
  'an Indic conjunct': 'क्षि',
  'a Thai vowel': 'กำ',
  'a rare Han letter with its variant': '𠮷\u{E0100}',
  'a Windows line break': '\r\n',
  'a letter': 'a',
};

it.each(Object.entries(LETTERS))('counts %s as one grapheme and never splits it', (_, letter) => {
  const text = letter.repeat(30);
  for (const count of [1, 7, 29]) expect(clip(text, count)).toBe(letter.repeat(count));
  expect(clip(text, 30)).toBe(text);
  expect(clip(text, 31)).toBe(text);
  for (let at = 0; at < text.length; at += 1) {
    expect(graphemeAt(text, at)).toBe(Math.floor(at / letter.length) * letter.length);
  }
});

const texts = fc
  .array(
    fc.oneof(fc.constantFrom(...Object.values(LETTERS), '\u200D', '\u0301', '🏽'), fc.string()),
    {
      maxLength: 20,
    },
  )
  .map((parts) => parts.join(''));

it('clips any text at a boundary between graphemes', () => {
  fc.assert(
    fc.property(texts, fc.nat(30), (text, count) => {
      const cut = clip(text, count);
      const whole = graphemesOf(text);
      expect(text.startsWith(cut)).toBe(true);
      // Long stacks of marks may be clipped shorter.
      if (whole.every((one) => one.length <= 20)) expect(cut).toBe(whole.slice(0, count).join(''));
    }),
  );
});

it.each([
  ['marks on one letter', `a${'\u0301'.repeat(4000)}`],
  ['marks on every letter', `a${'\u0301'.repeat(500)}`.repeat(8)],
  ['marks on the second letter', `ab${'\u0301'.repeat(4000)}`],
  ['astral marks', `a${'\u{1E000}'.repeat(4000)}`],
  ['emoji joined without end', '👩\u200D'.repeat(1500)],
  ['tags without end', `🏴${'\u{E0061}'.repeat(3000)}`],
])('limits a grapheme to 20 units and splits no code point: %s', (_, text) => {
  for (const count of [1, 2, 100]) {
    const cut = clip(text, count);
    expect(cut.length).toBeLessThanOrEqual(20 * count);
    expect(cut.length).toBeGreaterThan(0);
    expect(cut).not.toMatch(LONE);
  }
  for (let at = 0; at < 2000; at += 97) {
    const place = graphemeAt(text, at);
    expect(at - place).toBeLessThanOrEqual(64);
    expect(text.slice(0, place)).not.toMatch(LONE);
  }
});
