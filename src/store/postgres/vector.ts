import type { SearchScope } from '../search/search.ts';
import { indexText, termsOf, type Term } from '../search/words.ts';

/*
 * Texts and queries in the forms of PostgreSQL's text search. Its own parsers are not used: the words are those of
 * search/words.ts, as on SQLite.
 */

/** What tsvector keeps of a text: so many positions of one word, up to this position. */
const MAX_POSITIONS = 255;

/** The words of a message with their positions, and the places where it is found. */
export interface Vector {
  /** A tsvector. */
  readonly words: string;
  /** The words in order, between spaces, where tsvector cannot keep all their positions; otherwise null. */
  readonly longText: string | null;
}

/** Words hold no `@`, so a place is no word. What a room was created as never changes. */
const PUBLIC = '@public';
const placeOf = (roomId: string) => `@${roomId}`;

export function vectorOf(text: string, room: { id: string; kind: string }): Vector {
  const words = indexText(text);
  const positions = new Map<string, number[]>();
  const list = words === '' ? [] : words.split(' ');
  list.forEach((word, i) => {
    const ofWord = positions.get(word);
    if (ofWord) ofWord.push(i + 1);
    else positions.set(word, [i + 1]);
  });
  const isLong = [...positions.values()].some(({ length }) => length > MAX_POSITIONS);
  const places = room.kind.endsWith('public') ? [PUBLIC, placeOf(room.id)] : [placeOf(room.id)];
  const lexemes = [...positions].map(
    ([word, at]) => `${quoted(word)}:${at.slice(0, MAX_POSITIONS).join(',')}`,
  );
  return {
    words: [...lexemes, ...places.map(quoted)].join(' '),
    longText: isLong ? ` ${words} ` : null,
  };
}

/** A search. */
export interface Match {
  /** A tsquery of words and places. */
  readonly words: string;
  /** The same, whose words stand one right after the other where they have to; null where none has to. */
  readonly phrases: string | null;
  /** What the words in order must have as parts, for texts whose positions are not all kept. */
  readonly parts: readonly string[];
}

/** Null where the query has no words, or there is no place to search. */
export function matchOf(query: string, { publicRooms, roomIds }: SearchScope): Match | null {
  const terms = termsOf(query);
  const places = [...(publicRooms ? [PUBLIC] : []), ...roomIds.map(placeOf)].map(quoted);
  if (terms.length === 0 || places.length === 0) return null;
  const inPlaces = `(${places.join(' | ')})`;
  const all = (joint: ' & ' | ' <-> ') =>
    [...new Set(terms.map((term) => `(${wordsOf(term, joint)})`)), inPlaces].join(' & ');
  const hasPhrase = terms.some(({ words }) => words.length > 1);
  return {
    words: all(' & '),
    phrases: hasPhrase ? all(' <-> ') : null,
    parts: hasPhrase ? terms.map(partOf) : [],
  };
}

const wordsOf = ({ words, isPrefix }: Term, joint: string): string =>
  words
    .map((word, i) => `${quoted(word)}${isPrefix && i === words.length - 1 ? ':*' : ''}`)
    .join(joint);

const partOf = ({ words, isPrefix }: Term) => ` ${words.join(' ')}${isPrefix ? '' : ' '}`;

/** A word in the quotes of tsvector and tsquery. */
const quoted = (word: string) => `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
