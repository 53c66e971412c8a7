import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig, settings } from '../src/config.ts';
import { oldestNode } from '../src/package.ts';
import { errorKinds } from '../src/protocol/errors.ts';
import { settingsOf } from './support/charla.ts';
import { inherited } from './support/child.ts';
import { documentedRoutes } from './support/routes.ts';
import { shareServer, temporaryFolder } from './support/server.ts';

/*
 * What deploy/ says about the server is compared with the server. No container engine is needed, so none runs the
 * files here. tests/nginx.test.ts runs nginx.
 */

const root = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly stop_grace_period: string;
  readonly tmpfs?: readonly string[];
  readonly image: string;
}

const dockerfile = read('deploy/Dockerfile');
const caddyfile = read('deploy/Caddyfile');
const { services } = parse(read('deploy/compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const nodes = Object.entries(services).filter(([, { image }]) => image === 'charla');

/** Returns the arguments of every instruction of a kind, lines that continue joined. */
const instructions = (kind: string) =>
  [...dockerfile.replaceAll('\\\n', ' ').matchAll(new RegExp(`^${kind} (.*)`, 'gm'))].map(
    ([, rest]) => rest!.trim(),
  );

const environment = Object.fromEntries(
  instructions('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('='))),
) as Record<string, string>;

/** A node's environment as Compose passes it on, with secrets in place of its variables. */
function environmentOf(service: Service): Record<string, string> {
  const values: Record<string, string> = {
    JWT_SECRET: 'q8VwZr3TnX5bLm0KcYd7HsJf2GpAe9Ru',
    POSTGRES_PASSWORD: '3f9c1b',
    PUBLIC_URL: 'https://chat.example.org',
  };
  const filled = Object.entries(service.environment).map(([name, value]) => [
    name,
    value.replaceAll(/\$\{(\w+):\?[^}]+\}/g, (_, variable: string) => values[variable]!),
  ]);
  return Object.fromEntries(filled) as Record<string, string>;
}

const server = shareServer();

describe('deploy/Dockerfile', () => {
  it('has no fault that a linter finds', () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  it('copies only files that exist and that its .dockerignore lets in', () => {
    const ignored = read('deploy/Dockerfile.dockerignore').split('\n').filter(Boolean);
    const copied = instructions('COPY')
      .filter((line) => !line.startsWith('--from='))
      .flatMap((line) => line.split(' ').slice(0, -1));
    expect(copied).toContain('package.json');
    for (const file of copied) expect(existsSync(new URL(file, root)), file).toBe(true);
    expect(new Set(ignored.filter((line) => line.startsWith('!')))).toEqual(
      new Set(copied.map((file) => `!${file}`)),
    );
    expect(ignored[1]).toBe('*');
  });

  it('runs what npm start runs, as a user without rights, and without a shell', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: { start: string } };
    const [command] = instructions('CMD');
    expect((JSON.parse(command!) as string[]).join(' ')).toBe(scripts.start);
    expect(instructions('USER')).toEqual(['node']);
  });

  it('is built on one release of Node, which package.json allows', () => {
    const images = new Set(instructions('FROM').map((line) => line.split(' ')[0]!));
    expect(images.size).toBe(1);
    const [, major] = /^node:(\d+)-slim$/.exec([...images][0]!) ?? [];
    expect(Number(major)).toBeGreaterThanOrEqual(Math.ceil(Number(oldestNode)));
  });

  it('checks the health at a route of the server, at the port that it listens on', async () => {
    const [check] = instructions('HEALTHCHECK');
    const [, path] = /PORT\}(\/\w+)`/.exec(check!) ?? [];
    expect((await documentedRoutes(server)).map((route) => route.path)).toContain(path);
    expect(instructions('EXPOSE')).toEqual([environment['PORT']]);
  });

  it('sets only variables that the server reads, and a volume for its data', () => {
    const { NODE_ENV, ...ours } = environment;
    expect(NODE_ENV).toBe('production');
    expect(settings).toEqual(expect.arrayContaining(Object.keys(ours)));
    expect(readConfig(ours)).toMatchObject({ host: '0.0.0.0' });
    expect(instructions('VOLUME')).toEqual([ours['DATA_DIR']]);
  });
});

describe('deploy/compose.yaml', () => {
  it('starts three nodes that differ in nothing but their names', () => {
    expect(nodes.map(([name]) => name)).toEqual(['charla1', 'charla2', 'charla3']);
    for (const [, node] of nodes) expect(node).toEqual(nodes[0]![1]);
  });

  it('sets only variables that the server reads, with values that it accepts', () => {
    const set = environmentOf(nodes[0]![1]);
    const config = readConfig(set);
    expect(settings).toEqual(expect.arrayContaining(Object.keys(set)));
    expect(config).toMatchObject({
      host: '0.0.0.0',
      trustProxy: 'uniquelocal',
      databaseUrl: 'postgres://charla:3f9c1b@postgres:5432/charla',
    });
    expect(config.jwtSecret).not.toBeNull();
  });

  it('contains no secret, and does not start without one', () => {
    const text = read('deploy/compose.yaml');
    const secrets = text.match(/\$\{(?:JWT_SECRET|POSTGRES_PASSWORD|PUBLIC_URL)/g);
    expect(text.match(/\$\{[A-Z_]+:\?[^}]+\}/g)).toHaveLength(secrets!.length);
    expect(text.match(/(?:SECRET|PASSWORD): (?!\$\{)/g)).toBeNull();
  });

  it('gives a node longer to stop than SHUTDOWN_MS', () => {
    const [, node] = nodes[0]!;
    const grace = Number(/^(\d+)s$/.exec(node.stop_grace_period)?.[1]) * 1000;
    expect(grace).toBeGreaterThan(readConfig(environmentOf(node)).shutdownMs);
  });

  it('mounts a folder for the data where the image expects one', () => {
    expect(nodes[0]![1].tmpfs?.map((mount) => mount.split(':')[0])).toEqual([
      environment['DATA_DIR'],
    ]);
  });
});

describe('the units of systemd', () => {
  const units = ['charla.service', 'charla-backup.service', 'charla-backup.timer'];
  /** The values of a directive of a unit, in order. */
  const valuesOf = (unit: string, directive: string) =>
    [...read(`deploy/${unit}`).matchAll(new RegExp(`^${directive}=(.*)`, 'gm'))].map(
      ([, value]) => value!,
    );
  const environmentOfUnit = (unit: string) =>
    Object.fromEntries(
      valuesOf(unit, 'Environment').flatMap((line) =>
        line.split(' ').map((pair) => pair.split('=')),
      ),
    ) as Record<string, string>;
  const systemdAnalyze = (...args: string[]) =>
    spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  const hasSystemd = systemdAnalyze('--version').status === 0;
  const withSystemd = it.skipIf(!hasSystemd && process.env['CI'] !== 'true');

  withSystemd('have no fault that systemd finds', () => {
    const folder = temporaryFolder();
    for (const unit of units) {
      // Node is somewhere else here.
      const text = read(`deploy/${unit}`).replaceAll('/usr/bin/node', process.execPath);
      writeFileSync(join(folder, unit), text);
    }
    const files = units.map((unit) => join(folder, unit));
    expect(systemdAnalyze('verify', '--man=no', ...files)).toMatchObject({ status: 0, stderr: '' });
  });

  withSystemd('leave the server no right that it does not use', () => {
    const unit = fileURLToPath(new URL('deploy/charla.service', root));
    // In tenths: 1.4, where 9.6 is a service without any of these settings.
    const args = ['security', '--offline=true', '--threshold=15', unit];
    expect(systemdAnalyze(...args)).toMatchObject({ status: 0 });
  });

  it('run what npm start runs, as one user, and give it longer to stop than SHUTDOWN_MS', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: { start: string } };
    expect(valuesOf('charla.service', 'ExecStart')).toEqual([`/usr/bin/${scripts.start}`]);
    expect(read('docs/operations.md')).toContain(`\`${scripts.start}\``);
    expect(valuesOf('charla-backup.service', 'User')).toEqual(valuesOf('charla.service', 'User'));
    const [grace] = valuesOf('charla.service', 'TimeoutStopSec');
    expect(Number(grace) * 1000).toBeGreaterThan(readConfig({}).shutdownMs);
  });

  it('set only variables that the server reads, and a folder for its data that it may write to', () => {
    for (const unit of units.slice(0, 2)) {
      const { NODE_ENV, ...ours } = environmentOfUnit(unit);
      expect(NODE_ENV).toBe('production');
      expect(settings).toEqual(expect.arrayContaining(Object.keys(ours)));
      const folders = valuesOf(unit, 'StateDirectory').flatMap((names) => names.split(' '));
      expect(folders.map((name) => `/var/lib/${name}`)).toContain(ours['DATA_DIR']);
    }
  });

  it('make a backup named by the day, and remove those of more than two weeks', async () => {
    const folder = temporaryFolder();
    const [backup, removal] = valuesOf('charla-backup.service', 'ExecStart').map((line) =>
      line
        .replaceAll('%%', '%')
        .replaceAll('$$', '$')
        .replaceAll('/var/lib/charla-backups', folder)
        .replace('/usr/bin/node dist/src/charla.js', `"${process.execPath}" src/charla.ts`),
    );
    const old = join(folder, '2026-01-01');
    mkdirSync(old);
    await utimes(old, 0, Date.now() / 1000 - 16 * 24 * 3600);
    // As systemd does: without a shell.
    const [, script] = /^\/bin\/sh -c '(.*)'$/.exec(backup!)!;
    const options = {
      cwd: fileURLToPath(root),
      env: { ...inherited(), ...(await settingsOf(server.dataDir)) },
    };
    await promisify(execFile)('/bin/sh', ['-c', script!], options);
    const [find = '', ...args] = removal!.split(' ');
    await promisify(execFile)(find, args);
    const [name, ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(name).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(readdirSync(join(folder, name!))).toContain('charla.db');
  });
});

