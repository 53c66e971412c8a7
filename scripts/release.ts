import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { gt, prerelease, valid } from 'semver';
import { auditProduction } from './release/audit.ts';
import { commitFiles, commitOf, git, requireClean, requireReleasable } from './release/git.ts';
import { inspectPackage } from './release/package.ts';
import { orRefuse, Refusal } from './release/refusal.ts';
import { changesOf, currentVersion, filesOf } from './release/version.ts';

/*
 * Makes a release of what is on main: `npm run release -- 1.0.0`. Each step is done unless an earlier run has done it,
 * so a run that has ended anywhere is continued by the next one. CONTRIBUTING.md has the options.
 */

interface Options {
  readonly version: string;
  /** Changes nothing, and says what would be done. */
  readonly dryRun: boolean;
  /** The commit that passed `npm test` elsewhere; null: run it here. */
  readonly tested: string | null;
  readonly unaudited: boolean;
  readonly publish: boolean;
}

function readOptions(): Options {
  const usage =
    'Usage: npm run release -- <version> [--dry-run] [--tested=<commit>] [--unaudited] [--publish]';
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        tested: { type: 'string' },
        unaudited: { type: 'boolean', default: false },
        publish: { type: 'boolean', default: false },
      },
    });
    const [version = '', ...more] = positionals;
    if (more.length > 0 || valid(version) !== version) throw new Refusal(usage);
    const { 'dry-run': dryRun, tested = null, unaudited, publish } = values;
    if (tested !== null && !/^[\da-f]{7,40}$/.test(tested)) throw new Refusal(usage);
    return { version, dryRun, tested, unaudited, publish };
  } catch {
    throw new Refusal(usage);
  }
}

async function release({ version, dryRun, tested, unaudited, publish }: Options): Promise<void> {
  const subject = `Release ${version}`;
  const tag = `v${version}`;
  requireReleasable(subject);
  const tagged = commitOf(tag);
  if (tagged !== null && tagged !== commitOf('HEAD')) {
    throw new Refusal(`${version} is released already, at ${tag}; choose a newer version`);
  }
  const from = currentVersion();
  if (from !== version || changesOf(version) === null) {
    if (!gt(version, from)) throw new Refusal(`${version} is not newer than ${from}, the last one`);
    const date = new Date().toISOString().slice(0, 10);
    const files = filesOf(version, { from, date });
    await audit(unaudited);
    if (dryRun) console.log(`Would commit "${subject}": ${[...files.keys()].join(', ')}`);
    else commitFiles(files, subject);
  } else if (tagged === null) await audit(unaudited);
  if (!dryRun && tagged === null) test(tested);
  console.log(inspectPackage());
  if (dryRun) {
    console.log(`Would run npm test, and tag ${tag}; nothing was changed`);
    return;
  }
  requireClean();
  if (tagged === null) {
    // Git signs it where tag.gpgSign is set.
    const message = `Charla ${version}\n\n${changesOf(version)!}\n`;
    git(['tag', '--annotate', '--cleanup=whitespace', '--file=-', tag], { input: message });
  }
  console.log(`${tag} is ready. To publish it:\n  git push origin main ${tag}`);
  const distTag = prerelease(version) ? 'next' : 'latest';
  const command = ['publish', '--provenance', '--access=public', `--tag=${distTag}`];
  console.log(`  npm ${command.join(' ')}`);
  if (publish) run(command, 'npm publish fails; mend what it names, and run this again');
}

async function audit(unaudited: boolean): Promise<void> {
  console.log(unaudited ? 'Nobody was asked for known faults' : await auditProduction());
}

/** Runs `npm test` on HEAD, unless HEAD is the commit that has passed it. */
function test(tested: string | null): void {
  const head = commitOf('HEAD')!;
  if (tested !== null && commitOf(tested) === head) return;
  if (tested !== null) {
    throw new Refusal(
      `${tested} was tested, but ${head} would be released: test that one, or leave --tested out`,
    );
  }
  run(['test'], 'npm test fails; commit what mends it, push, and run this again');
}

/** Runs npm, which prints what it does; throws a Refusal where it fails. */
function run(command: readonly string[], refusal: string): void {
  try {
    execFileSync('npm', command, { stdio: 'inherit' });
  } catch {
    throw new Refusal(refusal);
  }
}

await orRefuse(() => release(readOptions()));
