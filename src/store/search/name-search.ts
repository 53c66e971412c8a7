import { sql, type Kysely, type RawBuilder } from 'kysely';
import { caseFold } from '../../../public/shared/case-fold.js';
import { IGNORABLE, SPACES } from '../../../public/shared/name-key.js';
import { PreparedQuery } from '../query.ts';
import type { Database } from '../tables.ts';
import { stringsIn } from '../values.ts';
import { FORMATS, tokensOf, type Piece } from './words.ts';

/*
 * How the names of people and rooms are searched: by the same words as messages. The words are stored in a column
 * of their own, so that any database can search it with `like`: first each word after a space, then the name
 * letter by letter, without case and accents.
 */

/** Joins the parts of a name that some write as two words and some as one: O'Neil, Jean-Luc. */
const JOINTS = /(?<=[\p{L}\p{N}]\p{M}*)['’‘ʼʻ`´׳\-‐‑](?=\p{L})/gu;
const HANGUL = /\p{Script=Hangul}/u;

/** Removes what makes no other name: invisible characters, and repeated spaces. */
const plainSpaces = (name: string) => name.replaceAll(IGNORABLE, '').replaceAll(SPACES, ' ');

/** The searchable form of a name: ` o neil oneil`, a line break, `o'neil`. */
export function nameSearch(asShown: string): string {
  const name = plainSpaces(asShown);
  const words = [' ', ''].flatMap((joint) => wordsIn(name.replaceAll(JOINTS, joint)));
  const after = words.map(({ form }) => ` ${form}`);
  return `${[...new Set(after)].join('')}\n${plain(name)}`;
}

/** True for names with words that begin with those of a query, in any order. A query without words is a part. */
export function hasWords(column: RawBuilder<string>, query: string): RawBuilder<boolean> {
  const [first, ...others] = beginningsIn(query);
  if (first === undefined) return hasPart(column, query);
  const patterns = JSON.stringify(others.map(patternOf));
  return sql<boolean>`(${column} like ${patternOf(first)} escape '\\' and not exists (
    select 1 from ${stringsIn(patterns)} as wanted
    where ${column} not like wanted.value escape '\\'))`;
}

/** True for names that have a query as a part. */
export function hasPart(column: RawBuilder<string>, query: string): RawBuilder<boolean> {
  return sql<boolean>`${column} like ${patternOf(plain(plainSpaces(query)))} escape '\\'`;
}

/** The `like` pattern of a part. Both sides are case-folded, so it makes no difference that SQLite ignores case. */
const patternOf = (part: string) => `%${part.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** A word begins after a space; where there are no spaces between words, it begins anywhere. */
function beginningsIn(query: string): string[] {
  const words = wordsIn(plainSpaces(query).replaceAll(JOINTS, ' '));
  return words.map(({ form, isRun }) => (isRun ? form : ` ${form}`));
}

/** A name with its words in their searchable forms, and with what stands between them. */
function plain(name: string): string {
  let made = '';
  let at = 0;
  const upTo = (end?: number) =>
    caseFold(name.slice(at, end).replaceAll(FORMATS, '').normalize('NFKC'));
  for (const { form, start, end } of wordsIn(name)) {
    made += upTo(start) + form;
    at = end;
  }
  return made + upTo();
}

type Word = Piece & { readonly isRun: boolean };

/** The words of a name, and its runs of letters without spaces, each as one. */
function wordsIn(name: string): Word[] {
  return tokensOf(name).flatMap((token): Word[] => {
    if (token.kind === 'word') return [{ ...token, isRun: false }];
    const [first, last] = [token.letters[0], token.letters.at(-1)];
    if (!first || !last) return [];
    const form = token.letters.map(syllable).join('');
    return [{ form, start: first.start, end: last.end, isRun: true }];
  });
}

/** Korean syllables are decomposed, so that one that is still being typed finds what it may become. */
const syllable = ({ form }: Piece) => (HANGUL.test(form) ? form.normalize('NFD') : form);

const updates = (['users', 'rooms'] as const).map((table) => ({
  table,
  update: new PreparedQuery((db, its: { id: string; name_search: string }) =>
    db.updateTable(table).set({ name_search: its.name_search }).where('id', '=', its.id),
  ),
}));

/** Fills the searchable form of every name anew, some 0.1 ms each: the form of words has changed. */
export async function fillNameSearch(db: Kysely<Database>): Promise<void> {
  for (const { table, update } of updates) {
    const rows = await db.selectFrom(table).select(['id', 'name', 'name_search']).execute();
    for (const { id, name, name_search: before } of rows) {
      const name_search = nameSearch(name);
      if (name_search === before) continue;
      await update.all(db, { id, name_search });
    }
  }
}
