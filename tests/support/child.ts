import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { databaseSettings } from './postgres/databases.ts';
import { noLimits, temporaryFolder, type Env } from './server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The exit code of a process, or the signal that ended it. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server in its own process, as an operator runs it. */
export interface Child {
  readonly pid: number;
  /** The lines written so far. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly exited: Promise<End>;
  kill(signal: NodeJS.Signals): void;
}

export type ChildServer = Child & { readonly url: string; readonly dataDir: string };

/**
 * The variables of this process that Node reads, and none that Charla reads. The joined packages that NODE_OPTIONS
 * names (joined-packages.ts) halve what a run of `charla` costs.
 */
export function inherited(): NodeJS.ProcessEnv {
  const { PATH, NODE_OPTIONS, NODE_V8_COVERAGE, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_OPTIONS, NODE_V8_COVERAGE, NODE_COMPILE_CACHE };
}

/** The command that runs the server from its sources. */
const FROM_SOURCES = [process.execPath, 'src/main.ts'];

/**
 * Runs a server with these settings and no others. Stops it by SIGTERM when the test is over, so that
 * the process writes its coverage.
 */
export function runMain(
  env: Env,
  [file = '', ...args]: readonly string[] = FROM_SOURCES,
): Child & { listening: Promise<string> } {
  const child = spawn(file, args, {
    cwd: root,
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close').then(([code, signal]): End => ({ code, signal }));
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const listening = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      stdout.push(line);
      const [, url] = /"msg":"Server listening at (http:[^"]+)"/.exec(line) ?? [];
      if (url) resolve(url);
    });
    createInterface(child.stderr).on('line', (line) => stderr.push(line));
    void exited.then(({ code }) =>
      reject(new Error(`The server exited with ${code}: ${stderr.join('\n')}`)),
    );
  });
  listening.catch(() => {});
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  onTestFinished(async () => {
    kill('SIGTERM');
    await exited;
  });
  return { pid: child.pid!, stdout, stderr, exited, kill, listening };
}

/** Starts a server in its own process and waits until it listens. */
export async function startChild(
  env: Env = {},
  command: readonly string[] = FROM_SOURCES,
): Promise<ChildServer> {
  const dataDir = env.DATA_DIR ?? temporaryFolder();
  const defaults: Env = {
    ...noLimits,
    PORT: '0',
    BCRYPT_COST: '4',
    PRESENCE_GRACE_MS: '0',
  };
  const database = env.DATABASE_URL ? {} : await databaseSettings(dataDir);
  const child = runMain({ ...defaults, ...database, ...env, DATA_DIR: dataDir }, command);
  return { ...child, url: await child.listening, dataDir };
}

/** The resident memory of a process, in bytes (Linux). */
export const rssOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
