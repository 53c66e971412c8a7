import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { migrateToLatest } from '../../src/store/migrate.ts';
import { snippetOf } from '../../src/store/search/snippet.ts';
import { openForWriting } from '../../src/store/sqlite/connection.ts';
import { kyselyOn } from '../../src/store/sqlite/writable.ts';
import { indexText } from '../../src/store/search/words.ts';
import { matchOf } from '../../src/store/sqlite/fts5-search.ts';
import { searchCases } from '../support/search-cases.ts';

const matchExpression = (query: string) =>
  matchOf(query, { publicRooms: true, roomIds: [], exceptRoomIds: [] });

/** Opens a real index, as the migrations create it. */
async function openIndex() {
  const db = openForWriting(':memory:');
  await migrateToLatest(kyselyOn(db), 'sqlite');
  db.prepare(
    `create virtual table temp.terms using fts5vocab('main', 'messages_search', 'instance')`,
  ).run();
  const insert = db.prepare('insert into messages_search (rowid, words, rooms) values (?, ?, ?)');
  const select = db.prepare(
    'select rowid from messages_search where messages_search match ? order by rowid',
  );
  const remove = db.prepare(
    `insert into messages_search (messages_search, rowid, words, rooms) values ('delete', ?, ?, ?)`,
  );
  return {
    add: (id: number, text: string) => insert.run(id, indexText(text), 'public'),
    remove: (id: number, text: string) => remove.run(id, indexText(text), 'public'),
    terms: () =>
      db
        .prepare(`select term from temp.terms where col = 'words' order by doc, offset`)
        .pluck()
        .all() as string[],
    find(query: string): number[] {
      const match = matchExpression(query);
      return match === null ? [] : (select.pluck().all(match) as number[]);
    },
  };
}

const index = await openIndex();
let lastId = 0;
/** Returns whether the query finds the text. */
function finds(query: string, text: string): boolean {
  const id = (lastId += 1);
  index.add(id, text);
  const found = index.find(query).includes(id);
  index.remove(id, text);
  return found;
}

describe.each(searchCases)('search in %s', (_language, text, found, notFound) => {
  it.each(found)('finds and marks %s', (query) => {
    expect(finds(query, text)).toBe(true);
    const parts = snippetOf(text, query);
    expect(parts.some(({ match }) => match)).toBe(true);
    expect(parts.map((part) => part.text).join('')).toBe(text);
  });

  it.each(notFound)('does not find %s', (query) => {
    expect(finds(query, text)).toBe(false);
    expect(snippetOf(text, query).some(({ match }) => match)).toBe(false);
  });
});

const FORMAT_CHARACTERS = {
  'a soft hyphen': '\u00AD',
  'a zero width joiner': '\u200D',
  'a zero width non-joiner': '\u200C',
  'a word joiner': '\u2060',
  'a byte order mark': '\uFEFF',
  'a direction mark': '\u200F',
  'a direction override': '\u202E',
  'a direction isolate': '\u2068',
  'a variation selector': '\uFE0F',
  'an ideographic variation selector': '\u{E0100}',
  'a Mongolian variation selector': '\u180B',
  'a combining grapheme joiner': '\u034F',
  'a tag character': '\u{E0061}',
  'a Hangul filler': '\u3164',
  'a Mongolian vowel separator': '\u180E',
  'several format characters': '\u00AD\u200D\uFE0F\u2060\u00AD',
};

describe.each(Object.entries(FORMAT_CHARACTERS))('%s', (_, format) => {
  it.each([
    ['wonderful', 3],
    ['straße', 2],
    ['کتابخانه', 4],
    ['क्षेत्र', 2],
    ['天气很好', 2],
    ['สวัสดี', 2],
    ['ភាសាខ្មែរ', 3],
    ['학교에서', 2],
  ])('does not split a word: %s is found with it and without it', (word, at) => {
    const text = `so ${word.slice(0, at)}${format}${word.slice(at)} it is`;
    const query = `${word.slice(0, at - 1)}${format}${word.slice(at - 1)}`;
    for (const [one, other] of [
      [text, word],
      [text, query],
      [`so ${word} it is`, query],
    ] as const) {
      expect([one, other, finds(other, one)]).toEqual([one, other, true]);
      const parts = snippetOf(one, other);
      expect(parts.map((part) => part.text).join('')).toBe(one);
      const [mark] = parts.filter(({ match }) => match);
      expect(mark!.text).toBe(one.slice(3, -6));
    }
    expect(indexText(text)).toBe(indexText(`so ${word} it is`));
  });

  it('is not a word by itself', () => {
    expect(indexText(format)).toBe('');
    expect(indexText(`a ${format} b`)).toBe('a b');
    expect(matchExpression(format)).toBeNull();
  });
});

