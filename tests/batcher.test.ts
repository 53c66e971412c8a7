import { setImmediate } from 'node:timers/promises';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { Batcher } from '../src/batcher.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
});

function createBatcher() {
  const batches: number[][] = [];
  return { batches, batcher: new Batcher<number>((items) => void batches.push([...items])) };
}

it('processes a batch after a turn that adds no item', async () => {
  const { batches, batcher } = createBatcher();
  batcher.add(1);
  await setImmediate();
  batcher.add(2);
  batcher.add(3);
  await setImmediate();
  expect(batches).toEqual([]);
  await setImmediate();
  expect(batches).toEqual([[1, 2, 3]]);
});

it('collects items in order while every turn adds one, for 4 ms at most', async () => {
  const { batches, batcher } = createBatcher();
  for (let i = 0; i < 4; i += 1) {
    batcher.add(i);
    expect(batches).toEqual([]);
    vi.advanceTimersByTime(1);
    await setImmediate();
  }
  expect(batches).toEqual([[0, 1, 2, 3]]);
  batcher.add(4);
  await setImmediate();
  await setImmediate();
  expect(batches).toEqual([[0, 1, 2, 3], [4]]);
});

it('processes items at once when flushed, and only once', async () => {
  const { batches, batcher } = createBatcher();
  batcher.add(1);
  batcher.flush();
  expect(batches).toEqual([[1]]);
  await setImmediate();
  await setImmediate();
  batcher.flush();
  expect(batches).toEqual([[1]]);
});
