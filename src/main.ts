import { tooOld } from './node-version.ts';

/* The first file that runs. Like those it imports, it uses only syntax that Node 12 can parse. */

if (tooOld === null) {
  void import('./server.ts').then(({ serve }) => serve());
} else {
  console.error(`Charla cannot start: ${tooOld}`);
  process.exitCode = 1;
}
