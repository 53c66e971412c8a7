import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseFold } from '../../public/shared/case-fold.js';

const MAX = 0x10ffff;
const isSurrogate = (point: number) => point >= 0xd800 && point <= 0xdfff;
const escape = (point: number) => `\\u{${point.toString(16)}}`;
const named = (text: string) =>
  [...text].map((character) => `U+${character.codePointAt(0)!.toString(16)}`).join(' ');

/** Every character that has case, by the engine's own tables. */
const cased: string[] = [];
const uncased: string[] = [];
for (let point = 0; point <= MAX; point += 1) {
  if (isSurrogate(point)) continue;
  const character = String.fromCodePoint(point);
  const changes = /[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]/u.test(character);
  (changes ? cased : uncased).push(character);
}

describe('caseFold', () => {
  it('folds every two characters alike that the regex engine treats as equal ignoring case', () => {
    expect(cased.length).toBeGreaterThan(2500);
    const all = cased.join('');
    const missed: string[] = [];
    for (const character of cased) {
      const same = all.match(new RegExp(escape(character.codePointAt(0)!), 'giu'))!;
      for (const other of same) {
        if (caseFold(other) !== caseFold(character))
          missed.push(`${named(character)} ${named(other)}`);
      }
    }
    expect(missed).toEqual([]);
  });

  it('keeps single characters apart that the regex engine keeps apart', () => {
    const joined: string[] = [];
    const byFold = groupBy(cased, caseFold);
    for (const [key, characters] of byFold) {
      // Only full folding, which /iu does not do, joins what folds to several letters (ß, ﬁ).
      if ([...key].length > 1) continue;
      const [first, ...others] = characters as [string, ...string[]];
      const same = new RegExp(`^${first.normalize('NFC')}$`, 'iu');
      for (const other of others) {
        if (!same.test(other.normalize('NFC'))) joined.push(`${named(first)} ${named(other)}`);
      }
    }
    expect(joined).toEqual([]);
  });

  it('only normalizes characters without case', () => {
    const changed = uncased.filter(
      (character) => caseFold(character) !== character.normalize('NFC'),
    );
    expect(changed.map(named)).toEqual([]);
  });

  it('never joins a character without case with a cased one', () => {
    const folds = new Set(cased.map(caseFold));
    const joined = uncased.filter((character) => {
      const form = character.normalize('NFC');
      return folds.has(form) && !cased.includes(form) && form === character;
    });
    // Full folding may produce marks without case, but no letters of their own.
    expect(joined.filter((character) => /\p{L}/u.test(character)).map(named)).toEqual([]);
  });

  it.each([
    ['ß', 'SS'],
    ['ẞ', 'ß'],
    ['ﬃ', 'FFI'],
    ['ŉ', 'ʼN'],
    ['İ', 'i\u0307'],
    ['ὖ', 'Υ\u0313\u0342'],
    ['ᾳ', 'ΑΙ'],
    ['ὈΔΥΣΣΕΎΣ', 'ὀδυσσεύς'],
    ['ΣΑΣ', 'σας'],
    ['Å', '\u212b'],
    ['K', '\u212a'],
    ['é', 'E\u0301'],
    ['ﬆ', 'ſt'],
    ['և', 'ԵՒ'],
    ['ꭰ', 'Ꭰ'],
  ])('makes %j and %j one', (one, other) => {
    expect(caseFold(one)).toBe(caseFold(other));
  });

  it.each([
    ['ı', 'i'],
    ['ı', 'I'],
    ['İ', 'i'],
    ['é', 'e'],
    ['а', 'a'],
    ['2', '²'],
    ['Ａ', 'A'],
    ['か', 'カ'],
    ['a', 'a '],
  ])('keeps %j and %j apart', (one, other) => {
    expect(caseFold(one)).not.toBe(caseFold(other));
  });

  it('is idempotent and does not depend on the normal form of a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(caseFold(caseFold(text))).toBe(caseFold(text));
        expect(caseFold(text.normalize('NFD'))).toBe(caseFold(text));
      }),
      { numRuns: 500 },
    );
  });
});

function groupBy(texts: readonly string[], keyOf: (text: string) => string) {
  const groups = new Map<string, string[]>();
  for (const text of texts) groups.set(keyOf(text), [...(groups.get(keyOf(text)) ?? []), text]);
  return groups;
}
