#!/usr/bin/env node
import { tooOld } from './node-version.ts';

/* The command `charla`. Like the file it imports at first, it uses only syntax that Node 12 can parse. */

if (tooOld === null) {
  void import('./cli/program.ts').then(({ run }) => run(process.argv));
} else {
  console.error(`Charla cannot start: ${tooOld}`);
  process.exitCode = 1;
}
