import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Refusal } from './refusal.ts';

/** What has no place in a package: tests, data, hidden files, keys, logs. */
const FORBIDDEN =
  /(?:^|\/)(?:tests?|data|coverage|\..+)(?:\/|$)|\.(?:db|db-\w+|pem|key|p12|log|tgz|test\.\w+)$/;
/** The folder of another package: one that was joined, or packed by mistake. */
const OTHER_PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+\//;
const SECRET = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bnpm_\w{36}\b/;

interface Packed {
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/**
 * Builds the package as it will be published, without keeping it, and returns in one line what is in it. Throws
 * a Refusal where something is in it that has no place there.
 */
export function inspectPackage(): string {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });
  // Lifecycle scripts print before it.
  const packed = JSON.parse(output.slice(output.search(/^[[{]/m))) as
    Packed[] | Record<string, Packed>;
  const [{ size, files }] = Object.values(packed) as [Packed];
  const paths = files.map(({ path }) => path);
  const wrong = paths.filter(
    (path) => FORBIDDEN.test(path) || SECRET.test(readFileSync(path, 'latin1')),
  );
  if (wrong.length > 0) {
    const named = wrong.slice(0, 5).join(', ');
    throw new Refusal(`The package would have ${named}; leave that out by "files" of package.json`);
  }
  const others = new Set(paths.flatMap((path) => OTHER_PACKAGE.exec(path)?.[0] ?? []));
  const unlicensed = [...others].find(
    (folder) => !paths.some((path) => path.startsWith(folder) && /\/licen[cs]e[^/]*$/i.test(path)),
  );
  if (unlicensed !== undefined) {
    throw new Refusal(
      `The package would have ${unlicensed} without its licence; copy that beside it`,
    );
  }
  return `The package has ${paths.length} files, ${Math.ceil(size / 1024)} KiB: no tests, no data, no secrets`;
}
