import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Percentiles } from './figures.ts';
import { root, spawnPinned } from './processes.ts';

/** The servers under test: this one, and those in `bench/peers`. */
export const SERVERS = ['bare ws', 'charla', 'socket.io'] as const;
export type ServerName = (typeof SERVERS)[number];

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
};

/** Compiles this server and installs the packages of the peers. */
export function prepareServers(): void {
  const npm = (...args: string[]) => execFileSync('npm', args, { cwd: root, stdio: 'inherit' });
  npm('run', '--silent', 'build');
  if (!existsSync(`${root}bench/peers/node_modules`)) npm('ci', '--prefix', 'bench/peers');
}

const files: Readonly<Record<ServerName, string>> = {
  'bare ws': 'bench/peers/bare-ws.js',
  charla: 'dist/src/main.js',
  'socket.io': 'bench/peers/socket-io.js',
};

/** What the probe measures of a server's process. */
export interface Probe {
  /** Delay of its event loop, in milliseconds. */
  readonly delay: Percentiles;
  /** Bytes in use: V8's heap and external memory. */
  readonly heap: number;
  /** Resident memory, in bytes. */
  readonly rss: number;
}

export interface Server {
  readonly name: ServerName;
  readonly url: string;
  readonly pid: number;
  /** Restarts the measurement of the event loop's delay. */
  readonly startProbe: () => void;
  /** Returns the delay since `startProbe`, and the memory after a garbage collection. */
  probe(): Promise<Probe>;
  /** Rejects if the server exits by itself. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

/** Starts a server on a free port; `wrapper` is a command that wraps the server's own. */
export async function startServer(
  name: ServerName,
  dataDir: string,
  wrapper: readonly string[] = [],
): Promise<Server> {
  const node = [process.execPath, '--expose-gc', '--import', './bench/probe.mjs', files[name]];
  const server = spawnPinned('server', [...wrapper, ...node], {
    DATA_DIR: dataDir,
    PORT: '0',
    JWT_SECRET,
    ...LIMITS,
  });
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
  return {
    name,
    url: await Promise.race([address, died]),
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
