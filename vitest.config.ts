import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/*
 * Tests run in processes of their own, and import the sources as Node would: so that c8 sees one
 * set of line numbers, whichever thread or child server ran a line.
 */
export default defineConfig({
  test: {
    // tests/nodes has a configuration of its own: `npm run test:nodes`.
    include: ['tests/*.test.ts', 'tests/!(nodes)/**/*.test.ts'],
    pool: 'forks',
    // One process for many files: starting one, and reading the sources in it, takes seconds.
    isolate: false,
    maxWorkers: '100%',
    server: { deps: { external: [/\/(src|migrations)\/.*\.ts$/, /\/public\/shared\/.*\.js$/] } },
    // Threads and child servers load the same sources over and over: a cache saves a third of their start.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/node', import.meta.url)),
    },
    setupFiles: ['tests/support/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', './tests/support/summary.ts'],
  },
});
