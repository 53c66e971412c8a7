import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/package.ts';

/** Where other versions of Node are kept between runs. */
const folderOf = (version: string) => join(packageRoot, 'node_modules', '.cache', 'nodes', version);

/** Installs a version of Node from npm, where that was not done before; returns its executable. */
export async function installNode(version: string): Promise<string> {
  const folder = folderOf(version);
  const executable = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(executable)) return executable;
  mkdirSync(folder, { recursive: true });
  // The package puts the executable in its place by a script, which npm runs only where it is allowed.
  const manifest = { private: true, allowScripts: { node: true } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const args = ['install', '--no-save', '--no-audit', '--no-fund', `node@${version}`];
  await promisify(execFile)('npm', args, { cwd: folder });
  return executable;
}
