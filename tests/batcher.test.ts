import { setImmediate } from 'node:timers/promises';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { Batcher } from '../src/batcher.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
});

function gather() {
  const taken: number[][] = [];
  return { taken, gathering: new Batcher<number>((items) => void taken.push([...items])) };
}

it('hands on what came when a turn brings no more', async () => {
  const { taken, gathering } = gather();
  gathering.add(1);
  await setImmediate();
  gathering.add(2);
  gathering.add(3);
  await setImmediate();
  expect(taken).toEqual([]);
  await setImmediate();
  expect(taken).toEqual([[1, 2, 3]]);
});

it('gathers in order as long as every turn brings more, for 4 ms at most', async () => {
  const { taken, gathering } = gather();
  for (let i = 0; i < 4; i += 1) {
    gathering.add(i);
    expect(taken).toEqual([]);
    vi.advanceTimersByTime(1);
    await setImmediate();
  }
  expect(taken).toEqual([[0, 1, 2, 3]]);
  gathering.add(4);
  await setImmediate();
  await setImmediate();
  expect(taken).toEqual([[0, 1, 2, 3], [4]]);
});

it('hands on at once what is to be flushed, and only once', async () => {
  const { taken, gathering } = gather();
  gathering.add(1);
  gathering.flush();
  expect(taken).toEqual([[1]]);
  await setImmediate();
  await setImmediate();
  gathering.flush();
  expect(taken).toEqual([[1]]);
});
