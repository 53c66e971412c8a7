import { caseFold } from '../../../public/shared/case-fold.js';
import { UNSPACED } from '../../../public/shared/unspaced.js';

/*
 * How text is searched: which words it has, and in which form they are compared. The index stores these words,
 * queries look for them, and snippets mark them. Scripts that put no space between words (Chinese, Japanese, Korean,
 * Thai …) are cut into letters, and every two neighbours are a word.
 */

/** A part of a text, by UTF-16 offsets, and the form in which it is compared. */
export interface Piece {
  readonly form: string;
  readonly start: number;
  readonly end: number;
}

/** A word between spaces, an emoji, or the letters of a run without spaces. */
export type Token =
  | ({ readonly kind: 'word' } & Piece)
  | { readonly kind: 'run'; readonly letters: readonly Piece[] };

/**
 * Characters within words that are no part of them: soft hyphens, joiners, marks of direction, variation selectors.
 * A zero width space is none of these: some scripts put it between words, where others put a space.
 */
const FORMAT = '(?!\\u200B)[\\p{Cf}\\p{Default_Ignorable_Code_Point}]';
export const FORMATS = new RegExp(FORMAT, 'gu');
/** Those of them that are not marks on a letter. They do not end a word. */
const SKIPPED = `(?!\\p{M})${FORMAT}`;
/** Blank letters of Korean. */
const FILLERS = '\\u115F\\u1160\\u3164\\uFFA0';
const VOICING = '\\u3099\\u309A\\uFF9E\\uFF9F';
const PICTURE = '\\p{Extended_Pictographic}[\\uFE0E\\uFE0F\\p{Emoji_Modifier}]*';
const EMOJI =
  '\\p{Regional_Indicator}{2}|[0-9#*]\\uFE0F?\\u20E3|' +
  `${PICTURE}(?:[\\u{E0020}-\\u{E007E}]+\\u{E007F})?(?:\\u200D${PICTURE})*`;
const RUN = `(?![${FILLERS}])[${UNSPACED}](?:(?:${SKIPPED})*(?![${FILLERS}])[${UNSPACED}\\p{M}])*`;
const IN_WORD = `(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}_]`;
const WORD = `${IN_WORD}(?:(?:${SKIPPED})*${IN_WORD})*`;
const TOKEN = new RegExp(`(${EMOJI})|(${RUN})|(${WORD})`, 'gu');
/**
 * A letter with its marks; a Korean syllable may be written in its parts. No syllable has more than three of each;
 * without that bound, a long row of first parts would be scanned once for each of them.
 */
const LETTER = new RegExp(
  '(?:[\\u1100-\\u115E]{1,3}[\\u1161-\\u11A7]{1,3}[\\u11A8-\\u11FF]{0,3}|.)' +
    `(?:[\\p{M}${VOICING}]|${SKIPPED})*`,
  'gsu',
);
/** Marks that text may be written with or without: accents, and points of Hebrew and Arabic. */
const ACCENTS = new RegExp(
  '[\\u0300-\\u036F\\u0483-\\u0487\\u0591-\\u05C7\\u0610-\\u061A\\u0640\\u064B-\\u065F\\u0670' +
    '\\u06D6-\\u06DC\\u06DF-\\u06E8\\u06EA-\\u06ED\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF]',
  'gu',
);
/** Letters whose accent is a part of them, so that Unicode does not decompose them. */
const BARE: Readonly<Record<string, string>> = Object.fromEntries(
  'ı:i ł:l ø:o đ:d ħ:h ŧ:t æ:ae œ:oe ð:d þ:th'.split(' ').map((pair) => pair.split(':')),
);
const NOT_BARE = new RegExp(`[${Object.keys(BARE).join('')}]`, 'gu');
/** NUL separates words that are processed together. */
const NO_WORD = /[^\p{L}\p{N}\p{M}_\0]/gu;
const VARIATIONS = /[\uFE0E\uFE0F\p{Emoji_Modifier}]/gu;
/** Only the first characters of a word distinguish it: nobody searches for a longer one by its end. */
const MAX_WORD = 100;
const ASCII = /^[\0-\x7F]*$/;
const ASCII_WORD = /[a-z0-9_]+/g;

