import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settings } from '../src/config.ts';
import { oldestNode } from '../src/package.ts';
import { closeKinds, errorKinds } from '../src/protocol/errors.ts';

const root = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

/** Returns the table rows whose first cell matches, as lists of cells. */
function rowsOf(markdown: string, firstCell: RegExp): string[][] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('| '));
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return cells.filter(([first]) => firstCell.test(first!));
}

describe('docs/errors.md', () => {
  const markdown = read('docs/errors.md');

  it('lists every error code with its status and whether to repeat, and no other', () => {
    const listed = rowsOf(markdown, /^`/).map(([code, status, again]) => [code, status, again]);
    const known = Object.entries(errorKinds).map(([code, { status, retryable }]) => [
      `\`${code}\``,
      String(status),
      retryable ? 'yes' : 'no',
    ]);
    expect(new Set(listed.map(String))).toEqual(new Set(known.map(String)));
  });

  it('lists every close code with its reason and what a client does, and no other', () => {
    const listed = rowsOf(markdown, /^\d+$/);
    const known = Object.entries(closeKinds).map(([reason, { code, why, advice }]) => [
      String(code),
      `\`${reason}\``,
      why,
      advice,
    ]);
    expect(new Set(listed.map(String))).toEqual(new Set(known.map(String)));
  });
});

it('docs/operations.md lists every setting that the server reads, and no other', () => {
  const listed = rowsOf(read('docs/operations.md'), /^`[A-Z_]+`$/).map(([name]) =>
    name!.slice(1, -1),
  );
  expect(new Set(listed)).toEqual(new Set(settings));
  const reads = read('src/config.ts').matchAll(/(?:text|number|oneOf|env\[)\(?'([A-Z_]+)'/g);
  const groups = read('src/outside-settings.ts').matchAll(/group\(read, \[([^\]]+)\]/g);
  const inGroups = [...groups].flatMap(([, names]) => names!.match(/[A-Z_]+/g) ?? []);
  expect(new Set([...inGroups, ...[...reads].map(([, name]) => name)])).toEqual(new Set(settings));
});

it('SECURITY.md names every test of tests/abuse, and no test that does not exist', () => {
  const named = [...read('SECURITY.md').matchAll(/`(tests\/[\w/-]+\.test\.ts)`/g)].map(
    ([, file]) => file!,
  );
  for (const file of named) expect(read(file)).toContain('it');
  const files = readdirSync(new URL('abuse', import.meta.url), {
    recursive: true,
    encoding: 'utf8',
  }).filter((file) => file.endsWith('.test.ts'));
  expect(named).toEqual(expect.arrayContaining(files.map((file) => `tests/abuse/${file}`)));
});

it('README and docs/operations.md name the oldest Node that package.json allows', () => {
  expect(oldestNode).toMatch(/^\d+\.\d+$/);
  expect(read('README.md')).toContain(`Node.js ${oldestNode} or newer`);
  expect(read('docs/operations.md')).toContain(`${oldestNode} or newer`);
});

const documents = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

it.each(documents)('%s links to files that exist, and names no file that does not', (file) => {
  const markdown = read(file);
  const links = [...markdown.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
    ([, path]) => new URL(path!, new URL(file, root)),
  );
  const names = [
    ...markdown.matchAll(
      /`((?:src|tests|docs|bench(?!\/data)|scripts|public|migrations|\.githooks)\/[\w/.-]*)`/g,
    ),
  ].map(([, path]) => new URL(path!, root));
  const missing = [...links, ...names].filter((url) => !existsSync(url));
  expect(missing.map(({ href }) => href.slice(root.href.length))).toEqual([]);
});

// The changelog names what there was.
it.each(documents.filter((file) => file !== 'CHANGELOG.md'))(
  '%s names only commands of npm that exist',
  (file) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(file).matchAll(/\bnpm run (?:--\S+ )*([\w:-]+)/g)];
    expect(named.map(([, name]) => name!).filter((name) => !scripts[name])).toEqual([]);
  },
);

describe('CONTRIBUTING.md', () => {
  const markdown = read('CONTRIBUTING.md');

  it('names only files that exist in its commands', () => {
    const [, block = ''] = /```sh\n([^]*?)```/.exec(markdown)!;
    const named = [...block.matchAll(/ ((?:tests|scripts)\/[\w/.-]+|\.githooks)/g)];
    expect(named.length).toBeGreaterThan(2);
    for (const [, path] of named) expect(existsSync(new URL(path!, root)), path).toBe(true);
  });

  it('names in its recipes only functions and types that the sources have', () => {
    const [, recipes = ''] = /\n## Recipes\n([^]*?)\n## /.exec(markdown)!;
    const names = [...recipes.matchAll(/`([\w.]+)(?:\(…\))?`/g)]
      .map(([, name]) => name!.split('.').at(-1)!)
      .filter((name) => name !== 'md');
    const sources = ['src', 'migrations', 'tests/contracts/support']
      .flatMap((folder) =>
        readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
          .filter((file) => file.endsWith('.ts'))
          .map((file) => read(`${folder}/${file}`)),
      )
      .join('\n');
    expect(names).toContain('purgeRoom');
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([]);
  });
});

it('docs/guarantees.md links to every test of tests/faults', () => {
  const linked = [...read('docs/guarantees.md').matchAll(/\]\(\.\.\/(tests\/[^)]+)\)/g)];
  const files = readdirSync(new URL('tests/faults/', root)).filter((file) =>
    file.endsWith('.test.ts'),
  );
  expect(linked.map(([, path]) => path)).toEqual(
    expect.arrayContaining(files.map((file) => `tests/faults/${file}`)),
  );
});
