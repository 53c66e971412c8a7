import { describe, expect, it } from 'vitest';
import { snippetOf } from '../../src/store/search/snippet.ts';

describe('a snippet', () => {
  const long = `${'before '.repeat(60)}the needle is here ${'after '.repeat(60)}`;

  it('shows the text around the first match, cut between words', () => {
    const parts = snippetOf(long, 'needle');
    const shown = parts.map(({ text }) => text).join('');
    expect(parts.filter(({ match }) => match)).toEqual([{ text: 'needle', match: true }]);
    expect(shown).toMatch(/^…( before)+ the needle is here( after)+…$/);
    expect(shown.length).toBeLessThan(200);
  });

  it('shows the beginning of the text where nothing matches', () => {
    const [part, ...rest] = snippetOf(long, 'gone');
    expect(rest).toEqual([]);
    expect(part).toEqual({ text: expect.stringMatching(/^before .*…$/), match: false });
  });

  it.each([
    ['flags', '🇪🇸'],
    ['emoji of families', '👨‍👩‍👧‍👦'],
    ['regional flags', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['keycaps', '1️⃣'],
    ['letters with combining accents', 'e\u0301'],
    ['decomposed Korean syllables', '\u1112\u1161\u11AB'],
    ['Indic conjuncts', 'क्षि'],
    ['emoji with skin tones', '👍🏽'],
  ])('is not cut inside %s', (_, letter) => {
    for (let shift = 0; shift < letter.length; shift += 1) {
      const text = `${'x'.repeat(shift)}${letter.repeat(100)}|needle|${letter.repeat(100)}`;
      for (const query of ['needle', 'nothing']) {
        const shown = snippetOf(text, query)
          .map((part) => part.text)
          .join('')
          .replaceAll('…', '');
        const whole = shown.replace(/^x+/, '').replace('|needle|', '').split(letter).join('');
        expect([letter, shift, query, whole]).toEqual([letter, shift, query, '']);
      }
    }
  });

  it('is cut inside a letter with thousands of marks, but not inside a code point', () => {
    const text = `${'a\u0301'.repeat(50)}${'\u{1E000}'.repeat(1000)}needle${'\u0301'.repeat(3000)}`;
    for (const query of ['needle', 'nothing']) {
      const shown = snippetOf(text, query).map((part) => part.text);
      expect(shown.join('').length).toBeLessThan(300);
      for (const part of shown) expect(part).not.toMatch(/[\uD800-\uDFFF]/u);
    }
  });

  it('is not cut inside a letter with a joiner or an accent', () => {
    const faces = '👩‍💻é'.repeat(200);
    const [part] = snippetOf(faces, 'nothing');
    expect(part!.text).toMatch(/^(👩‍💻é)*(👩‍💻)?…$/u);
  });
});
