import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../src/package.ts';
import { createRepository, type Ended, type Repository } from './support/repository.ts';
import { temporaryFolder } from './support/server.ts';

const script = (name: string) => join(packageRoot, 'scripts', name);
const today = () => new Date().toISOString().slice(0, 10);

/** A registry that knows the faults of packages, and nothing else; null: it has no such list. */
async function startRegistry(faults: object | null): Promise<string> {
  const registry = createServer((request, response) => {
    const isList = request.url === '/-/npm/v1/security/advisories/bulk';
    const packument = { name: 'padded', 'dist-tags': {}, versions: { '1.3.0': {} } };
    request.resume().on('end', () => {
      response.writeHead(isList && faults === null ? 405 : 200, {
        'content-type': 'application/json',
      });
      response.end(JSON.stringify(isList ? (faults ?? {}) : packument));
    });
  });
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  onTestFinished(() => {
    registry.closeAllConnections();
    registry.close();
  });
  return `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
}

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

interface Project extends Repository {
  readonly release: (...args: readonly string[]) => Promise<Ended>;
  /** Everything that a release may change. */
  readonly state: () => Promise<readonly string[]>;
}

/** A package on main, pushed to `origin`, whose `npm test` passes where the file `passes` exists. */
async function createProject({
  faults = {},
  files = ['index.js'],
}: { faults?: object | null; files?: readonly string[] } = {}): Promise<Project> {
  const registry = await startRegistry(faults);
  const repository = await createRepository({
    npm_config_registry: registry,
    npm_config_fetch_retries: '0',
    npm_config_cache: temporaryFolder(),
    npm_config_update_notifier: 'false',
  });
  const { git, run, folder } = repository;
  const manifest = { name: 'project', version: '0.1.0', dependencies: { padded: '1.3.0' } };
  repository.write({
    'index.js': 'export const answer = 42;\n',
    passes: '',
    'CHANGELOG.md':
      '# Changes\n\n## Unreleased\n\n- Answers.\n# Not a comment\n\n## 0.1.0 - 2026-01-01\n\n- Starts.\n',
    'package.json': json({
      ...manifest,
      license: 'MIT',
      files,
      scripts: { test: `node -e "fs.readFileSync('passes')"` },
    }),
    'package-lock.json': json({
      ...manifest,
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': manifest,
        'node_modules/padded': { version: '1.3.0', resolved: `${registry}padded.tgz` },
      },
    }),
    'docs/openapi.json': json({ openapi: '3.1.0', info: { version: '0.1.0' } }),
    'docs/asyncapi.json': json({ asyncapi: '3.0.0', info: { version: '0.1.0' } }),
  });
  const origin = temporaryFolder();
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', origin]);
  await git('add', '.');
  await git('commit', '--quiet', '--message=Start');
  await git('remote', 'add', 'origin', origin);
  await git('push', '--quiet', 'origin', 'main');
  return {
    ...repository,
    release: (...args) => run(process.execPath, script('release.ts'), ...args),
    state: async () => [
      await git('status', '--porcelain'),
      await git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags'),
      readFileSync(join(folder, 'package.json'), 'utf8'),
    ],
  };
}

const refusal = (line: RegExp) => ({
  code: 1,
  stderr: expect.stringMatching(new RegExp(`^${line.source}\\n$`)) as string,
});

it('commits the version with the changes, tags it once npm test passes, and prints how to publish it', async () => {
  const { folder, git, release } = await createProject();
  expect(await release('1.0.0-rc.1')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^No package of production has a known fault\n[^]*The package has 2 files[^]*git push origin main v1\.0\.0-rc\.1\n {2}npm publish --provenance --access=public --tag=next\n$/,
    ),
  });
  expect(await git('log', '--format=%s')).toBe('Release 1.0.0-rc.1\nStart');
  expect(await git('status', '--porcelain')).toBe('');
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const versioned = [
    'package.json',
    'package-lock.json',
    'docs/openapi.json',
    'docs/asyncapi.json',
  ];
  expect(versioned.map((file) => read(file).split('"1.0.0-rc.1"').length - 1)).toEqual([
    1, 2, 1, 1,
  ]);
  expect(versioned.filter((file) => read(file).includes('0.1.0"'))).toEqual([]);
  const changes = '- Answers.\n# Not a comment';
  expect(read('CHANGELOG.md')).toBe(
    `# Changes\n\n## Unreleased\n\n## 1.0.0-rc.1 - ${today()}\n\n${changes}\n\n## 0.1.0 - 2026-01-01\n\n- Starts.\n`,
  );
  expect(await git('cat-file', '-p', 'v1.0.0-rc.1')).toContain(`Charla 1.0.0-rc.1\n\n${changes}`);

  // The next run continues: it publishes, where npm has somebody to publish as.
  await git('push', '--quiet', 'origin', 'main', 'v1.0.0-rc.1');
  expect(await release('1.0.0-rc.1', '--publish')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/need auth[^]*\nnpm publish fails; .+ run this again\n$/),
  });
  expect(await git('log', '--format=%s')).toBe('Release 1.0.0-rc.1\nStart');
});

