import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { texts as english } from '../../public/i18n/en.js';
import { LANGUAGES } from '../../public/i18n/languages.js';
import { errorKinds } from '../../src/protocol/errors.ts';
import {
  beginningOf,
  hardCoded,
  pageScripts,
  stringOf,
  usesIn,
  walk,
} from '../support/page-texts.ts';

type Entry = string | Record<string, string>;

const catalogues = await Promise.all(
  Object.keys(LANGUAGES).map(async (code) => {
    const { texts } = (await import(`../../public/i18n/${code}.js`)) as {
      texts: Record<string, Entry>;
    };
    return { code, texts };
  }),
);
const [keys, scripts] = [Object.keys(english), pageScripts()];
const uses = scripts.flatMap(({ file, tree }) => usesIn(file, tree));

const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!))].toSorted();

/** What a text shows wherever it has forms: in those for one, two or none, languages may write the number out. */
const shownBy = (entry: Entry) => placeholders(typeof entry === 'string' ? entry : entry['other']!);

/** The names of the values that a text takes: `count` chooses the form even where no form shows it. */
function valuesOf(entry: Entry): string[] {
  const forms = typeof entry === 'string' ? [entry] : ['{count}', ...Object.values(entry)];
  return placeholders(forms.join(' '));
}

/** Categories that may be left out, since `other` reads right for them: Spanish has one for whole millions. */
const LIKE_OTHER: Record<string, string[]> = { es: ['many'] };

describe.each(catalogues)('the texts in $code', ({ code, texts }) => {
  it('have every key, and no other', () => {
    expect(Object.keys(texts).toSorted()).toEqual(keys.toSorted());
  });

  it('have the placeholders of the English ones', () => {
    const list = ([key, entry]: [string, Entry]) =>
      `${key}: ${shownBy(entry).join()} (${valuesOf(entry).join()})`;
    const found = Object.entries(texts).map(list);
    const wanted = Object.entries<Entry>(english).map(list);
    expect(found.toSorted()).toEqual(wanted.toSorted());
  });

  it('have a form for each plural category of the language', () => {
    const { pluralCategories } = new Intl.PluralRules(code).resolvedOptions();
    const optional = LIKE_OTHER[code] ?? [];
    const wanted = pluralCategories.filter((one) => !optional.includes(one)).toSorted();
    for (const [key, entry] of Object.entries(texts)) {
      if (typeof entry === 'string') continue;
      const forms = Object.keys(entry).filter((one) => !optional.includes(one));
      expect({ key, forms: forms.toSorted() }).toEqual({ key, forms: wanted });
    }
  });

  it('are written out', () => {
    const all = Object.values(texts).flatMap((entry) => Object.values({ ...[entry].flat() }));
    expect(all.filter((text) => JSON.stringify(text).length < 3)).toEqual([]);
  });
});

it('each language is a file', () => {
  const files = readdirSync(new URL('../../public/i18n/', import.meta.url));
  const codes = files.flatMap((file) => /^([a-z]{2})\.js$/.exec(file)?.[1] ?? []);
  expect(codes.toSorted()).toEqual(Object.keys(LANGUAGES).toSorted());
});

it('the page uses every text', () => {
  const used = new Set<string>();
  /** Areas whose keys are put together, such as `connection.${state}`. The type check knows the parts. */
  const areas = new Set<string>();
  for (const { tree } of scripts) {
    walk(tree, (node, parent) => {
      // A type of event may look like a key: those are compared, texts are not.
      const isCompared = parent?.type === 'BinaryExpression' || parent?.type === 'SwitchCase';
      const text = stringOf(node);
      if (text !== null && !isCompared) used.add(text);
      const area = /^(\w+)\.$/.exec(beginningOf(node));
      if (area) areas.add(area[1]!);
    });
  }
  const unused = keys.filter((key) => !used.has(key) && !areas.has(key.split('.')[0]!));
  expect(unused).toEqual([]);
});

it('each text that the page uses exists, and gets a value for each placeholder', () => {
  expect(uses.length).toBeGreaterThan(100);
  const wrong = uses.flatMap(({ where, keys: used, values }) =>
    used.flatMap((key) => {
      const entry = (english as Record<string, Entry>)[key];
      const wanted = entry === undefined ? ['no such text'] : valuesOf(entry);
      const isRight = values === null || String(values.toSorted()) === String(wanted);
      return entry !== undefined && isRight ? [] : [`${where}: ${key} (${wanted.join(', ')})`];
    }),
  );
  expect(wrong).toEqual([]);
});

it('every refusal of the server, the client and the page has a text', () => {
  const codes = new Set(Object.keys(errorKinds));
  for (const { file, tree } of scripts) {
    if (!/^client\/|^chat-client|^state\/(?:open-rooms|attachments\/)/.test(file)) continue;
    walk(tree, (node) => {
      const isCode = node.type === 'Property' && (node['key'] as { name?: string }).name === 'code';
      const code = isCode ? stringOf(node['value'] as never) : null;
      if (code !== null) codes.add(code);
    });
  }
  // `unknown` stands for the codes of a newer server; `wait` adds when to try again.
  const texts = keys.filter((key) => key.startsWith('error.')).map((key) => key.slice(6));
  expect(texts.toSorted()).toEqual([...codes, 'unknown', 'wait'].toSorted());
});

/** Names, which are alike in every language. */
const EXCEPTIONS = ['Charla'];

it('the page says nothing that is not in the catalogues', () => {
  const found = scripts
    // What the client says in words is for other programs; the page goes by its codes. What is shared says nothing.
    .filter(({ file }) => !/^client\/|^chat-client|^shared\//.test(file))
    .flatMap(({ file, tree }) => hardCoded(tree).map((text) => [file, text]))
    .filter(([, text]) => !EXCEPTIONS.includes(text!));
  expect(found).toEqual([]);
});
