import { takeCoverage } from 'node:v8';
import { afterAll } from 'vitest';

/* c8 reads what V8 counted when a process ends; the processes of tests are ended before that. */
afterAll(() => {
  if (process.env['NODE_V8_COVERAGE']) takeCoverage();
});
