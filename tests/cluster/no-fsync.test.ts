import { expect, it } from 'vitest';
import { startServer } from '../support/server.ts';

// The database of these tests is such a one.
it('warns at the start where the database does not wait for the disk', async () => {
  const lines: string[] = [];
  await startServer({}, (line) => lines.push(line));
  const warnings = lines.filter((line) => line.includes('"level":40'));
  expect(warnings.join('')).toContain('fsync is off in the database');
});
