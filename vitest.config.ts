import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/sequencer.ts';

/*
 * Tests run in child processes and import the sources as Node would, so c8 sees one set of line numbers,
 * whichever thread or child server ran a line.
 */
export const common = {
  pool: 'forks',
  // One process runs many files, because starting a process and loading the sources takes seconds.
  isolate: false,
  // Two more than there are cores, since many tests wait for time to pass.
  maxWorkers: availableParallelism() + 2,
  sequence: { sequencer: LongestFirst },
  server: { deps: { external: [/\/(src|migrations)\/.*\.ts$/, /\/public\/shared\/.*\.js$/] } },
  // Threads and child servers load the same sources repeatedly: a cache saves a third of their start.
  env: {
    NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/node', import.meta.url)),
  },
  setupFiles: ['tests/support/setup.ts'],
  // A machine that does something else besides takes three times as long.
  testTimeout: 120_000,
  // On a busy machine a second is soon over.
  expect: { poll: { timeout: 10_000 } },
  // Some scenes are written before a server starts, which takes long on a busy machine.
  hookTimeout: 120_000,
  reporters: ['default', './tests/support/summary.ts'],
} satisfies ViteUserConfig['test'];

/** What is proved on PostgreSQL: all that rests on the store. `npm run test:postgres` runs it. */
export const onPostgres = [
  'tests/{http,push,hooks,realtime,faults,contracts,cluster,browser}/**/*.test.ts',
  'tests/streams/{streams,client}.test.ts',
  'tests/abuse/{pages,replays,searches}.test.ts',
  'tests/cli/{users,migrate,doctor}.test.ts',
  'tests/cli/postgres/*.test.ts',
];

/**
 * The part of it that `npm test` runs: where PostgreSQL itself decides what happens. The rest concerns requests of one
 * node, whose queries tests/contracts compares on both databases.
 */
const quickOnPostgres = [
  'tests/{faults,contracts,cluster}/**/*.test.ts',
  'tests/cli/{doctor,postgres/*}.test.ts',
  'tests/http/{invite-races,metrics,send}.test.ts',
  'tests/realtime/{lost-access,many-at-once,notifications-resume}.test.ts',
];

/** Slow there. */
const notInQuick = [
  'tests/faults/{answers,files,hooks,kill,missed,model,seam,seam-steps,slow-reader}.test.ts',
];

export const postgres = {
  name: 'postgres',
  exclude: ['**/sqlite/**'],
  globalSetup: ['tests/support/postgres/setup.ts'],
  provide: { database: 'postgres' },
} satisfies ViteUserConfig['test'];

export const sqlite = {
  name: 'sqlite',
  // tests/nodes has its own configuration: `npm run test:nodes`.
  include: ['tests/*.test.ts', 'tests/!(nodes|contracts|cluster)/**/*.test.ts'],
  exclude: ['**/postgres/**'],
  provide: { database: 'sqlite' },
} satisfies ViteUserConfig['test'];

/*
 * Each database is a project: `vitest run --project postgres`. What is about one of them alone is in a folder of its
 * name, and runs in that project only.
 */
export default defineConfig({
  test: {
    ...common,
    globalSetup: ['tests/support/joined-packages.ts'],
    projects: [
      { extends: true, test: sqlite },
      // The contracts run on both databases, and compare them.
      {
        extends: true,
        test: {
          ...postgres,
          include: quickOnPostgres,
          exclude: [...postgres.exclude, ...notInQuick],
        },
      },
    ],
  },
});
