import { graphemeAt } from '../../../public/shared/graphemes.js';
import { queryTokens, tokensOf, type Piece } from './words.ts';

/** A part of a snippet; `match` where it matches the query. */
export interface SnippetPart {
  text: string;
  match: boolean;
}

/** Characters of a snippet; a message that is only a little longer is shown whole. */
const LENGTH = 160;
/** Characters before the first match. */
const BEFORE = 40;
/** How far a cut may move to fall between words, in characters. */
const SLACK = 16;

/** UTF-16 offsets in a text. */
type Span = Pick<Piece, 'start' | 'end'>;

/** The part of a message around its first match, as plain text with the matches as parts of their own. */
export function snippetOf(text: string, query: string): SnippetPart[] {
  const matches = matchesIn(text, wantedBy(query));
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

/** What a query looks for, each once: one pass over a text finds all of it. */
interface Wanted {
  readonly words: ReadonlySet<string>;
  /** The last word, which matches as a prefix. */
  readonly beginning: string | null;
  /** The forms of the letters of each run, by its first character. */
  readonly runs: ReadonlyMap<string, readonly (readonly string[])[]>;
}

function wantedBy(query: string): Wanted {
  const tokens = queryTokens(query);
  const last = tokens.at(-1);
  const words = new Set<string>();
  const known = new Set<string>();
  const runs = new Map<string, (readonly string[])[]>();
  for (const token of tokens) {
    if (token.kind === 'word') {
      words.add(token.form);
      continue;
    }
    const forms = token.letters.map(({ form }) => form);
    const run = forms.join(' ');
    if (run === '' || known.has(run)) continue;
    known.add(run);
    const alike = runs.get(run[0]!);
    if (alike) alike.push(forms);
    else runs.set(run[0]!, [forms]);
  }
  const beginning = last?.kind === 'word' ? last.form : null;
  return { words, beginning, runs };
}

/**
 * The matches in a text, in order; matches that touch are merged. It stops where a snippet that begins at the first
 * one ends.
 */
function matchesIn(text: string, wanted: Wanted): Span[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of spansIn(text, wanted)) {
    const [first, last] = [merged[0], merged.at(-1)];
    if (first && start > first.start + LENGTH + SLACK) break;
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

function* spansIn(text: string, wanted: Wanted): Generator<Span> {
  for (const token of tokensOf(text)) {
    if (token.kind === 'run') yield* spansInRun(token.letters, wanted.runs);
    else if (isWanted(token.form, wanted)) yield token;
  }
}

const isWanted = (form: string, { words, beginning }: Wanted) =>
  words.has(form) || (beginning !== null && form.startsWith(beginning));

function* spansInRun(letters: readonly Piece[], runs: Wanted['runs']): Generator<Span> {
  for (const [i, { form: letter, start }] of letters.entries()) {
    for (const forms of runs.get(letter[0]!) ?? []) {
      const last = letters[i + forms.length - 1];
      if (last && forms.every((form, k) => letters[i + k]!.form.startsWith(form))) {
        yield { start, end: last.end };
      }
    }
  }
}

function windowOf(text: string, match: number): [start: number, end: number] {
  if (text.length <= LENGTH + SLACK) return [0, text.length];
  const start = match <= BEFORE ? 0 : cutNear(text, match - BEFORE);
  const end = start + LENGTH >= text.length ? text.length : cutNear(text, start + LENGTH);
  return [start, end];
}

/** Where to cut: between words if a space is near, and never inside a grapheme. */
function cutNear(text: string, at: number): number {
  const space = text.slice(at, at + SLACK).search(/\s/);
  return graphemeAt(text, space === -1 ? at : at + space);
}

function withEllipses(parts: SnippetPart[], before: boolean, after: boolean): SnippetPart[] {
  if (before) addTo(parts, 0, 'unshift', (text) => `…${text}`);
  if (after) addTo(parts, parts.length - 1, 'push', (text) => `${text}…`);
  return parts;
}

/** Adds an ellipsis to the outer part; to a match it adds none, which must show what was written. */
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
