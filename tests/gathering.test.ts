import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Gathering } from '../src/gathering.ts';

function gather() {
  const taken: number[][] = [];
  return { taken, gathering: new Gathering<number>((items) => void taken.push([...items])) };
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

it('gathers in order as long as every turn brings more, but not for ever', async () => {
  const { taken, gathering } = gather();
  let added = 0;
  const start = performance.now();
  while (taken.length === 0) {
    gathering.add((added += 1));
    await setImmediate();
    expect(performance.now() - start).toBeLessThan(1000);
  }
  expect(taken).toEqual([Array.from({ length: added }, (_, i) => i + 1)]);
  expect(added).toBeGreaterThan(2);
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
