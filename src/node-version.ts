import { oldestNode } from './package.ts';

/*
 * The libraries need a certain version of Node, and better-sqlite3 crashes older ones, so a process checks the version
 * before it loads anything else. This file and the one it imports use only syntax that Node 12 can parse.
 */
const numbers = (version: string) => version.split('.').map((part) => parseInt(part, 10));
const [major, minor] = numbers(process.versions.node);
const [neededMajor, neededMinor] = numbers(oldestNode);
const isSupported = major! > neededMajor! || (major === neededMajor && minor! >= neededMinor!);

/** Says that this Node is too old; null where it is not. */
export const tooOld = isSupported
  ? null
  : `it needs Node.js ${oldestNode} or newer, and this is ${process.versions.node}`;
