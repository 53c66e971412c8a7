import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/*
 * Every package that production installs, whatever depends on it and on whatever platform, has a licence that lets
 * anybody run, change and pass on a server that uses it. The lockfile names the licences.
 */

interface Package {
  readonly dev?: boolean;
  readonly license?: string;
}

const { packages } = JSON.parse(
  readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'),
) as { readonly packages: Readonly<Record<string, Package>> };

const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
]);

/** Licences that ask more, and why what they ask is met. */
const exceptions: readonly { readonly name: RegExp; readonly licence: string; why: string }[] = [
  {
    name: /^@img\/sharp-/,
    licence: 'LGPL-3.0-or-later',
    why: 'libvips is a library of its own, which sharp loads when it starts and anybody can replace',
  },
  {
    name: /^web-push$/,
    licence: 'MPL-2.0',
    why: 'it covers changes to the files of web-push, and Charla changes none',
  },
];

const isAllowed = (name: string, licence: string): boolean =>
  allowed.has(licence) ||
  exceptions.some((exception) => exception.name.test(name) && exception.licence === licence);

/** Whether a package may be used under an SPDX expression; one that mixes AND with OR is for people to read. */
function mayUse(name: string, expression = ''): boolean {
  const flat = expression.replaceAll(/^\(|\)$/g, '');
  if (flat.includes(' OR ')) return flat.split(' OR ').some((part) => isAllowed(name, part));
  return flat.split(' AND ').every((part) => isAllowed(name, part));
}

const used = Object.entries(packages)
  .filter(([path, { dev }]) => path !== '' && !dev)
  .map(([path, { license }]) => ({ name: path.split('node_modules/').at(-1)!, license }));

it('every package that production installs has a licence that may be used', () => {
  expect(used.length).toBeGreaterThan(100);
  expect(used.filter(({ name, license }) => !mayUse(name, license))).toEqual([]);
});

it.each(exceptions)('the exception for $licence is needed, because $why', (exception) => {
  const needed = used.filter(
    ({ name, license }) => exception.name.test(name) && license?.includes(exception.licence),
  );
  expect(needed).not.toEqual([]);
});

it.each([
  [undefined, false],
  ['', false],
  ['UNLICENSED', false],
  ['SEE LICENSE IN LICENSE.md', false],
  ['GPL-3.0-only', false],
  ['MPL-2.0', false],
  ['MIT AND GPL-3.0-only', false],
  ['(MIT OR GPL-3.0-only)', true],
  ['(MIT AND Apache-2.0)', true],
  ['(MIT AND GPL-3.0-only) OR (GPL-3.0-only AND ISC)', false],
])('a package with the licence %j may be used: %j', (licence, expected) => {
  expect(mayUse('anything', licence)).toBe(expected);
});
