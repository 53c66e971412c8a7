import { defineConfig } from 'vitest/config';
import { common } from './vitest.config.ts';

/** Tests the compiled server on other versions of Node: `npm run test:nodes`. */
export default defineConfig({
  test: {
    ...common,
    include: ['tests/nodes/*.test.ts'],
    provide: { database: 'sqlite' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
