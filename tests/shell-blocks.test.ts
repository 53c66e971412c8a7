import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { agrees, play, shellBlocksOf, type ShellBlock } from './support/shell-blocks.ts';
import { startServer, temporaryFolder } from './support/server.ts';

/*
 * Every `sh` block of README.md, CONTRIBUTING.md and docs/ runs here, from the first to the last of a document in one
 * bash, against a server of the document's own. A `text` block right after one is what it prints.
 */

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const { services } = parse(read('deploy/compose.yaml'), { merge: true }) as { services: object };

const isThere = (path: string) => existsSync(join(root, path));
const pathsIn = (words: readonly string[]) => words.filter((word) => /^\w+\/[\w./-]+$/.test(word));

/** What cannot run here: why, and whether a call of it can be right. */
const standIns: readonly {
  readonly command: RegExp;
  readonly because: string;
  readonly holds: (words: readonly string[]) => boolean;
}[] = [
  {
    command: /^npm ci$/,
    because: 'it takes the network; this test runs on what it has installed',
    holds: () => isThere('package-lock.json'),
  },
  {
    command: /^npm (?:start|test|run) ?/,
    because:
      'they have no end, or take minutes; the test has started the server, and is part of `npm test`',
    holds: ([, command = '', name = command]) => name in scripts,
  },
  {
    command: /^npx vitest run /,
    because: 'it takes minutes',
    holds: (words) => isThere('node_modules/.bin/vitest') && pathsIn(words).every(isThere),
  },
  {
    command: /^node scripts\//,
    because: 'it takes minutes, and a browser',
    holds: (words) => pathsIn(words).every(isThere),
  },
  {
    command: /^docker (?:build|run|exec) /,
    because: 'there is no container engine; tests/deploy.test.ts is about the files in deploy/',
    holds: (words) =>
      pathsIn(words).every((path) => isThere(path) || path === 'dist/src/charla.js'),
  },
  {
    command: /^docker compose -f deploy\/compose.yaml (?:up|logs)/,
    because: 'there is no container engine; tests/deploy.test.ts is about the files in deploy/',
    // Options that take a value are not used.
    holds: ([, , , , , ...words]) =>
      words.every((word) => word.startsWith('-') || word in services),
  },
];

function isRight(call: string): boolean {
  const known = standIns.find(({ command }) => command.test(call));
  return known?.holds(call.split(' ')) ?? false;
}

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
].flatMap((file) => {
  const blocks = shellBlocksOf(read(file));
  return blocks.length === 0 ? [] : [{ file, blocks }];
});

// The folders of a server that runs on its own are its owner's alone.
beforeAll(() => {
  const before = process.umask(0o077);
  return () => void process.umask(before);
});

/** A folder with the project in it, where commands may write. */
function checkout(): string {
  const folder = join(temporaryFolder(), 'charla');
  mkdirSync(folder);
  for (const name of readdirSync(root)) {
    if (name === 'deploy') cpSync(join(root, name), join(folder, name), { recursive: true });
    else if (name !== 'data') symlinkSync(join(root, name), join(folder, name));
  }
  return folder;
}

it.each(documents)('the commands of $file run from top to bottom', async ({ blocks }) => {
  const { url, dataDir } = await startServer();
  const machine = temporaryFolder();
  const { host, port } = new URL(url);
  /** Another port than a reader's, and other folders than those of the machine. */
  const here = (text: string) =>
    text
      .replaceAll('localhost:3000', host)
      .replaceAll(/(?<=^|[\s"'=:])\/(?=(?:backups|etc|opt|srv|var)\b)/gm, `${machine}/`);
  const played: ShellBlock[] = blocks.map(({ line, commands, prints }) => ({
    line,
    commands: here(commands),
    prints: prints && here(prints),
  }));
  const env = {
    CHECKOUT: root,
    TYPED: 'correct horse battery',
    HOME: machine,
    DATA_DIR: dataDir,
    PORT: port,
    BCRYPT_COST: '4',
  };
  const { printed, calls } = await play(played, { cwd: checkout(), env });
  for (const [i, { line, prints }] of played.entries()) {
    if (prints !== null && !agrees(printed[i]!, prints)) {
      expect.soft(printed[i], `what the block at line ${line} prints`).toBe(prints);
    }
  }
  expect(calls.filter((call) => !isRight(call))).toEqual([]);
});
