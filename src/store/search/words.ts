import { fold } from '../../../public/shared/fold.js';

/*
 * How text is searched: which words it has, and in which form they are compared. The same words are
 * stored, asked for, and marked in what was found. Scripts that put no space between words (Chinese,
 * Japanese, Korean, Thai …) are cut into letters, and every two neighbours are a word.
 */

/** A part of a text, by UTF-16 offsets, and the form that it is compared in. */
export interface Piece {
  readonly form: string;
  readonly start: number;
  readonly end: number;
}

/** A word between spaces, an emoji, or the letters of a run that has no spaces. */
export type Token =
  | ({ readonly kind: 'word' } & Piece)
  | { readonly kind: 'run'; readonly letters: readonly Piece[] };

/**
 * What is written within words and is no part of them: soft hyphens, joiners, marks of direction, variation
 * selectors. A zero width space is none of that: it stands between words where others have a space.
 */
const FORMAT = '(?!\\u200B)[\\p{Cf}\\p{Default_Ignorable_Code_Point}]';
export const FORMATS = new RegExp(FORMAT, 'gu');
/** Those of them that are no marks on a letter, which end no word either. No letter of a word is one. */
const SKIPPED = `(?!\\p{M})${FORMAT}`;
/** Letters of Korean that are blank. */
const FILLERS = '\\u115F\\u1160\\u3164\\uFFA0';
const VOICING = '\\u3099\\u309A\\uFF9E\\uFF9F';
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}' +
  `\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\u30FC\\uFF70${VOICING}`;
const PICTURE = '\\p{Extended_Pictographic}[\\uFE0E\\uFE0F\\p{Emoji_Modifier}]*';
const EMOJI =
  '\\p{Regional_Indicator}{2}|[0-9#*]\\uFE0F?\\u20E3|' +
  `${PICTURE}(?:[\\u{E0020}-\\u{E007E}]+\\u{E007F})?(?:\\u200D${PICTURE})*`;
const RUN = `(?![${FILLERS}])[${UNSPACED}](?:(?:${SKIPPED})*(?![${FILLERS}])[${UNSPACED}\\p{M}])*`;
const IN_WORD = `(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}_]`;
const WORD = `${IN_WORD}(?:(?:${SKIPPED})*${IN_WORD})*`;
const TOKEN = new RegExp(`(${EMOJI})|(${RUN})|(${WORD})`, 'gu');
/**
 * A letter with its marks; a Korean syllable may come in its parts. No syllable has more than three of
 * each, and without a bound many first parts in a row would be gone through once for each of them.
 */
const LETTER = new RegExp(
  '(?:[\\u1100-\\u115E]{1,3}[\\u1161-\\u11A7]{1,3}[\\u11A8-\\u11FF]{0,3}|.)' +
    `(?:[\\p{M}${VOICING}]|${SKIPPED})*`,
  'gsu',
);
/** What text may be written with or without: accents, and points of Hebrew and Arabic. */
const ACCENTS = new RegExp(
  '[\\u0300-\\u036F\\u0483-\\u0487\\u0591-\\u05C7\\u0610-\\u061A\\u0640\\u064B-\\u065F\\u0670' +
    '\\u06D6-\\u06DC\\u06DF-\\u06E8\\u06EA-\\u06ED\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF]',
  'gu',
);
/** Letters whose accent is a part of them, so that Unicode does not take it off. */
const BARE: Readonly<Record<string, string>> = Object.fromEntries(
  'ı:i ł:l ø:o đ:d ħ:h ŧ:t æ:ae œ:oe ð:d þ:th'.split(' ').map((pair) => pair.split(':')),
);
const NOT_BARE = new RegExp(`[${Object.keys(BARE).join('')}]`, 'gu');
const NO_WORD = /[^\p{L}\p{N}\p{M}_]/gu;
const VARIATIONS = /[\uFE0E\uFE0F\p{Emoji_Modifier}]/gu;
/** Characters by which words are told apart: what is longer is no word to look for by its end. */
const MAX_WORD = 100;
const ASCII = /^[\0-\x7F]*$/;
const ASCII_WORD = /[a-z0-9_]+/g;

