import { fold } from '../protocol/fold.ts';

/** Places in one text where a mention is looked for; more than a message to people needs. */
const MAX_SITES = 50;
/** Longest name, in code points (`UserName` in the protocol). */
const MAX_NAME = 50;

const WORD = /[\p{L}\p{N}\p{M}_]/u;
/** Scripts that put no space between words: there a name may be followed by a letter. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/**
 * What may be a name after each `@` of a text, folded, the longest first. An `@` inside a word (an
 * email address) mentions nobody, and a name ends where a word does: `@Anabel` is not Ana.
 */
export function namesMentioned(text: string): string[][] {
  if (!text.includes('@')) return [];
  const sites: string[][] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    if (isInsideWord(text, at)) continue;
    const names = namesAt(text.slice(at + 1, at + 1 + 2 * MAX_NAME));
    if (names.length > 0) sites.push(names);
    if (sites.length === MAX_SITES) break;
  }
  return sites;
}

function isInsideWord(text: string, at: number): boolean {
  const [before] = /.$/su.exec(text.slice(Math.max(0, at - 2), at)) ?? [];
  return before !== undefined && WORD.test(before) && !UNSPACED.test(before);
}

function namesAt(rest: string): string[] {
  const letters = [...rest].slice(0, MAX_NAME + 1);
  const names: string[] = [];
  let name = '';
  for (let i = 0; i < Math.min(letters.length, MAX_NAME); i += 1) {
    const letter = letters[i]!;
    if (letter < ' ') break;
    name += letter;
    // Names are kept without white space at their ends.
    if (letter.trim() !== '' && name.trimStart() === name && endsWord(letter, letters[i + 1])) {
      names.unshift(fold(name));
    }
  }
  return names;
}

function endsWord(last: string, next: string | undefined): boolean {
  if (next === undefined || !WORD.test(last) || !WORD.test(next)) return true;
  // A mark belongs to the letter before it in every script.
  return !/\p{M}/u.test(next) && (UNSPACED.test(last) || UNSPACED.test(next));
}
