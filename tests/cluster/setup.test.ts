import { expect, it } from 'vitest';
import type { ServerStats } from '../../src/protocol/administration.ts';
import type { Session } from '../../src/protocol/resources.ts';
import { call } from '../support/client.ts';
import { shareNodes } from './support/nodes.ts';

const lines: string[] = [];
const nodes = shareNodes(3, { SETUP_CODE: '' }, { log: (line) => lines.push(line) });

it('logs the same setup code on nodes that start at once, which makes one admin, who sees all nodes', async () => {
  const codes = lines.flatMap((line) => /\?setup=([0-9a-f]+)/.exec(line)?.[1] ?? []);
  expect(codes).toHaveLength(3);
  expect(new Set(codes).size).toBe(1);
  const register = (i: number) =>
    call<Session>(nodes.at(i), 'POST', '/auth/register', {
      body: {
        name: `u${i}`,
        email: `u${i}@example.org`,
        password: 'of tests',
        setupCode: codes[0],
      },
    });
  const answers = await Promise.all([0, 1, 2].map(register));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 403, 403]);

  // The admin sees all of them, from whichever they ask.
  const { token } = answers.find(({ status }) => status === 201)!.body;
  const statsOf = async (i: number) =>
    (await call<ServerStats>(nodes.at(i), 'GET', '/admin/stats', { token })).body;
  await expect.poll(async () => (await statsOf(2)).nodes.length).toBe(3);
  expect((await statsOf(2)).storage.databaseBytes).toBeGreaterThan(1_000_000);
});
