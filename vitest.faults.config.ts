import { defineConfig } from 'vitest/config';
import { common, onPostgres, postgres, sqlite } from './vitest.config.ts';

/** The long forms of the tests: minutes of load, one file at a time, so that none disturbs another. */
export default defineConfig({
  test: {
    ...common,
    env: { ...common.env, CHARLA_FAULTS: 'long' },
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: sqlite },
      { extends: true, test: { ...postgres, include: onPostgres } },
    ],
  },
});
