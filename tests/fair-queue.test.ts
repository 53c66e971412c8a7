import { expect, it } from 'vitest';
import { FairQueue } from '../src/fair-queue.ts';

const share = (address: string, account = 'ana') => ({ address, account });

function drain<T>(queue: FairQueue<T>): T[] {
  const items: T[] = [];
  for (let item = queue.next(); item !== undefined; item = queue.next()) items.push(item);
  return items;
}

it('takes turns among addresses, and among the accounts of one address', () => {
  const queue = new FairQueue<string>(100);
  for (const name of ['a1', 'a2', 'a3']) queue.add(name, share('A', 'one'));
  queue.add('a4', share('A', 'two'));
  queue.add('b1', share('B'));
  queue.add('c1', share('C'));
  queue.add('b2', share('B'));
  expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a4', 'b2', 'a2', 'a3']);
  expect(queue.next()).toBeUndefined();
});

it('keeps the order of items with the same share', () => {
  const queue = new FairQueue<number>(100);
  for (let i = 0; i < 50; i += 1) queue.add(i, share('A'));
  expect(drain(queue)).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

it('drops the newest item of the largest share when it is full', () => {
  const queue = new FairQueue<string>(4);
  for (const name of ['a1', 'a2']) expect(queue.add(name, share('A', 'one'))).toBeNull();
  expect(queue.add('a3', share('A', 'two'))).toBeNull();
  expect(queue.add('b1', share('B'))).toBeNull();
  expect(queue.add('c1', share('C'))).toBe('a2');
  expect(queue.add('a4', share('A', 'one'))).toBe('a4');
  expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a3']);
});
