import { takeCoverage } from 'node:v8';
import { afterAll } from 'vitest';

/* c8 reads the coverage that V8 writes at exit, but vitest kills its workers before that. */
afterAll(() => {
  if (process.env['NODE_V8_COVERAGE']) takeCoverage();
});
