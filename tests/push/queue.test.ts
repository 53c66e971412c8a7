import { expect, it, onTestFinished } from 'vitest';
import type { Outcome } from '../../src/chat/push/delivery.ts';
import { PushQueue } from '../../src/chat/push/queue.ts';
import type { Push } from '../../src/store/queries/pushes.ts';

const push = (n: number, more: Partial<Push> = {}): Push => ({
  subscriptionId: `subscription ${n}`,
  userId: `user ${n}`,
  roomId: 'room',
  seq: 1,
  ...more,
});

/** A queue whose deliveries end when the test says so. */
function startQueue({ retryMs = 5 } = {}) {
  const open: { readonly push: Push; readonly end: (outcome?: Outcome) => void }[] = [];
  const logged: object[] = [];
  const queue = new PushQueue({
    deliver: (one, signal) =>
      new Promise((resolve) => {
        const end = (how: Outcome = { kind: 'done' }) => resolve(how);
        signal.addEventListener('abort', () => end());
        open.push({ push: one, end });
      }),
    forget: () => {},
    log: { warn: (what: unknown) => void logged.push(what as object) },
    retryMs,
  });
  onTestFinished(() => queue.stop(0));
  return { queue, open, logged };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('sends fifty at once, and drops the oldest of more than ten thousand that wait', async () => {
  const { queue, open, logged } = startQueue();
  queue.add(Array.from({ length: 10_055 }, (_, n) => push(n)));
  expect(open).toHaveLength(50);
  expect(logged).toMatchObject([{ dropped: 1 }]);
  open[0]!.end();
  await turn();
  expect(open).toHaveLength(51);
});

it('lets no failing subscription hold up others, and holds its newest message of each room', async () => {
  const { queue, open } = startQueue({ retryMs: 20 });
  queue.add([push(1), push(1, { roomId: 'other' }), push(2)]);
  open[0]!.end({ kind: 'failed', retryMs: 0, reason: 'no' });
  await turn();
  queue.add([push(1, { seq: 2 }), push(1, { seq: 3 }), push(3)]);
  expect(open.map((one) => one.push.userId)).toEqual(['user 1', 'user 1', 'user 2', 'user 3']);
  for (const { end } of open) end();
  while (open.length < 5) await turn();
  expect(open[4]!.push).toMatchObject({ roomId: 'room', seq: 3 });
  open[4]!.end();
  await turn();
  expect(open).toHaveLength(5);
});
