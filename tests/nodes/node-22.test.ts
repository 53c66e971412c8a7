import { expect, it } from 'vitest';
import { oldestNode } from '../../src/package.ts';
import { runMain } from '../support/child.ts';
import { temporaryFolder } from '../support/server.ts';
import { installNode } from './install.ts';
import { MAIN, testNode } from './versions.ts';

const TOO_OLD = '20.20.2';

// The oldest version that package.json allows, and the newest of its release line in November 2026.
testNode(`${oldestNode}.0`);
testNode('22.23.3');

it(`prints in one line which Node it needs when started on Node ${TOO_OLD}`, async () => {
  const child = runMain({ DATA_DIR: temporaryFolder() }, [await installNode(TOO_OLD), MAIN]);
  expect(await child.exited).toEqual({ code: 1, signal: null });
  expect(child.stderr).toEqual([
    `Charla cannot start: it needs Node.js ${oldestNode} or newer, and this is ${TOO_OLD}`,
  ]);
  expect(child.stdout).toEqual([]);
});
