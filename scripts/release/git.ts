import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { Refusal } from './refusal.ts';

/** Runs git in the current folder, and returns what it printed; throws where it fails. */
export function git(args: readonly string[], { input, env }: GitOptions = {}): string {
  return execFileSync('git', args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input !== undefined && { input }),
  }).trimEnd();
}

interface GitOptions {
  /** What git reads from standard input. */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** What git prints, or null where it fails. */
function gitOrNull(...args: readonly string[]): string | null {
  try {
    return git(args);
  } catch {
    return null;
  }
}

/** The commit that a name stands for; null where it stands for none. */
export const commitOf = (name: string): string | null =>
  gitOrNull('rev-parse', '--verify', '--quiet', `${name}^{commit}`);

/** Throws unless the tree is clean, on main, and has what `origin` has; `subject` is that of the release's commit. */
export function requireReleasable(subject: string): void {
  const branch = gitOrNull('symbolic-ref', '--short', 'HEAD');
  if (branch !== 'main') {
    throw new Refusal(
      `Releases are made on main, and this is ${branch ?? 'no branch'}: git switch main`,
    );
  }
  requireClean();
  if (!git(['remote']).split('\n').includes('origin')) return;
  if (gitOrNull('fetch', '--quiet', '--tags', 'origin', 'main') === null) {
    throw new Refusal('origin does not answer; try again: git fetch --tags origin main');
  }
  if (gitOrNull('merge-base', '--is-ancestor', 'FETCH_HEAD', 'HEAD') === null) {
    throw new Refusal('origin has commits that are not here: git pull --rebase origin main');
  }
  const unpushed = git(['log', '--format=%s', 'FETCH_HEAD..HEAD']).split('\n').filter(Boolean);
  const others = unpushed.filter((one) => one !== subject);
  if (others.length > 0) {
    throw new Refusal(`origin does not have "${others[0]}" yet: git push origin main`);
  }
}

export function requireClean(): void {
  const [changed] = git(['status', '--porcelain']).split('\n');
  if (changed) throw new Refusal(`Commit or undo what has changed: ${changed.slice(3)}`);
}

/**
 * Commits other contents of files that exist, on top of HEAD. The commit is made aside, and main then moves to it:
 * whenever this ends early, main and the files are as they were.
 */
export function commitFiles(files: ReadonlyMap<string, string>, message: string): void {
  const index = git(['rev-parse', '--git-path', 'release-index']);
  const env = { GIT_INDEX_FILE: index };
  try {
    git(['read-tree', 'HEAD'], { env });
    for (const [name, input] of files) {
      const blob = git(['hash-object', '-w', '--stdin', '--path', name], { input });
      git(['update-index', '--cacheinfo', `100644,${blob},${name}`], { env });
    }
    const tree = git(['write-tree'], { env });
    const commit = git(['commit-tree', tree, '-p', 'HEAD', '-F', '-'], { input: message });
    git(['merge', '--quiet', '--ff-only', commit]);
  } finally {
    rmSync(index, { force: true });
  }
}
