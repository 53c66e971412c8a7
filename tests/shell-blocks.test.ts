import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../src/config.ts';
import { startChild } from './support/child.ts';
import { call, signUp } from './support/client.ts';
import { query, sharePostgres } from './support/move.ts';
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

const unitsOfDebian = ['caddy.service', 'nginx.service', 'postgresql.service'];
const isUnit = (name: string) => isThere(`deploy/${name}`) || unitsOfDebian.includes(name);
/** The values of a directive in a file of deploy/. */
const valuesOf = (file: string, directive: string) =>
  [...read(`deploy/${file}`).matchAll(new RegExp(`${directive}[= ]([^;\\n]+)`, 'g'))].map(
    ([, value]) => value!.replace(' }', ''),
  );

/** What cannot run here: why, and whether a call of it can be right. */
const standIns: readonly {
  readonly command: RegExp;
  readonly because: string;
  readonly holds?: (words: readonly string[]) => boolean;
}[] = [
  {
    command: /^npm (?:ci|prune --omit=dev)$/,
    because: 'they take the network; this test runs on what `npm ci` has installed',
    holds: () => isThere('package-lock.json'),
  },
  {
    command: /^npm (?:start|test|run) ?/,
    because:
      'they have no end, or take minutes; the test has started a server, and is part of `npm test`',
    holds: ([, command = '', name = command]) => name in scripts,
  },
  {
    command: /^npx vitest run /,
    because: 'it takes minutes',
    holds: (words) => isThere('node_modules/.bin/vitest') && pathsIn(words).every(isThere),
  },
  {
    command: /^git config core.hooksPath \S+$/,
    because: 'it would change this checkout',
    holds: (words) => isThere(words.at(-1)!),
  },
  {
    command: /^node scripts\//,
    because: 'it takes minutes, and a browser',
    holds: (words) => pathsIn(words).every(isThere),
  },
  {
    command: /^docker (?:build|run|exec|logs) /,
    because: 'there is no container engine; tests/deploy.test.ts is about the files in deploy/',
    holds: (words) =>
      pathsIn(words).every((path) => isThere(path) || path === 'dist/src/charla.js'),
  },
  {
    command: /^docker compose -f deploy\/compose.yaml (?:up|logs)/,
    because: 'there is no container engine; tests/deploy.test.ts is about the files in deploy/',
    holds: ([, , , , , ...words]) =>
      words.every((word) => word.startsWith('-') || word in services),
  },
  {
    command: /^systemctl (?:daemon-reload|enable --now|disable --now|restart|reload)\b/,
    because: 'no systemd runs here; tests/deploy.test.ts is about the units',
    holds: (words) => words.filter((word) => word.includes('.')).every(isUnit),
  },
  {
    command: /^journalctl --unit charla.service /,
    because: 'no systemd runs here',
  },
  {
    command: /^useradd .* charla$/,
    because: 'it would change this machine',
    holds: (words) => valuesOf('charla.service', 'User').includes(words.at(-1)!),
  },
  {
    command: /^certbot certonly --webroot /,
    because: 'there is no certificate to be had here',
    holds: (words) =>
      valuesOf('nginx.conf', 'server_name').includes(words.at(-1)!) &&
      valuesOf('nginx.conf', 'challenge/ \\{ root').includes(words.at(-3)!),
  },
  {
    command: /^nginx -t$/,
    because: 'it would read the configuration of this machine; tests/nginx.test.ts runs nginx',
  },
  { command: /^apt-get install --yes [a-z -]+$/, because: 'it takes the network' },
  { command: /^(?:exportfs -ra|mount \S+)$/, because: 'it takes other machines' },
];

