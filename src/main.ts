import { oldestNode } from './package.ts';

/*
 * The first file that runs. The libraries need a certain version of Node, and better-sqlite3 crashes older ones,
 * so this checks the version before it loads anything else. This file and the one it imports use only syntax
 * that Node 12 can parse.
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
