import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './server.ts';

/** A git repository on the branch `main`, which knows no settings of this machine. */
export interface Repository {
  readonly folder: string;
  /** Writes files, whose folders it creates. */
  readonly write: (files: Readonly<Record<string, string>>) => void;
  /** Runs a command in its folder, and returns what it printed. */
  readonly run: (command: string, ...args: readonly string[]) => Promise<Ended>;
  /** Runs git, and returns what it printed; throws if it failed. */
  readonly git: (...args: readonly string[]) => Promise<string>;
}

/** How a command has ended. */
export interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Creates a repository in a temporary folder; `env` is added to the environment of every command. */
export async function createRepository(
  env: Readonly<Record<string, string>> = {},
): Promise<Repository> {
  const folder = temporaryFolder();
  const person = { NAME: 'Ada', EMAIL: 'ada@example.org' };
  const identity = Object.entries(person).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const environment = {
    ...(Object.fromEntries(identity) as Record<string, string>),
    PATH,
    HOME,
    NODE_COMPILE_CACHE,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    ...env,
  };
  const run = (command: string, ...args: readonly string[]) =>
    new Promise<Ended>((resolve) => {
      const options = { cwd: folder, env: environment, timeout: 60_000 };
      execFile(command, args, options, (error, stdout, stderr) => {
        resolve({ code: error ? error.code : 0, stdout, stderr });
      });
    });
  const git = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run('git', ...args);
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  await git('init', '--quiet', '--initial-branch=main');
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
