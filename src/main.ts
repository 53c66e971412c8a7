import { oldestNode } from './package.ts';

/*
 * The first file that runs. The libraries need a certain version of Node, and better-sqlite3 crashes
 * an older one, so the version is checked before anything else is loaded. This file and the one it
 * imports keep to syntax that Node 12 can read.
 */
const numbers = (version: string) => version.split('.').map((part) => parseInt(part, 10));
const [major, minor] = numbers(process.versions.node);
const [neededMajor, neededMinor] = numbers(oldestNode);

if (major! > neededMajor! || (major === neededMajor && minor! >= neededMinor!)) {
  void import('./server.ts');
} else {
  console.error(
    `Charla cannot start: it needs Node.js ${oldestNode} or newer, and this is ${process.versions.node}`,
  );
  process.exitCode = 1;
}
