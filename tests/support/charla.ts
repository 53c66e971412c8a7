import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { inherited, type End } from './child.ts';
import { databaseSettings } from './postgres/databases.ts';
import type { Env } from './server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How a run of `charla` has ended. */
export type Run = End & { readonly stdout: string; readonly stderr: string };

export interface Running {
  readonly ended: Promise<Run>;
  kill(signal: NodeJS.Signals): void;
}

export interface CharlaOptions {
  readonly env?: Env & { readonly PATH?: string };
  /** What it reads from standard input. */
  readonly input?: string;
  /** The command; the one that runs the sources where it is not given. */
  readonly command?: readonly string[];
  readonly cwd?: string;
}

/** Starts `charla`, as an operator does, with these settings and no others. */
export function startCharla(
  args: readonly string[],
  { env, input = '', command = [process.execPath, 'src/charla.ts'], cwd = root }: CharlaOptions,
): Running {
  const [file = '', ...first] = command;
  const child = spawn(file, [...first, ...args], { cwd, env: { ...inherited(), ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // It may end without having read anything.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }));
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  onTestFinished(async () => {
    kill('SIGTERM');
    await ended;
  });
  return { ended, kill };
}

/** Runs `charla` to its end. */
export const charla = (args: readonly string[], options: CharlaOptions): Promise<Run> =>
  startCharla(args, options).ended;

/** The settings with which `charla` works on what the server of a folder works on. */
export async function settingsOf(dataDir: string): Promise<Env> {
  return { DATA_DIR: dataDir, BCRYPT_COST: '4', ...(await databaseSettings(dataDir)) };
}

/** A run that was refused with one line, which fits a pattern. */
export const refused = (code: number, line: RegExp) => ({
  code,
  signal: null,
  stdout: '',
  stderr: expectLine(line),
});

const expectLine = (line: RegExp): unknown =>
  expect.stringMatching(new RegExp(`^${line.source}\n$`));
