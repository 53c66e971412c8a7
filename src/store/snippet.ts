import { tokensOf, type Piece, type Token } from './words.ts';

/** A part of a snippet: whether it is what was looked for. */
export interface SnippetPart {
  text: string;
  match: boolean;
}

/** Letters of a message that a snippet shows; what is little longer is shown whole. */
const LENGTH = 160;
/** How much of it stands before the first match. */
const BEFORE = 40;
/** How far a cut may move to fall between words. */
const SLACK = 16;

/** The part of a message around what was looked for, as plain text with the matches apart. */
export function snippetOf(text: string, query: string): SnippetPart[] {
  const matches = matchesIn(text, query);
  const [start, end] = windowOf(text, matches[0]?.start ?? 0);
  const parts: SnippetPart[] = [];
  let at = start;
  for (const match of matches) {
    const [from, to] = [Math.max(match.start, at), Math.min(match.end, end)];
    if (from >= to) continue;
    if (from > at) parts.push({ text: text.slice(at, from), match: false });
    parts.push({ text: text.slice(from, to), match: true });
    at = to;
  }
  if (at < end) parts.push({ text: text.slice(at, end), match: false });
  return withEllipses(parts, start > 0, end < text.length);
}

/** Where a text has what a query asks for, in order; what touches is one. */
function matchesIn(text: string, query: string): Pick<Piece, 'start' | 'end'>[] {
  const wanted = tokensOf(query);
  const found = tokensOf(text).flatMap((token) =>
    wanted.flatMap((one, i) => findIn(token, one, i === wanted.length - 1)),
  );
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

function findIn(token: Token, wanted: Token, isPrefix: boolean): Pick<Piece, 'start' | 'end'>[] {
  if (token.kind === 'word') {
    if (wanted.kind !== 'word') return [];
    const fits = isPrefix ? token.form.startsWith(wanted.form) : token.form === wanted.form;
    return fits ? [token] : [];
  }
  if (wanted.kind !== 'run') return [];
  const { letters } = token;
  const found: Pick<Piece, 'start' | 'end'>[] = [];
  for (let i = 0; i + wanted.letters.length <= letters.length; i += 1) {
    const fits = wanted.letters.every(({ form }, k) => letters[i + k]!.form.startsWith(form));
    const last = letters[i + wanted.letters.length - 1]!;
    if (fits) found.push({ start: letters[i]!.start, end: last.end });
  }
  return found;
}

function windowOf(text: string, match: number): [start: number, end: number] {
  if (text.length <= LENGTH + SLACK) return [0, text.length];
  const start = match <= BEFORE ? 0 : cutNear(text, match - BEFORE);
  const end = start + LENGTH >= text.length ? text.length : cutNear(text, start + LENGTH);
  return [start, end];
}

/** A place to cut: between words if there is such a place near, and never inside a letter. */
function cutNear(text: string, at: number): number {
  const space = text.slice(at, at + SLACK).search(/\s/);
  if (space !== -1) return at + space;
  let place = at;
  while (place > 0 && isInsideLetter(text, place)) place -= 1;
  return place;
}

/** Whether the first half of a surrogate pair, or what marks and joins belong to, is before it. */
function isInsideLetter(text: string, at: number): boolean {
  const joined = /^(?:[\uDC00-\uDFFF]|\p{M}|\p{Emoji_Modifier}|\u200D)/u;
  return joined.test(text.slice(at, at + 2)) || text[at - 1] === '\u200D';
}

function withEllipses(parts: SnippetPart[], before: boolean, after: boolean): SnippetPart[] {
  if (before) addTo(parts, 0, 'unshift', (text) => `…${text}`);
  if (after) addTo(parts, parts.length - 1, 'push', (text) => `${text}…`);
  return parts;
}

/** Joins an ellipsis to the outer part, unless that is a match, which says what was written. */
function addTo(
  parts: SnippetPart[],
  index: number,
  method: 'unshift' | 'push',
  change: (text: string) => string,
): void {
  const part = parts[index];
  if (part && !part.match) part.text = change(part.text);
  else parts[method]({ text: '…', match: false });
}
