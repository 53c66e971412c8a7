import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Percentiles } from './figures.ts';
import { root, spawnPinned } from './processes.ts';

/** The servers that are measured: this one, and those in `bench/peers`. */
export const SERVERS = ['bare ws', 'charla', 'socket.io'] as const;
export type ServerName = (typeof SERVERS)[number];

/** What signs the tokens of the bench's users, so that ten thousand need not sign in. */
/** No secret: everybody can read it here. */
export const JWT_SECRET = 'Pz1o4cVqXg8m0TnYwJ5rKb7HdEuL2sAf';

/** Limits that count, as they do by default, and stop nobody. */
const LIMITS = {
  RATE_LIMIT_AUTH: '1000000',
  RATE_LIMIT_MESSAGES: '1000000',
  RATE_LIMIT_REQUESTS: '1000000',
  MAX_CONNECTIONS_PER_USER: '1000000',
  MAX_ROOMS_PER_USER: '1000000',
};

/** Makes what is measured: the compiled server, and the peers with their own packages. */
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

/** What the probe tells of a server's process. */
export interface Probe {
  /** How late its event loop was, in milliseconds. */
  readonly delay: Percentiles;
  /** Bytes in use of V8's heap and beside it. */
  readonly heap: number;
  /** Bytes of memory that the process holds. */
  readonly rss: number;
}

export interface Server {
  readonly name: ServerName;
  readonly url: string;
  readonly pid: number;
  /** Starts anew what the probe measures. */
  readonly startProbe: () => void;
  /** What the probe has seen since; the heap has been swept before it is looked at. */
  probe(): Promise<Probe>;
  /** Rejects where the server ends by itself. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

/** Starts a server on a free port; `wrapper` is a command to run it by. */
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
  let isWanted = true;
  const exited = once(server, 'exit');
  const died = exited.then((): never => {
    if (isWanted) throw new Error(`${name} has ended by itself`);
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
      const answer = once(server, 'message');
      server.send('probe');
      const [probe] = (await Promise.race([answer, died])) as [Probe];
      return probe;
    },
    died,
    stop: async () => {
      isWanted = false;
      server.kill('SIGTERM');
      await exited;
    },
  };
}
