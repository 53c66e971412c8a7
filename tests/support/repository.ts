import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './server.ts';

/** A git repository on the branch `main`, which knows no settings of this machine. */
export interface Repository {
  readonly folder: string;
  /** Writes files, whose folders it creates. */
  write(files: Readonly<Record<string, string>>): void;
  /** Runs a command in its folder, and returns what it printed. */
  run(command: string, ...args: readonly string[]): Ended;
  /** Runs git, and returns what it printed; throws if it failed. */
  git(...args: readonly string[]): string;
}

/** How a command has ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Creates a repository in a temporary folder; `env` is added to the environment of every command. */
export function createRepository(env: Readonly<Record<string, string>> = {}): Repository {
  const folder = temporaryFolder();
  const person = { NAME: 'Ada', EMAIL: 'ada@example.org' };
  const identity = Object.entries(person).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  const { PATH, HOME } = process.env;
  const environment = {
    ...(Object.fromEntries(identity) as Record<string, string>),
    PATH,
    HOME,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    ...env,
  };
  const run = (command: string, ...args: readonly string[]): Ended => {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: folder,
      env: environment,
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (error) throw error;
    return { code: status, stdout, stderr };
  };
  const git = (...args: readonly string[]): string => {
    const { code, stdout, stderr } = run('git', ...args);
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  git('init', '--quiet', '--initial-branch=main');
  return {
    folder,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        const file = join(folder, name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
    },
    run,
    git,
  };
}
