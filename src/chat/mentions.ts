import { fold } from '../protocol/fold.ts';

/** Places in one text where a mention is looked for; more than a message to people needs. */
const MAX_SITES = 50;
/** Longest name, in letters with their marks (`UserName` in the protocol). */
const MAX_NAME = 50;

/** A letter with its marks. In NFC text no letter changes by what stands before or after it. */
const LETTER = /\P{M}\p{M}*|\p{M}+/gu;
const WORD = '[\\p{L}\\p{N}\\p{M}_]';
/** Scripts that put no space between words: there a name may be followed by a letter. */
const UNSPACED =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}]';
const [BEGINS_IN_WORD, ENDS_IN_WORD] = [new RegExp(`^${WORD}`, 'u'), new RegExp(`${WORD}$`, 'u')];
const [BEGINS_UNSPACED, ENDS_UNSPACED] = [
  new RegExp(`^${UNSPACED}`, 'u'),
  new RegExp(`${UNSPACED}$`, 'u'),
];

/** What follows an `@`: every name that may be meant is the beginning of `text` up to one of `ends`. */
export interface Site {
  /** Folded, and no longer than a name. */
  readonly text: string;
  /** Offsets in `text`, ascending; at least one. */
  readonly ends: readonly number[];
}

/**
 * Where a text may mention somebody. An `@` inside a word (an email address) mentions nobody, and a name
 * ends where a word does: `@Anabel` is not Ana. Each letter is folded once, however many sites reach it.
 */
export function sitesIn(text: string): Site[] {
  if (!text.includes('@')) return [];
  const letters: readonly string[] = text.normalize('NFC').match(LETTER) ?? [];
  const folded: string[] = [];
  const mayEnd: boolean[] = [];
  const sites: Site[] = [];
  for (let at = letters.indexOf('@'); at !== -1; at = letters.indexOf('@', at + 1)) {
    if (isInsideWord(letters, at)) continue;
    const site = siteAt(at + 1);
    if (site.ends.length > 0) sites.push(site);
    if (sites.length === MAX_SITES) break;
  }
  return sites;

  function siteAt(start: number): Site {
    const ends: number[] = [];
    let name = '';
    // Names are kept without white space at their ends.
    const stop = isSpace(letters[start]) ? start : Math.min(start + MAX_NAME, letters.length);
    for (let i = start; i < stop && letters[i]! >= ' '; i += 1) {
      name += folded[i] ??= fold(letters[i]!);
      if ((mayEnd[i] ??= mayEndAfter(letters[i]!, letters[i + 1]))) ends.push(name.length);
    }
    return { text: name, ends };
  }
}

const isSpace = (letter: string | undefined) => letter?.trim() === '';

function isInsideWord(letters: readonly string[], at: number): boolean {
  const before = letters[at - 1];
  return before !== undefined && ENDS_IN_WORD.test(before) && !ENDS_UNSPACED.test(before);
}

function mayEndAfter(last: string, next: string | undefined): boolean {
  if (isSpace(last)) return false;
  if (next === undefined || !ENDS_IN_WORD.test(last) || !BEGINS_IN_WORD.test(next)) return true;
  return ENDS_UNSPACED.test(last) || BEGINS_UNSPACED.test(next);
}
