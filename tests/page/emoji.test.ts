import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { qualified } from '../../public/shared/emoji.js';
import { findEmoji, TONES, toEmoji } from '../../public/state/emoji.js';
import { shortcodeAt } from '../../public/views/shortcode.js';

type Entries = Parameters<typeof toEmoji>[0];
const require = createRequire(import.meta.url);
const codes = require('emojibase-data/en/shortcodes/github.json') as Record<string, string>;
const [english, spanish] = ['en', 'es'].map((code) =>
  toEmoji(require(`emojibase-data/${code}/compact.json`) as Entries, codes),
) as [ReturnType<typeof toEmoji>, ReturnType<typeof toEmoji>];

it('offers each emoji once, in the form that the server stores, with all its skin tones', () => {
  for (const all of [english, spanish]) {
    const offered = all.flatMap(({ emoji, skins }) => [emoji, ...skins]);
    expect(all.length).toBeGreaterThan(1_800);
    expect(offered.map((emoji) => qualified(emoji))).toEqual(offered);
    expect(new Set(offered).size).toBe(offered.length);
    expect(new Set(all.map(({ skins }) => skins.length))).toEqual(new Set([0, TONES.length - 1]));
  }
});

it.each([
  ['smi', '😄'],
  ['+1', '👍'],
  ['thumbs up', '👍'],
  ['smiling_face_with_three_hearts', '🥰'],
  ['coeur', undefined],
])('finds for %j first %s', (query, emoji) => {
  const found = findEmoji(english, query, 6);
  expect(found[0]?.codes.some((code) => code.startsWith('smi')) || found[0]?.emoji === emoji).toBe(
    true,
  );
});

it('finds emoji by names in the language of the page, without accents, and by English shortcodes', () => {
  expect(findEmoji(spanish, 'CORAZÓN rojo', 1)[0]?.emoji).toBe('❤️');
  expect(findEmoji(spanish, 'corazon roj', 1)[0]?.emoji).toBe('❤️');
  expect(findEmoji(spanish, 'tada', 1)[0]?.emoji).toBe('🎉');
  expect(findEmoji(english, ' ', 5)).toEqual([]);
  expect(findEmoji(english, 'no such thing', 5)).toEqual([]);
});

describe('a shortcode', () => {
  it.each([
    [':smi', 'smi', false],
    ['hello :Smile:', 'smile', true],
    ['(:+1', '+1', false],
    ['🎉:tada', 'tada', false],
    [':100:', '100', true],
    ['`a` :smi', 'smi', false],
  ])('is being typed in %j', (text, typed, finished) => {
    expect(shortcodeAt(text, text.length)).toEqual({
      start: text.lastIndexOf(':', text.length - 2),
      typed,
      finished,
    });
  });

  it.each([
    ':',
    ':D',
    ':-)',
    '10:30',
    '10:30:',
    'at :30',
    'a::bc',
    'https://example.com:80/x:smi',
    'see example.com/a:smile:',
    ':two words',
    '`:smi',
    '`:smile:`',
    '```\n:smi',
    'x:smile:',
  ])('is none in %j', (text) => {
    expect(shortcodeAt(text, text.length)).toBeNull();
  });
});
