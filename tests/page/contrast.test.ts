import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';

/** What these tests use of the page, which they import by URL to keep the types of the DOM out. */
interface Contrast {
  readonly TEXT_CONTRAST: number;
  readonly SURFACES: Record<Scheme, string[]>;
  readonly contrast: (one: string, other: string) => number;
  readonly inkOn: (color: string) => string;
  readonly readableShades: (color: string) => Record<Scheme, string>;
}
type Scheme = 'light' | 'dark';

const page = (path: string) => new URL(`../../public/${path}`, import.meta.url);
const { contrast, inkOn, readableShades, SURFACES, TEXT_CONTRAST } = (await import(
  page('views/contrast.js').href
)) as Contrast;

const colors = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`);
const SCHEMES: Scheme[] = ['light', 'dark'];

const tokens = tokensOf(readFileSync(page('styles/base.css'), 'utf8'));

/** The custom properties of the two schemes: the dark one changes some of the light one. */
function tokensOf(css: string): Record<Scheme, Map<string, string>> {
  const dark = css.indexOf('prefers-color-scheme: dark');
  const read = (part: string) =>
    [...part.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(
      ([, name, value]) => [name!, value!] as const,
    );
  const light = read(css.slice(0, dark));
  return { light: new Map(light), dark: new Map([...light, ...read(css.slice(dark))]) };
}

it('measures contrast as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#ffffff', '#767676')).toBeCloseTo(4.54, 2);
});

it('makes a name of any colour readable on every surface, in light and dark', () => {
  fc.assert(
    fc.property(colors, (color) => {
      const shades = readableShades(color);
      for (const scheme of SCHEMES)
        for (const surface of SURFACES[scheme])
          expect(contrast(shades[scheme], surface)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
    }),
    { numRuns: 2000 },
  );
});

it('keeps a colour that can be read as it is', () => {
  expect(readableShades('#8a1c1c').light).toBe('#8a1c1c');
  expect(readableShades('#ffd479').dark).toBe('#ffd479');
});

it('writes letters on any colour so that they can be read', () => {
  fc.assert(
    fc.property(colors, (color) => {
      expect(contrast(inkOn(color), color)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
    }),
    { numRuns: 2000 },
  );
});

it.each(SCHEMES)('knows the surfaces of the style sheet in %s', (scheme) => {
  const names = ['canvas', 'side', 'raised', 'hover', 'bubble'];
  expect(SURFACES[scheme]).toEqual(names.map((name) => tokens[scheme].get(name)));
});

/** Texts and controls, and what they stand on, by the names of their colours. */
const PAIRS: [text: string, surfaces: string[], least: number][] = [
  ['text', ['canvas', 'side', 'raised', 'hover', 'bubble', 'own-bubble', 'accent-wash'], 4.5],
  ['muted', ['canvas', 'side', 'raised', 'hover', 'bubble', 'accent-wash'], 4.5],
  ['own-muted', ['own-bubble'], 4.5],
  [
    'accent-text',
    ['canvas', 'side', 'raised', 'hover', 'bubble', 'own-bubble', 'accent-wash'],
    4.5,
  ],
  ['danger', ['canvas', 'side', 'raised', 'danger-wash'], 4.5],
  ['on-accent', ['accent', 'accent-hover'], 4.5],
  ['control-line', ['canvas', 'side', 'raised', 'bubble'], 3],
  ['online', ['side'], 3],
];

it.each(SCHEMES)('has enough contrast between the colours of the style sheet in %s', (scheme) => {
  const weak = PAIRS.flatMap(([text, surfaces, least]) =>
    surfaces
      .map((surface) => {
        const found = contrast(tokens[scheme].get(text)!, tokens[scheme].get(surface)!);
        return { on: `${text} on ${surface}`, found, least };
      })
      .filter(({ found }) => found < least),
  );
  expect(weak).toEqual([]);
});
