import { defineConfig } from 'vitest/config';
import { common, onPostgres, postgres } from './vitest.config.ts';

/** Everything that runs on PostgreSQL. */
export default defineConfig({ test: { ...common, ...postgres, include: onPostgres } });
