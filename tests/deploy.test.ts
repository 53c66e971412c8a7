import { existsSync, readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig, settings } from '../src/config.ts';
import { oldestNode } from '../src/package.ts';
import { errorKinds } from '../src/protocol/errors.ts';
import { documentedRoutes } from './support/routes.ts';
import { shareServer } from './support/server.ts';

/*
 * What deploy/ says about the server is compared with the server. No container engine is needed, so none runs the
 * files here.
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

describe('deploy/Caddyfile', () => {
  it('balances over every node of compose.yaml, at the port that they listen on', () => {
    const [, upstreams] = /reverse_proxy (.*) \{/.exec(caddyfile)!;
    expect(upstreams!.split(' ')).toEqual(
      nodes.map(([name, node]) => `${name}:${environmentOf(node)['PORT']}`),
    );
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