function isRight(line: string): boolean {
  const known = standIns.find(({ command }) => command.test(line));
  return known !== undefined && (known.holds?.(line.split(' ')) ?? true);
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

/** The folders of a Debian machine that commands write to, and a copy of the project. */
function newMachine(): { folder: string; checkout: string; dataDir: string } {
  const folder = temporaryFolder();
  const checkout = join(folder, 'charla');
  const nginx = ['snippets', 'sites-available', 'sites-enabled'].map((name) => `nginx/${name}`);
  for (const name of ['caddy', 'postgresql/15/main', 'systemd/system', ...nginx]) {
    mkdirSync(join(folder, 'etc', name), { recursive: true });
  }
  mkdirSync(checkout);
  for (const name of readdirSync(root)) {
    if (name === 'deploy') cpSync(join(root, name), join(checkout, name), { recursive: true });
    else if (!['.git', 'data'].includes(name)) symlinkSync(join(root, name), join(checkout, name));
  }
  return { folder, checkout, dataDir: join(folder, 'var/lib/charla') };
}

type Machine = ReturnType<typeof newMachine>;

/** Plays a document on a machine: its server has another port than a reader's. */
async function playOn(
  { folder, checkout, dataDir }: Machine,
  { file, blocks }: (typeof documents)[0],
  { url, postgres, pid }: { url: string; postgres?: string; pid?: number },
): Promise<void> {
  const { host, port } = new URL(url);
  const here = (text: string) =>
    text
      .replaceAll('localhost:3000', host)
      .replaceAll('10.0.0.10:5432', postgres === undefined ? '' : new URL(postgres).host)
      .replaceAll(/(?<=^|[\s"'=:])\/(?=(?:backups|etc|opt|srv|var)\b)/gm, `${folder}/`);
  const played: ShellBlock[] = blocks.map(({ line, commands, prints }) => ({
    line,
    commands: here(commands),
    prints: prints && here(prints),
  }));
  const env = {
    CHECKOUT: root,
    TYPED: 'correct horse battery',
    HOME: folder,
    DATA_DIR: dataDir,
    PORT: port,
    BCRYPT_COST: '4',
    POSTGRES_URL: postgres,
    SERVER_PID: String(pid),
  };
  const { printed, calls } = await play(played, { cwd: checkout, env });
  for (const [i, { line, prints }] of played.entries()) {
    if (prints !== null && !agrees(printed[i]!, prints)) {
      expect.soft(printed[i], `what the block at line ${line} of ${file} prints`).toBe(prints);
    }
  }
  const stoodIn = calls.map((line) => line.replaceAll(folder, ''));
  expect(stoodIn.filter((line) => !isRight(line))).toEqual([]);
}

/** Names the superuser of a PostgreSQL of tests `postgres`, as Debian does, and returns its address as such. */
async function asInstalled(address: string): Promise<string> {
  await query(address, 'create role postgres superuser login');
  const url = new URL(address);
  const { username } = url;
  url.username = 'postgres';
  await query(url.href, `alter role ${username} rename to formerly_${username}`);
  return url.href;
}

/** The address of a document whose commands ask no server. */
const NO_SERVER = { url: 'http://localhost:3000' };

const RECIPES = 'docs/recipes.md';

it.each(documents.filter(({ file }) => file !== RECIPES))(
  'the commands of $file run from top to bottom',
  async (document) => {
    const machine = newMachine();
    const needsServer = document.blocks.some(({ commands }) => /\$CHARLA|^charla /m.test(commands));
    const server = needsServer ? await startServer({ DATA_DIR: machine.dataDir }) : NO_SERVER;
    await playOn(machine, document, server);
  },
);

describe(RECIPES, () => {
  const newDatabase = sharePostgres();

  it('goes from an empty machine to nodes on PostgreSQL that have its accounts', async () => {
    const machine = newMachine();
    const server = await startChild({ DATA_DIR: machine.dataDir });
    const bo = await signUp(server, 'Bo');
    const postgres = await asInstalled(await newDatabase());
    const recipes = documents.find(({ file }) => file === RECIPES)!;
    await playOn(machine, recipes, { ...server, postgres });
    const etc = (file: string) => readFileSync(join(machine.folder, 'etc', file), 'utf8');
    const written = Object.fromEntries(
      etc('charla.env')
        .split('\n')
        .filter(Boolean)
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ) as Record<string, string>;
    expect(readConfig(written)).toMatchObject({
      publicUrl: 'https://chat.example.org',
      trustProxy: '10.0.0.10',
      host: '0.0.0.0',
    });
    expect(etc('nginx/sites-enabled/charla')).toContain('server 10.0.0.12:3000;');
    const { DATABASE_URL, JWT_SECRET } = written as { DATABASE_URL: string; JWT_SECRET: string };
    const node = await startServer({ DATABASE_URL, JWT_SECRET });
    // The old token is good, and so is the account that the command line made.
    const { body } = await call<{ users: { name: string; isAdmin: boolean }[] }>(
      node,
      'GET',
      '/users?query=a',
      bo,
    );
    expect(body.users).toMatchObject([{ name: 'Ana', isAdmin: true }]);
  });
});
