import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { draw } from '../scripts/draw-architecture.ts';

const root = new URL('../', import.meta.url);
const docs = new URL('docs/', root);
const read = (file: string) => readFileSync(new URL(file, docs), 'utf8');

const source = read('architecture.txt');
/** The lines that the picture shows. */
const shown = source.split('\n').filter((line) => line.startsWith('  '));
const namesIn = (pattern: RegExp) => shown.flatMap((line) => line.match(pattern) ?? []);

describe('docs/architecture.svg', () => {
  it('is what scripts/draw-architecture.ts draws from docs/architecture.txt', () => {
    expect(read('architecture.svg')).toBe(draw(source));
  });

  it('shows every folder of src, and no folder that does not exist', () => {
    const folders = readdirSync(new URL('src/', root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${name}/`);
    const named = namesIn(/[\w-]+(?:\/[\w-]+)*\//g);
    expect(named).toEqual(expect.arrayContaining(folders));
    // The parts of the store are named without it, and the page is outside src.
    const places = ['src/', 'src/store/', ''];
    const unknown = named.filter(
      (name) => !places.some((at) => existsSync(new URL(at + name, root))),
    );
    expect(unknown).toEqual([]);
  });

  it('names no file that does not exist', () => {
    const files = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' });
    const known = new Set(files.map((file) => basename(file)));
    const named = namesIn(/[\w-]+\.ts/g);
    expect(named).toContain('app.ts');
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('numbers the steps of "A message comes in" as the text does', () => {
    const steps = [...source.matchAll(/^step (\d)/gm)].map(([, step]) => step);
    const [, section = ''] = read('architecture.md').split('## A message comes in\n');
    const numbers = [...section.split('\n## ')[0]!.matchAll(/^(\d)\. /gm)].map(([, step]) => step);
    expect(steps).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    expect(numbers).toEqual(steps);
  });

  it('cannot be drawn with a text that is too long for its box, or an arrow to no box', () => {
    const box = 'title T\ndescription D\nsize 10 10\nfloor a 1-7 1-3\n';
    expect(draw(`${box}  short\n`)).toContain('>short</text>');
    expect(() => draw(`${box}  too long for this\n`)).toThrow('does not fit');
    expect(() => draw(`${box}import a b 2\n`)).toThrow('No box is named "b"');
  });
});

describe('the table "Where do I look for" of docs/architecture.md', () => {
  const [, section = ''] = read('architecture.md').split('## Where do I look for …\n');
  const rows = section
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes(']('));
  /** The files that a row links to, each with the names that follow its link. */
  const places = rows.flatMap((row) =>
    [...row.matchAll(/\]\(([^)]+)\)([^[]*)/g)].map(([, link, after]) => ({
      file: new URL(link!, docs),
      names: [...after!.matchAll(/`([\w$]+)`/g)].map(([, name]) => name!),
    })),
  );

  it('links only to files that exist', () => {
    expect(rows.length).toBeGreaterThan(20);
    const missing = places.filter(({ file }) => !existsSync(file));
    expect(missing.map(({ file }) => file.pathname)).toEqual([]);
  });

  it('names only functions, methods and types that the file beside them declares', () => {
    expect(places.flatMap(({ names }) => names).length).toBeGreaterThan(20);
    const missing = places.flatMap(({ file, names }) => {
      const text = readFileSync(file, 'utf8');
      return names.filter((name) => !declarationOf(name).test(text));
    });
    expect(missing).toEqual([]);
  });
});

const declarationOf = (name: string) =>
  new RegExp(
    `\\b(?:function|class|interface|type|const) ${name}\\b|^ +(?:async )?${name}(?:<.*>)?\\(`,
    'm',
  );

/** What begins a line of a file that only declares types. */
const OF_TYPES = /^(?:import type|export (?:type|interface)|interface|type|\/[/*]|[ )}>\]]|$)/;

// c8 counts a file that nothing loads as a function that no test covers.
it('files of src that only declare types have nothing to run', async () => {
  const files = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => new URL(`src/${file}`, root));
  const onlyTypes = files.filter((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .every((line) => OF_TYPES.test(line)),
  );
  expect(onlyTypes.map(({ pathname }) => basename(pathname))).toContain('tables.ts');
  for (const { href } of onlyTypes) {
    expect([href, Object.keys((await import(href)) as object)]).toEqual([href, []]);
  }
});
