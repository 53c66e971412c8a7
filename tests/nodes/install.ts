import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/package.ts';

/** The folder that keeps a version of Node between runs. */
const folderOf = (version: string) => join(packageRoot, 'node_modules', '.cache', 'nodes', version);

/** Installs a version of Node from npm, unless it is installed already, and returns its executable. */
export async function installNode(version: string): Promise<string> {
  const folder = folderOf(version);
  const executable = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(executable)) return executable;
  mkdirSync(folder, { recursive: true });
  // An install script of the package creates the executable; npm runs it only where it is allowed.
  const manifest = { private: true, allowScripts: { node: true } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const args = ['install', '--no-save', '--no-audit', '--no-fund', `node@${version}`];
  await promisify(execFile)('npm', args, { cwd: folder });
  return executable;
}