describe('deploy/Caddyfile', () => {
  it('balances over every node of compose.yaml, at the port that they listen on', () => {
    expect(caddyfile).toMatch(/reverse_proxy \{\$NODES:127\.0\.0\.1:3000\} \{/);
    expect(services['caddy']!.environment['NODES']!.split(' ')).toEqual(
      nodes.map(([name, node]) => `${name}:${environmentOf(node)['PORT']}`),
    );
  });

  it('keeps the metrics of a node on the same machine from everybody', () => {
    expect(caddyfile).toMatch(/^\trespond \/metrics 404$/m);
  });

  it('checks the health at a route of the server', async () => {
    const [, path] = /health_uri (\S+)/.exec(caddyfile)!;
    expect(path).toBe('/ready');
    expect((await documentedRoutes(server)).map((route) => route.path)).toContain(path);
  });

  it('sends an error of the contract while no node is ready', () => {
    const [, body, status] = /respond `(.*)` (\d+)/.exec(caddyfile)!;
    expect(JSON.parse(body!)).toEqual({
      statusCode: errorKinds.unavailable.status,
      code: 'unavailable',
      error: 'Service Unavailable',
      message: expect.any(String) as string,
    });
    expect(Number(status)).toBe(errorKinds.unavailable.status);
  });
});
