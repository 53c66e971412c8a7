import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { settings } from '../src/config.ts';
import { oldestNode } from '../src/package.ts';
import { closeCodes, errorKinds } from '../src/protocol/errors.ts';
import { startServer } from './support/server.ts';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

/** The rows of a table whose first cell is code, as lists of cells. */
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

  it('tells every code, its status and whether it can be repeated, and no other', () => {
    const told = rowsOf(markdown, /^`/).map(([code, status, again]) => [code, status, again]);
    const known = Object.entries(errorKinds).map(([code, { status, retryable }]) => [
      `\`${code}\``,
      String(status),
      retryable ? 'yes' : 'no',
    ]);
    expect(new Set(told.map(String))).toEqual(new Set(known.map(String)));
  });

  it('tells every close code and its reason, and no other', () => {
    const told = rowsOf(markdown, /^\d+$/).map(([code, reason]) => [code, reason]);
    const known = Object.entries(closeCodes).map(([reason, code]) => [
      String(code),
      `\`${reason}\``,
    ]);
    expect(new Set(told.map(String))).toEqual(new Set(known.map(String)));
  });
});

it('docs/operations.md names every setting that the server reads, and no other', () => {
  const told = rowsOf(read('docs/operations.md'), /^`[A-Z_]+`$/).map(([name]) =>
    name!.slice(1, -1),
  );
  expect(new Set(told)).toEqual(new Set(settings));
  const reads = read('src/config.ts').matchAll(/(?:text|number|oneOf|env\[)\(?'([A-Z_]+)'/g);
  expect(new Set([...reads].map(([, name]) => name))).toEqual(new Set(settings));
});

it('SECURITY.md names tests that there are, and each of tests/abuse', () => {
  const named = [...read('SECURITY.md').matchAll(/`(tests\/[\w/-]+\.test\.ts)`/g)].map(
    ([, file]) => file!,
  );
  for (const file of named) expect(read(file)).toContain('it');
  const files = readdirSync(new URL('abuse', import.meta.url));
  expect(named).toEqual(expect.arrayContaining(files.map((file) => `tests/abuse/${file}`)));
});

it('README and docs/operations.md name the oldest Node that package.json allows', () => {
  expect(oldestNode).toMatch(/^\d+\.\d+$/);
  expect(read('README.md')).toContain(`Node.js ${oldestNode} or newer`);
  expect(read('docs/operations.md')).toContain(`${oldestNode} or newer`);
});

describe('the tours of the README', () => {
  const blocks = [...read('README.md').matchAll(/```sh\n([^]*?)```/g)].map(([, block]) => block!);
  const curl = blocks.find((block) => block.includes('/auth/register'))!;
  const stream = blocks.find((block) => block.includes('/notifications'))!;

  it('work as printed', async () => {
    const server = await startServer();
    const script = `set -e\n${curl}\ntimeout 1 ${stream.trim()} || [ $? = 124 ]\n`;
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      script.replaceAll('http://localhost:3000', server.url),
    ]);
    expect(stdout).toContain('"text":"¡Hola! 👋"');
    expect(stdout).toContain('"hasMore":false');
    expect(stdout).toContain('"role":"member"');
    expect(stdout).toContain('event: ready');
    expect(stdout).toContain('event: live');
  });
});