/** The words and runs of a text, in order. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [found, emoji, run] = match;
    const [start, end] = [match.index, match.index + found.length];
    if (run !== undefined) {
      tokens.push({ kind: 'run', letters: lettersOf(run, start) });
      continue;
    }
    // Without case also here: Ⓜ is an emoji, and a letter to SQLite.
    const form =
      emoji === undefined
        ? formOf(found)
        : fold(emoji.replaceAll(VARIATIONS, '')).slice(0, MAX_WORD);
    const last = tokens.at(-1);
    // The same emoji many times over is one word: it says no more, and would fill the index.
    const isSame = emoji !== undefined && last?.kind === 'word' && last.form === form;
    if (isSame && last.end === start) tokens[tokens.length - 1] = { ...last, end };
    else if (form !== '') tokens.push({ kind: 'word', form, start, end });
  }
  return tokens;
}

/** Without case and accents, and with one form for what looks alike (full-width letters, ligatures). */
function formOf(word: string): string {
  if (ASCII.test(word)) return word.slice(0, MAX_WORD).toLowerCase();
  const letters = word
    .replaceAll(FORMATS, '')
    .slice(0, MAX_WORD)
    .normalize('NFKD')
    .slice(0, 3 * MAX_WORD)
    .replaceAll(ACCENTS, '')
    .replaceAll(NO_WORD, '');
  return fold(letters).replaceAll(NOT_BARE, (letter) => BARE[letter]!);
}

function lettersOf(run: string, offset: number): Piece[] {
  const letters: Piece[] = [];
  for (const { 0: letter, index } of run.matchAll(LETTER)) {
    // Most are one character, and none begins with what is not a letter.
    const bare = letter.length === 1 ? letter : letter.replaceAll(FORMATS, '');
    const form = bare.normalize('NFKC').replaceAll(/\s/g, '');
    if (form === '') continue;
    letters.push({ form, start: offset + index, end: offset + index + letter.length });
  }
  return letters;
}

/** What is stored of a text to find it by: its words, separated by single spaces. */
export function indexText(text: string): string {
  if (ASCII.test(text)) {
    const words = text.toLowerCase().match(ASCII_WORD) ?? [];
    return words.map((word) => word.slice(0, MAX_WORD)).join(' ');
  }
  return tokensOf(text).flatMap(wordsOf).join(' ');
}

function wordsOf(token: Token): string[] {
  if (token.kind === 'word') return [token.form];
  const forms = token.letters.map(({ form }) => form);
  // The last letter alone, too: who looks for one letter looks for what begins with it.
  return forms.map((form, i) => form + (forms[i + 1] ?? ''));
}

/** Letters of a run that are looked for: each is compared with every letter of the same kind. */
const MAX_RUN = 32;

/** What a query looks for. */
export function queryTokens(query: string): Token[] {
  return tokensOf(query).map((token) =>
    token.kind === 'run' ? { ...token, letters: token.letters.slice(0, MAX_RUN) } : token,
  );
}

/** What a message must have to match a word of a query: these words, one right after the other. */
export interface Term {
  readonly words: readonly string[];
  /** Whether the last one may go on: the query's last word, and single letters of scripts without spaces. */
  readonly isPrefix: boolean;
}

export function termsOf(query: string): Term[] {
  const tokens = queryTokens(query);
  return tokens.map((token, i) => {
    const words = wordsOf(token);
    const isOneLetter = token.kind === 'run' && words.length === 1;
    // A run is found by its pairs.
    const phrase = token.kind === 'run' && !isOneLetter ? words.slice(0, -1) : words;
    return { words: phrase, isPrefix: isOneLetter || i === tokens.length - 1 };
  });
}

/** How many different terms a query has. */
export const countTerms = (query: string): number =>
  new Set(termsOf(query).map((term) => JSON.stringify(term))).size;
