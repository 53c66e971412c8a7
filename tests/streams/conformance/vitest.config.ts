import { defineConfig } from 'vitest/config';

/* The suite of the protocol's authors, which conformance.test.ts runs in a process of its own. */
export default defineConfig({ test: { include: ['suite.ts'], testTimeout: 30_000 } });
