import { takeCoverage } from 'node:v8';
import { afterAll, afterEach, expect } from 'vitest';
import { takeUnknownFrames } from './frame-check.ts';

/* c8 reads the coverage that V8 writes at exit, but vitest kills its workers before that. */
afterAll(() => {
  if (process.env['NODE_V8_COVERAGE']) takeCoverage();
});

/* Whatever a test is about, it has received nothing that the AsyncAPI document does not have. */
afterEach(() => {
  expect(takeUnknownFrames()).toEqual([]);
});
