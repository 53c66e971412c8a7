import { defineConfig, mergeConfig } from 'vitest/config';
import quick from './vitest.config.ts';

/** The long forms of the tests: minutes of load, one file at a time, so that none disturbs another. */
export default mergeConfig(
  quick,
  defineConfig({
    test: {
      env: { CHARLA_FAULTS: 'long' },
      fileParallelism: false,
      testTimeout: 900_000,
      hookTimeout: 60_000,
    },
  }),
);