describe('search', () => {
  it('treats a zero width space as a space, which separates words in Thai and Khmer', () => {
    expect(indexText('one\u200Btwo')).toBe('one two');
    expect(finds('two', 'one\u200Btwo')).toBe(true);
    expect(finds('onetwo', 'one\u200Btwo')).toBe(false);
    expect(indexText('กข\u200Bคง')).toBe('กข ข คง ง');
  });

  it('finds æ, œ, þ and đ by their plain letters', () => {
    for (const [text, query] of [
      ['Æsir', 'aesir'],
      ['œuvre', 'OEUVRE'],
      ['Þór', 'thor'],
      ['Đặng', 'dang'],
    ] as const) {
      expect([query, finds(query, text)]).toEqual([query, true]);
    }
  });

  it('indexes a row of the same emoji as one word', () => {
    expect(indexText('ha 😂😂🏽😂 and 😂 😂')).toBe('ha 😂 and 😂 😂');
    expect(finds('😂', 'ha 😂😂😂')).toBe(true);
    expect(finds('😂😂😂😂', 'ha 😂')).toBe(true);
    expect(snippetOf('ha 😂😂😂', '😂')[1]).toEqual({ text: '😂😂😂', match: true });
  });

  it('requires every word, in any order, and the last one as a prefix', () => {
    const text = 'the quick brown fox';
    expect(finds('fox quick', text)).toBe(true);
    expect(finds('fox qui', text)).toBe(true);
    expect(finds('qui fox', text)).toBe(false);
    expect(finds('fox cat', text)).toBe(false);
  });

  it.each(['', ' ', '"', '*', '-', '…', '()', '^', ':', '\0', "'; drop table users; --"])(
    'accepts the query %j',
    (query) => {
      expect(() => index.find(query)).not.toThrow();
    },
  );

  it.each([
    'a AND b',
    'NEAR(a b)',
    'a OR b',
    'words:a',
    'rooms:public',
    'a*',
    '"a"',
    '^a',
    '{a}',
    'a + b',
    'NOT a',
  ])('reads %j as words, not as query syntax', (query) => {
    expect(index.find(query)).toEqual([]);
    expect(finds(query, query)).toBe(true);
  });
});

/** Characters of many scripts, and separators. */
const characters = [
  ...'abcAB 12_.,-"*():\u0301\u00e9\u00dfİ\n今天気カﾞー학교กิवيً',
  '👍',
  '🏽',
  '‍',
  '️',
  '\u00AD',
  '\u200B',
  '\u2060',
  '\u3164',
  '\u{E0100}',
  '\u1112',
  '\u1161',
  '🇪',
  '🇸',
  'Ⓜ️',
];
const texts = fc
  .array(fc.oneof(fc.constantFrom(...characters), fc.string({ unit: 'grapheme', maxLength: 3 })), {
    maxLength: 30,
  })
  .map((parts) => parts.join('').replaceAll('\0', ''));

describe('any text', () => {
  it('is stored in the index with exactly the words of indexText', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const id = (lastId += 1);
        index.add(id, text);
        const terms = index.terms();
        index.remove(id, text);
        expect(terms.join(' ')).toBe(indexText(text));
      }),
    );
  });

  it('is a valid query', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (query) => void index.find(query)));
    fc.assert(fc.property(texts, (query) => void index.find(query)));
  });

  it('is found by itself as the query', () => {
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(matchExpression(text) !== null);
        expect(finds(text, text)).toBe(true);
      }),
    );
  });

  it('has a snippet of its own text that marks a match if the index finds one', () => {
    fc.assert(
      fc.property(texts, texts, (text, query) => {
        const parts = snippetOf(text, query);
        const shown = parts.map((part) => part.text).join('');
        expect(text).toContain(shown.replace(/^…/, '').replace(/…$/, ''));
        for (let i = 1; i < parts.length; i += 1) {
          expect(parts[i]!.match).not.toBe(parts[i - 1]!.match);
        }
        if (finds(query, text)) expect(parts.some(({ match }) => match)).toBe(true);
      }),
    );
  });

  it('leaves nothing in the index once it is removed', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const id = (lastId += 1);
        index.add(id, text);
        index.remove(id, text);
        expect(index.terms()).toEqual([]);
      }),
    );
  });
});

describe('indexText', () => {
  it('splits ASCII text into the same words on the fast path as on the general one', () => {
    const ascii = fc.string({ unit: fc.constantFrom(...'abzABZ019_ .,!?-\'"@#*\n') });
    fc.assert(
      fc.property(ascii, (text) => {
        // An accent forces the general path.
        const words = indexText(`${text} é`).split(' ').slice(0, -1);
        expect(indexText(text).split(' ').filter(Boolean)).toEqual(words);
      }),
    );
  });
});
