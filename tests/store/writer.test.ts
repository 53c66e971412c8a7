import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openWriter } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import type { mutations as testMutations } from '../support/mutations.ts';
import { temporaryFolder } from '../support/server.ts';
import { shareOpened } from '../support/shared.ts';

type Mutate = Store<typeof testMutations>['mutate'];

async function open(folder: string) {
  const file = join(folder, 'charla.db');
  const mutations = new URL('../support/mutations.ts', import.meta.url).href;
  const onLost = (error: Error) => {
    throw error;
  };
  const writer = await openWriter({ file, mutations }, () => {}, onLost);
  const mutate: Mutate = (name, input, options) => writer.mutate(name, input, options) as never;
  return { mutate, close: () => writer.close() };
}

/** Opens a writer that closes when the test ends. */
async function openOwn() {
  const writer = await open(temporaryFolder());
  onTestFinished(writer.close);
  return writer;
}

const shared = shareOpened(open);

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('the writer', () => {
  it('commits the mutations of one turn in one transaction', async () => {
    const { mutate } = shared();
    const mutations = Array.from({ length: 100 }, async () => mutate('transactionNumber', {}));
    const transactions = new Set(await Promise.all(mutations));
    expect(transactions.size).toBe(1);
    expect(transactions).not.toContain(await mutate('transactionNumber', {}));
  });

  it('commits the mutations that arrive during a commit together in the next transaction', async () => {
    const { mutate } = await openOwn();
    const first = mutate('transactionNumber', { ms: 100 });
    await nextTurn();
    const mutations: Promise<number>[] = [];
    for (let i = 0; i < 5; i += 1) {
      mutations.push(mutate('transactionNumber', {}));
      await nextTurn();
    }
    const next = (await first) + 1;
    expect(await Promise.all(mutations)).toEqual([next, next, next, next, next]);
  });

  it('puts at most 1,000 mutations in one transaction', async () => {
    const { mutate } = shared();
    const mutations = Array.from({ length: 2500 }, async () => mutate('transactionNumber', {}));
    const transactions = await Promise.all(mutations);
    expect(transactions.toSorted((a, b) => a - b)).toEqual(transactions);
    for (const n of new Set(transactions)) {
      expect(transactions.filter((m) => m === n).length).toBeLessThanOrEqual(1000);
    }
  });

  it('puts at most 256 KiB of text in one transaction, and a longer text in one of its own', async () => {
    const { mutate } = shared();
    const lengths = [
      ...Array<number>(200).fill(4000),
      300_000,
      300_000,
      ...Array<number>(9).fill(1),
    ];
    const mutations = lengths.map(async (length) =>
      mutate('transactionNumber', { text: 'x'.repeat(length) }),
    );
    const transactions = await Promise.all(mutations);
    expect(transactions.toSorted((a, b) => a - b)).toEqual(transactions);
    const groups = [...new Set(transactions)].map((n) =>
      lengths.filter((_, i) => transactions[i] === n),
    );
    expect(groups.map((group) => group.length)).toEqual([65, 65, 65, 5, 1, 1, 9]);
  });

  it('runs each background job alone, one after each group', async () => {
    const { mutate } = await openOwn();
    const order: string[] = [];
    const run = async (name: string, isBackground: boolean) => {
      const transaction = await mutate('transactionNumber', { ms: 1 }, { isBackground });
      order.push(name);
      return transaction;
    };
    const first = run('group', false);
    const backgroundJobs = ['background 1', 'background 2', 'background 3'].map((name) =>
      run(name, true),
    );
    await first;
    const second = run('group', false);
    const transactions = await Promise.all([first, second, ...backgroundJobs]);
    expect(new Set(transactions).size).toBe(5);
    expect(order).toEqual(['group', 'background 1', 'group', 'background 2', 'background 3']);
  });

  it('rejects with the ChatError that the mutation threw in its thread', async () => {
    await expect(shared().mutate('reject', undefined)).rejects.toMatchObject({
      name: 'ChatError',
      code: 'forbidden',
      message: 'not you',
      details: [{ path: '/x', message: 'no' }],
      retryAfter: 7,
    });
  });

  it('rejects with an error that names the mutation that failed, and runs later ones', async () => {
    const { mutate } = shared();
    const failed = mutate('fail', undefined);
    await expect(failed).rejects.toThrow('The mutation fail failed: a bug in the server');
    expect(await mutate('transactionNumber', {})).toBeGreaterThan(0);
  });
});
