import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseFold } from '../../public/shared/case-fold.js';
import { mentionSites } from '../../public/shared/mentions.js';
import { nameBegins, nameKey } from '../../public/shared/name-key.js';
import { nameFrom } from '../../src/chat/names.ts';

const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

/** The key as the contract defines it. */
const contractKey = (name: string) =>
  caseFold(name.replace(IGNORABLE, '').normalize('NFKC')).normalize('NFKC');

/** Every assigned character of Unicode. */
const characters: string[] = [];
for (let point = 0; point <= 0x10ffff; point += 1) {
  const character = String.fromCodePoint(point);
  if (!/[\p{Cn}\p{Co}\p{Cs}]/u.test(character)) characters.push(character);
}

/** Characters that matter in names, besides graphemes of all kinds. */
const letter = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  fc.constantFrom(...'aAéß ıİςΣᾳﬁ½ｶﾞガㄱㅏㄳ가각ﷺ¨'),
  fc.constantFrom('\u0301', '\u0345', '\u0327', '\u034f', '\u200b', '\u200d', '\ufe0f', '\u00ad'),
  fc.constantFrom('\u1100', '\u1161', '\u11a8', '\u3164', '\u00a0', '\u2003', '\u3000', '\u2800'),
);
const names = fc.array(letter, { minLength: 1, maxLength: 12 }).map((letters) => letters.join(''));

describe('the key of a name', () => {
  it.each([
    ['Ana', 'Ana\u200b'],
    ['Ana', '\u200dA\u00adn\u2060a\ufeff'],
    ['Ana', 'Ａｎａ'],
    ['Ana', '𝓐𝓷𝓪'],
    ['Ana Maria', 'ana\u00a0 \u2003MARIA'],
    ['Ana Maria', ' Ana \u200b Maria\u2800'],
    ['❤', '❤\ufe0f'],
    ['❤‍🔥', '❤️‍🔥'],
    ['José', 'JOSE\u0301'],
    ['Jose\u034f\u0301', 'josé'],
    ['ガラス', 'ｶﾞﾗｽ'],
    ['가', '\u1100\u1161'],
    ['ﬁnn', 'FINN'],
    ['straße', 'STRASSE'],
    ['Ⅷ', 'viii'],
    ['ΟΔΟΣ', 'οδος'],
    ['a\u3164b', 'ab'],
  ])('is the same for %j and %j', (one, other) => {
    expect(nameKey(one)).toBe(nameKey(other));
  });

  it.each([
    ['Jose', 'José'],
    ['Kız', 'Kiz'],
    ['Ana', 'Аna'],
    ['Ana Maria', 'AnaMaria'],
    ['か', 'カ'],
    ['👍', '👍🏽'],
    ['가', '각'],
  ])('differs for %j and %j', (one, other) => {
    expect(nameKey(one)).not.toBe(nameKey(other));
  });

  it('is its own key and has no invisible characters, for every character', () => {
    const wrong = characters.filter((character) => {
      const key = nameKey(character);
      return nameKey(key) !== key || key !== key.replace(IGNORABLE, '');
    });
    expect(wrong).toEqual([]);
  });

  it('joins exactly the characters that the contract joins', () => {
    const ofKey = new Map<string, string>();
    const wrong = characters.filter((character) => {
      const [key, other] = [nameKey(character), contractKey(character).trim()];
      if (key === '') return false;
      if (!ofKey.has(key)) ofKey.set(key, other);
      return ofKey.get(key) !== other;
    });
    expect(wrong).toEqual([]);
    expect(new Set(ofKey.values()).size).toBe(ofKey.size);
  });

  it('is idempotent and the same for every normal form', () => {
    fc.assert(
      fc.property(names, (name) => {
        const key = nameKey(name);
        expect(nameKey(key)).toBe(key);
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) {
          expect(nameKey(name.normalize(form))).toBe(key);
        }
        expect(nameKey(contractKey(name))).toBe(key);
      }),
      { numRuns: 2000 },
    );
  });
});

it('lets every name be mentioned, in every normal form', () => {
  let tried = 0;
  fc.assert(
    fc.property(names, names, (raw, before) => {
      fc.pre(!/[@`~:/]/u.test(raw) && acceptable(raw));
      const { name, key } = nameFrom(raw);
      const written = [name, name.normalize('NFD'), name.normalize('NFC')];
      for (const form of written) {
        const [site] = mentionSites(`${before.replaceAll(/[@`~:/]/g, '')} @${form} `).slice(-1);
        expect(site?.ends.map(({ inKey }) => site.key.slice(0, inKey))).toContain(key);
      }
      tried += 1;
    }),
    { numRuns: 2000 },
  );
  expect(tried).toBeGreaterThan(1000);
});

/** Whether it is a valid name. */
function acceptable(raw: string): boolean {
  if (/\p{Cc}/u.test(raw)) return false;
  try {
    return nameFrom(raw).key !== '';
  } catch {
    return false;
  }
}

it.each([
  ['Ana María', 'ana m', true],
  ['Ana María', 'ＡNA\u00A0mar', true],
  ['Ñandú', 'n', true],
  ['Ana María', 'maría', false],
])('%s begins with what is typed as "%s": %s', (name, typed, begins) => {
  expect(nameBegins(name, typed)).toBe(begins);
});
