import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { packageRoot, version } from '../../src/package.ts';
import { charla, type CharlaOptions } from '../support/charla.ts';
import { startChild } from '../support/child.ts';
import {
  call,
  createRoom,
  openLiveSocket,
  postMessage,
  signIn,
  signUp,
} from '../support/client.ts';
import { newFolder, removeFolder, temporaryFolder } from '../support/server.ts';

/* The package, as npm packs it and as somebody installs it in an empty folder. */

const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = newFolder();
  // `npm run test:nodes` has built it.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  await run('npm', pack, { cwd: packageRoot });
  const [archive] = readdirSync(folder);
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"private":true}');
  const install = [
    'install',
    `../${archive}`,
    '--omit=dev',
    '--prefer-offline',
    '--ignore-scripts',
  ];
  await run('npm', [...install, '--no-audit', '--no-fund'], { cwd: project });
  return () => removeFolder(folder);
}, 240_000);

/** The command that is installed, which npx runs. */
const installed = () => join(folder, 'project', 'node_modules', '.bin', 'charla');

const runInstalled = (args: readonly string[], options: CharlaOptions = {}) =>
  charla(args, { ...options, command: [installed()], cwd: join(folder, 'project') });

it('has what it needs to run, and nothing of its development', () => {
  const own = join(folder, 'project', 'node_modules', 'charla');
  expect(readdirSync(own).toSorted()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.es.md',
    'README.md',
    'dist',
    'docs',
    'package.json',
    'public',
  ]);
  const built = readdirSync(join(own, 'dist'), { recursive: true, encoding: 'utf8' });
  expect(built.filter((name) => name.endsWith('.map'))).toEqual([]);
  // Without the joined packages, a server would start too, only slower.
  const joined = join(own, 'dist', 'node_modules');
  const versionIn = (path: string) =>
    (JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { version: string }).version;
  expect(readdirSync(joined).toSorted()).toEqual(['kysely', 'typebox']);
  for (const name of readdirSync(joined))
    expect(versionIn(join(joined, name))).toBe(
      versionIn(join(folder, 'project', 'node_modules', name)),
    );
  expect(existsSync(join(folder, 'project', 'node_modules', 'vitest'))).toBe(false);
});

it('gives programs the client of the page, and the types of every call', async () => {
  const project = join(folder, 'project');
  const program = `
    import { ChatClient } from 'charla/chat-client';
    import document from 'charla/openapi.json' with { type: 'json' };
    console.log(new ChatClient({ baseUrl: 'http://localhost:3000' }).session, document.openapi);
  `;
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await run(process.execPath, args, { cwd: project });
  expect(stdout).toBe('null 3.1.0\n');
  const own = join(project, 'node_modules', 'charla');
  const { exports } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as {
    exports: { './openapi': { types: string } };
  };
  expect(readFileSync(join(own, exports['./openapi'].types), 'utf8')).toContain('interface paths');
});

it('serves chat and the page in an empty folder, and backs up and restores it', async () => {
  expect(await runInstalled(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
  const dataDir = temporaryFolder();
  const server = await startChild({ DATA_DIR: dataDir }, [installed(), 'serve']);
  const { token } = await signUp(server, 'Ana');
  const { id } = await createRoom(server, token, 'kitchen');
  const socket = await openLiveSocket(server, token, id);
  await postMessage(server, token, id, 'hello');
  expect(await socket.next('message.created')).toMatchObject({ message: { text: 'hello' } });

  // The page's libraries lie beside the package, where npm puts them.
  const page = await (await fetch(`${server.url}/`)).text();
  const modules = [...page.matchAll(/\.\/(v\/[^"]+\.(?:js|mjs|css))"/g)].map(([, path]) => path!);
  expect(modules.filter((path) => path.includes('/vendor/')).length).toBeGreaterThan(5);
  for (const path of new Set(modules)) {
    expect((await fetch(`${server.url}/${path}`)).status, path).toBe(200);
  }

  const backup = join(folder, 'backup');
  const env = { DATA_DIR: dataDir };
  expect(await runInstalled(['backup', backup], { env })).toMatchObject({ code: 0, stderr: '' });
  server.kill('SIGTERM');
  expect(await server.exited).toEqual({ code: 0, signal: null });

  const restored = { DATA_DIR: temporaryFolder() };
  expect(await runInstalled(['restore', backup], { env: restored })).toMatchObject({ code: 0 });
  const copy = await startChild(restored, [installed(), 'serve']);
  const ana = await signIn(copy, 'Ana');
  const { body } = await call<{ messages: { text: string }[] }>(
    copy,
    'GET',
    `/rooms/${id}/messages`,
    { token: ana.token },
  );
  expect(body.messages.map(({ text }) => text)).toEqual(['hello']);
});