/** The words and runs of a text, in order. */
export function tokensOf(text: string): Token[] {
  const found = [...text.matchAll(TOKEN)];
  const forms = formsOf(
    found.filter(({ 1: emoji, 2: run }) => (emoji ?? run) === undefined).map(([word]) => word),
  );
  const runs = lettersOf(found.filter(({ 2: run }) => run !== undefined));
  const tokens: Token[] = [];
  for (const { 0: all, 1: emoji, 2: run, index: start } of found) {
    const end = start + all.length;
    if (run !== undefined) tokens.push({ kind: 'run', letters: runs.shift()! });
    else if (emoji !== undefined) addEmoji(tokens, emoji, { start, end });
    else addWord(tokens, { form: forms.shift()!, start, end });
  }
  return tokens;
}

function addWord(tokens: Token[], word: Piece): void {
  if (word.form !== '') tokens.push({ kind: 'word', ...word });
}

/** A row of the same emoji is one word: it says no more, and would fill the index. */
function addEmoji(tokens: Token[], emoji: string, { start, end }: Omit<Piece, 'form'>): void {
  // Case-folded, too: Ⓜ is an emoji, and to SQLite a letter.
  const form = caseFold(emoji.replaceAll(VARIATIONS, '')).slice(0, MAX_WORD);
  const last = tokens.at(-1);
  const isSame = last?.kind === 'word' && last.form === form && last.end === start;
  if (isSame) tokens[tokens.length - 1] = { ...last, end };
  else tokens.push({ kind: 'word', form, start, end });
}

/**
 * Words without case and accents, and with one form for full-width letters, ligatures and the like. They are joined
 * for that, by a character that no word has: one pass over all costs half of a pass over each.
 */
function formsOf(words: readonly string[]): string[] {
  const joined = words.join('\0').replaceAll(FORMATS, '').split('\0').map(cut).join('\0');
  if (ASCII.test(joined)) return joined.toLowerCase().split('\0');
  const bare = joined.normalize('NFKD').replaceAll(ACCENTS, '').replaceAll(NO_WORD, '');
  return caseFold(bare)
    .replaceAll(NOT_BARE, (letter) => BARE[letter]!)
    .split('\0')
    .map(cut);
}

/** The first characters of a word, without half of a surrogate pair at the end. */
const cut = (word: string) =>
  word.length > MAX_WORD ? word.slice(0, MAX_WORD).replace(/[\uD800-\uDBFF]$/, '') : word;

/** The letters of each of these runs, processed together as words are. */
function lettersOf(runs: readonly RegExpExecArray[]): Piece[][] {
  const found = runs.map(([run]) => [...run.matchAll(LETTER)]);
  // Most letters are one character, and need no cleaning.
  const bare = found
    .flat()
    .map(([letter]) => (letter.length === 1 ? letter : letter.replaceAll(FORMATS, '')));
  const forms = bare.join('\0').normalize('NFKC').replaceAll(/\s/g, '').split('\0');
  return found.map((letters, i) =>
    letters.flatMap(({ 0: letter, index }) => {
      const form = forms.shift()!;
      const start = runs[i]!.index + index;
      return form === '' ? [] : [{ form, start, end: start + letter.length }];
    }),
  );
}

/**
 * Names the form of words that this version makes; Unicode's own tables are a part of that. An index of another
 * form has to be built anew.
 */
export const WORDS_FORM = `5 of Unicode ${process.versions['unicode']}`;

/** The words of a text as the index stores them, separated by single spaces. */
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
  // The last letter alone is a word, too: a query of one letter matches words that begin with it.
  return forms.map((form, i) => form + (forms[i + 1] ?? ''));
}

/** Letters of a run in a query: each is compared with every such letter of a text. */
const MAX_RUN = 32;

/** The words and runs of a query. */
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
