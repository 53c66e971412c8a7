import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Writer } from '../../src/store/sqlite/writer.ts';
import type { Store } from '../../src/store/store.ts';
import type { mutations as testMutations } from '../support/mutations.ts';
import { temporaryFolder } from '../support/server.ts';

type Mutate = Store<typeof testMutations>['mutate'];

async function open(folder: string) {
  const file = join(folder, 'charla.db');
  const mutations = new URL('../support/mutations.ts', import.meta.url).href;
  const onLost = (error: Error) => {
    throw error;
  };
  const writer = await Writer.open({ file, mutations }, () => {}, onLost);
  const mutate: Mutate = (name, input, options) => writer.mutate(name, input, options) as never;
  return { mutate, close: () => writer.close() };
}

/** Opens a writer that closes when the test ends. */
async function openWriter() {
  const writer = await open(temporaryFolder());
  onTestFinished(writer.close);
  return writer;
}

/* One for the tests that can share it: a start takes a second. */
let shared: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'charla-test-'));
  shared = await open(folder);
  return async () => {
    await shared.close();
    rmSync(folder, { recursive: true, force: true });
  };
});

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('writes', () => {
  it('that are asked for in one turn share a transaction', async () => {
    const store = shared;
    const writes = Array.from({ length: 100 }, async () => store.mutate('transaction', 0));
    const transactions = new Set(await Promise.all(writes));
    expect(transactions.size).toBe(1);
    expect(transactions).not.toContain(await store.mutate('transaction', 0));
  });

  it('that arrive while a group commits share the next one', async () => {
    const store = await openWriter();
    const first = store.mutate('transaction', 100);
    await nextTurn();
    const writes: Promise<number>[] = [];
    for (let i = 0; i < 5; i += 1) {
      writes.push(store.mutate('transaction', 0));
      await nextTurn();
    }
    const next = (await first) + 1;
    expect(await Promise.all(writes)).toEqual([next, next, next, next, next]);
  });

  it('that are very many do not make one transaction of any size', async () => {
    const store = shared;
    const writes = Array.from({ length: 2500 }, async () => store.mutate('transaction', 0));
    const transactions = await Promise.all(writes);
    expect(transactions.toSorted((a, b) => a - b)).toEqual(transactions);
    for (const n of new Set(transactions)) {
      expect(transactions.filter((m) => m === n).length).toBeLessThanOrEqual(1000);
    }
  });

  it('that carry much text share a transaction with few, and one that carries more goes alone', async () => {
    const store = shared;
    const lengths = [
      ...Array<number>(200).fill(4000),
      300_000,
      300_000,
      ...Array<number>(9).fill(1),
    ];
    const writes = lengths.map(async (length) => store.mutate('say', { text: 'x'.repeat(length) }));
    const transactions = await Promise.all(writes);
    expect(transactions.toSorted((a, b) => a - b)).toEqual(transactions);
    const groups = [...new Set(transactions)].map((n) =>
      lengths.filter((_, i) => transactions[i] === n),
    );
    expect(groups.map((group) => group.length)).toEqual([65, 65, 65, 5, 1, 1, 9]);
  });

  it('in the background run alone, one after each group', async () => {
    const store = await openWriter();
    const order: string[] = [];
    const write = async (name: string, isBackground: boolean) => {
      const transaction = await store.mutate('transaction', 1, { isBackground });
      order.push(name);
      return transaction;
    };
    const first = write('group', false);
    const inBackground = ['background 1', 'background 2', 'background 3'].map((name) =>
      write(name, true),
    );
    await first;
    const second = write('group', false);
    const transactions = await Promise.all([first, second, ...inBackground]);
    expect(new Set(transactions).size).toBe(5);
    expect(order).toEqual(['group', 'background 1', 'group', 'background 2', 'background 3']);
  });

  it('that are refused tell why, across the thread, and those that fail name the act', async () => {
    const store = shared;
    await expect(store.mutate('refuse', undefined)).rejects.toMatchObject({
      name: 'ChatError',
      code: 'forbidden',
      message: 'not you',
      details: [{ path: '/x', message: 'no' }],
      retryAfter: 7,
    });
    const failed = store.mutate('fail', undefined);
    await expect(failed).rejects.toThrow('The mutation fail failed: a mistake of the server');
    expect(await store.mutate('transaction', 0)).toBeGreaterThan(0);
  });
});