it('continues after npm test has failed, once what mends it is pushed', async () => {
  const { folder, git, release, write } = await createProject();
  rmSync(join(folder, 'passes'));
  await git('commit', '--quiet', '--all', '--message=Break');
  await git('push', '--quiet', 'origin', 'main');
  expect((await release('0.2.0')).stderr).toContain(
    'npm test fails; commit what mends it, push, and run this again\n',
  );
  expect(await git('tag')).toBe('');
  expect(await git('log', '-1', '--format=%s')).toBe('Release 0.2.0');

  write({ passes: '' });
  await git('add', 'passes');
  await git('commit', '--quiet', '--message=Mend');
  expect(await release('0.2.0')).toMatchObject(
    refusal(/origin does not have "Mend" yet: git push origin main/),
  );
  await git('push', '--quiet', 'origin', 'main');
  // Another place has tested it.
  const [head, before] = [await git('rev-parse', 'HEAD'), await git('rev-parse', 'HEAD~1')];
  expect(await release('0.2.0', `--tested=${before}`)).toMatchObject(
    refusal(/\w+ was tested, but \w+ would be released: .+/),
  );
  expect(await release('0.2.0', `--tested=${head}`)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('--tag=latest'),
  });
  expect(await git('rev-parse', 'v0.2.0^{commit}')).toBe(head);
});

/** A fault of the package that projects depend on. */
const fault = (severity: string) => ({
  padded: [
    { id: 1, url: 'https://example.org', title: 'Pads', severity, vulnerable_versions: '<2' },
  ],
});

it('changes nothing in a dry run, and names small faults that are known', async () => {
  const { release, state } = await createProject({ faults: fault('low') });
  const before = await state();
  expect(await release('0.2.0', '--dry-run')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^Packages of production have small faults: padded .+ \(low\)\nWould commit "Release 0\.2\.0": package\.json, .+\nThe package has [^]+; nothing was changed\n$/,
    ),
  });
  expect(await state()).toEqual(before);
});

it('refuses to release packages with known faults', async () => {
  const { release, state } = await createProject({ faults: fault('high') });
  const before = await state();
  expect(await release('0.2.0')).toMatchObject(
    refusal(/Packages of production have known faults: padded .+ \(high\); see npm audit .+/),
  );
  expect(await state()).toEqual(before);
});

it('refuses with one line what is no release, and changes nothing', async () => {
  const { folder, git, release, state, write } = await createProject();
  const isRefused = async (line: RegExp, ...args: readonly string[]) => {
    const before = await state();
    expect(await release(...args)).toMatchObject(refusal(line));
    expect(await state()).toEqual(before);
  };
  for (const args of [[], ['v1.0.0'], ['1.0.0', '--fast'], ['1.0.0', '--tested=HEAD']])
    await isRefused(/Usage: .+/, ...args);
  await isRefused(/0\.1\.0-rc\.1 is not newer than 0\.1\.0, the last one/, '0.1.0-rc.1');

  write({ 'index.js': 'export const answer = 43;\n' });
  await isRefused(/Commit or undo what has changed: index\.js/, '0.2.0');
  await git('checkout', '--quiet', '--detach');
  await isRefused(/Releases are made on main, and this is no branch: git switch main/, '0.2.0');
  await git('checkout', '--quiet', '--force', 'main');

  await git('commit', '--quiet', '--allow-empty', '--message=Two');
  await git('push', '--quiet', 'origin', 'main');
  await git('reset', '--quiet', '--hard', 'HEAD~1');
  await isRefused(/origin has commits that are not here: git pull --rebase origin main/, '0.2.0');
  await git('tag', 'v0.2.0', 'FETCH_HEAD');
  await git('pull', '--quiet', 'origin', 'main');
  await git('tag', '--force', 'v0.2.0', 'HEAD~1');
  await isRefused(/0\.2\.0 is released already, at v0\.2\.0; choose a newer version/, '0.2.0');

  const changelog = readFileSync(join(folder, 'CHANGELOG.md'), 'utf8');
  write({ 'CHANGELOG.md': changelog.replace('- Answers.\n# Not a comment\n', '') });
  await git('commit', '--quiet', '--all', '--message=Silence');
  await git('push', '--quiet', 'origin', 'main');
  await isRefused(/CHANGELOG\.md has nothing under "## Unreleased"; .+/, '0.3.0');
  await git('remote', 'set-url', 'origin', join(folder, 'nowhere'));
  await isRefused(/origin does not answer; .+/, '0.3.0');
});

it('stops where the registry does not list known faults, and goes on with --unaudited', async () => {
  const { release, run } = await createProject({ faults: null });
  const silent = refusal(
    /The registry does not say which packages have known faults \(405 .+\); try again .+--unaudited/,
  );
  expect(await run(process.execPath, script('audit.ts'))).toMatchObject(silent);
  expect(await release('0.2.0', '--dry-run')).toMatchObject(silent);
  expect(await release('0.2.0', '--dry-run', '--unaudited')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Nobody was asked for known faults\n/),
  });
});

it('refuses a package with what has no place in it, or with another package without its licence', async () => {
  const { git, release, write } = await createProject({ files: ['lib', 'tests'] });
  const commit = async (files: Readonly<Record<string, string>>) => {
    write(files);
    await git('add', '.');
    await git('commit', '--quiet', '--message=More');
    await git('push', '--quiet', 'origin', 'main');
  };
  await commit({
    'tests/.env': '',
    'lib/key.js': '-----BEGIN PRIVATE KEY-----',
    'lib/node_modules/padded/index.js': '',
  });
  expect(await release('0.2.0', '--dry-run', '--unaudited')).toMatchObject(
    refusal(/The package would have lib\/key\.js, tests\/\.env; leave that out .+/),
  );
  await git('rm', '--quiet', 'tests/.env', 'lib/key.js');
  await commit({});
  expect(await release('0.2.0', '--dry-run', '--unaudited')).toMatchObject(
    refusal(/The package would have lib\/node_modules\/padded\/ without its licence; .+/),
  );
});
