import { defineConfig, mergeConfig } from 'vitest/config';
import quick from './vitest.config.ts';

/** Tests the compiled server on other versions of Node: `npm run test:nodes`. */
export default mergeConfig(
  quick,
  defineConfig({
    test: { include: ['tests/nodes/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
  }),
);
