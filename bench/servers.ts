import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Percentiles } from './figures.ts';
import { root, spawnPinned } from './processes.ts';

/** The servers under test: this one, and those in `bench/peers`. */
export const SERVERS = [
  'bare ws',
  'charla',
  'charla before',
  'socket.io',
  'charla on PostgreSQL',
  '3 × charla on PostgreSQL',
  'NestJS on PostgreSQL',
] as const;
export type ServerName = (typeof SERVERS)[number];

interface Kind {
  /** What Node is started with. */
  readonly args: readonly string[];
  readonly nodes: number;
  /** Whether it keeps its data in PostgreSQL, at DATABASE_URL. */
  readonly isOnPostgres: boolean;
  /** Whether people and rooms have to be in its database before it starts. */
  readonly isCharla: boolean;
}

/** What `npm start` starts Node with in a checkout of Charla. */
function startArgs(checkout: string): string[] {
  const text = readFileSync(join(checkout, 'package.json'), 'utf8');
  const { scripts } = JSON.parse(text) as { scripts: { start: string } };
  const [, ...args] = scripts.start.split(' ');
  return [...args.slice(0, -1), join(checkout, args.at(-1)!)];
}

const charla: Kind = { args: startArgs(root), nodes: 1, isOnPostgres: false, isCharla: true };
const peer = (file: string): Kind => ({
  ...charla,
  args: [`bench/peers/${file}.js`],
  isCharla: false,
});

/** The folder of another checkout of Charla, already built, to compare this one with. */
export const BEFORE = process.env['BEFORE'];

export const kinds: Readonly<Record<ServerName, Kind>> = {
  'bare ws': peer('bare-ws'),
  charla,
  'charla before': { ...charla, args: startArgs(BEFORE ?? root) },
  'socket.io': peer('socket-io'),
  'charla on PostgreSQL': { ...charla, isOnPostgres: true },
  '3 × charla on PostgreSQL': { ...charla, isOnPostgres: true, nodes: 3 },
  'NestJS on PostgreSQL': { ...peer('nest-postgres'), isOnPostgres: true },
};

/**
 * The key that signs the tokens of the bench's users, so that ten thousand need not sign in. It is not a
 * secret: everybody can read it here.
 */
export const JWT_SECRET = 'Pz1o4cVqXg8m0TnYwJ5rKb7HdEuL2sAf';

/** Limits count, as they do by default, but are too high to reject anybody. */
const LIMITS = {
  RATE_LIMIT_AUTH: '1000000',
  RATE_LIMIT_MESSAGES: '1000000',
  RATE_LIMIT_REQUESTS: '1000000',
  MAX_CONNECTIONS_PER_USER: '1000000',
  MAX_ROOMS_PER_USER: '1000000',
  MAX_FILES_BYTES_PER_USER: '0',
};

/** Compiles this server and installs the packages of the peers. */
export function prepareServers(): void {
  const npm = (...args: string[]) => execFileSync('npm', args, { cwd: root, stdio: 'inherit' });
  npm('run', '--silent', 'build');
  const changedAt = (file: string) =>
    statSync(`${root}bench/peers/${file}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  // npm writes its own list of what it has installed.
  const isInstalled =
    changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json');
  if (!isInstalled) npm('ci', '--prefix', 'bench/peers');
}

/** What the probe measures of a node's process. */
export interface Probe {
  /** Delay of its event loop, in milliseconds. */
  readonly delay: Percentiles;
  /** Bytes in use: V8's heap and external memory. */
  readonly heap: number;
  /** Resident memory, in bytes. */
  readonly rss: number;
}

/** One process of a server. */
interface ServerNode {
  readonly url: string;
  /** How long its start took until it listened, in milliseconds. */
  readonly readyMs: number;
  readonly pid: number;
  /** Restarts the measurement of the event loop's delay. */
  readonly startProbe: () => void;
  /** Returns the delay since `startProbe`, and the memory after a garbage collection. */
  probe(): Promise<Probe>;
  /** Rejects if the node exits by itself. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

export interface Server {
  readonly name: ServerName;
  readonly nodes: readonly ServerNode[];
  /** Rejects if a node exits by itself. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

/** Where a server keeps its data. */
export interface Place {
  readonly dataDir: string;
  /** The address of a PostgreSQL database, for the servers that need one. */
  readonly databaseUrl: string | null;
}

export interface StartOptions {
  /** A command that wraps a node's own. */
  readonly wrapper?: readonly string[];
  /** Options of Node; by default those that `probe` needs. */
  readonly flags?: readonly string[];
}

/** Starts the nodes of a server, each on a free port. */
export async function startServer(
  name: ServerName,
  place: Place,
  options: StartOptions = {},
): Promise<Server> {
  const env = { PORT: '0', JWT_SECRET, ...LIMITS };
  const starting = Array.from({ length: kinds[name].nodes }, () =>
    startNode(name, { ...env, ...databaseOf(place) }, options),
  );
  const started = await Promise.allSettled(starting);
  const nodes = started.flatMap((node) => (node.status === 'fulfilled' ? [node.value] : []));
  const stop = async () => void (await Promise.all(nodes.map((node) => node.stop())));
  const failed = started.find((node) => node.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { name, nodes, died: Promise.race(nodes.map(({ died }) => died)), stop };
}

/** The settings that name a node's database. On PostgreSQL, each node has a folder of its own besides. */
const databaseOf = ({ dataDir, databaseUrl }: Place): Record<string, string> =>
  databaseUrl === null
    ? { DATA_DIR: dataDir }
    : { DATA_DIR: mkdtempSync(join(dataDir, 'node-')), DATABASE_URL: databaseUrl };

async function startNode(
  name: ServerName,
  env: Readonly<Record<string, string>>,
  { wrapper = [], flags = ['--expose-gc', '--import', './bench/probe.mjs'] }: StartOptions,
): Promise<ServerNode> {
  const node = [process.execPath, ...flags, ...kinds[name].args];
  const spawnedAt = performance.now();
  const server = spawnPinned('server', [...wrapper, ...node], env);
  let isStopping = false;
  const exited = once(server, 'exit');
  const died = exited.then((): never => {
    if (!isStopping) throw new Error(`${name} exited by itself`);
    return undefined as never;
  });
  died.catch(() => {});
  createInterface(server.stderr!).on('line', (line) => console.error(`${name}: ${line}`));
  const lines = createInterface(server.stdout!);
  const address = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (url) resolve(url);
    });
  });
  const url = await Promise.race([address, died]);
  return {
    url,
    readyMs: performance.now() - spawnedAt,
    pid: server.pid!,
    startProbe: () => void server.send('start'),
    probe: async () => {
      const response = once(server, 'message');
      server.send('probe');
      const [probe] = (await Promise.race([response, died])) as [Probe];
      return probe;
    },
    died,
    stop: async () => {
      isStopping = true;
      server.kill('SIGTERM');
      await exited;
    },
  };
}
