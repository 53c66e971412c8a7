import { expect, it } from 'vitest';
import { CommitDelay } from '../../src/store/sqlite/commit-delay.ts';

/** How long a group is under way in these tests, in milliseconds, whatever its size. */
const COMMIT_MS = 0.6;

/**
 * Runs a pace on a clock of its own. `arrivals` are the times at which jobs come by themselves; every
 * answered job is followed by another `thinkMs` later where there is a `thinkMs`. Answers when the
 * groups began, how large they were, and how long each job waited for its group.
 */
function simulate(options: { arrivals: number[]; thinkMs?: number; untilMs: number }) {
  const pace = new CommitDelay();
  const coming = options.arrivals.toSorted((a, b) => a - b);
  let queue: number[] = [];
  let freeAt = 0;
  const groups: { at: number; size: number }[] = [];
  const waits: number[] = [];
  for (let now = 0; now < options.untilMs; now += 0.05) {
    while (coming.length > 0 && coming[0]! <= now) queue.push(coming.shift()!);
    if (queue.length === 0 || now < freeAt || pace.waitMs(queue.length, now) > 0) continue;
    pace.start(queue.length, now);
    groups.push({ at: now, size: queue.length });
    waits.push(...queue.map((at) => now - at));
    freeAt = now + COMMIT_MS;
    const { thinkMs } = options;
    if (thinkMs !== undefined)
      for (let i = 0; i < queue.length; i += 1) coming.push(freeAt + thinkMs);
    queue = [];
  }
  return { groups, waits };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const every = (ms: number, untilMs: number) =>
  Array.from({ length: Math.floor(untilMs / ms) }, (_, i) => i * ms);

it('lets what comes after a pause go at once', () => {
  const { groups, waits } = simulate({ arrivals: every(20, 2000), untilMs: 2000 });
  expect(groups).toHaveLength(100);
  expect(Math.max(...waits)).toBeLessThan(0.1);
});

it.each([0.2, 0.5, 1, 2])(
  'gathers what comes every %d ms, so that groups begin about every 7 ms, and none waits for longer',
  (ms) => {
    const { groups, waits } = simulate({ arrivals: every(ms, 4000), untilMs: 4000 });
    const later = groups.filter(({ at }) => at > 1000);
    expect(later.length).toBeLessThan(1.1 * (3000 / 7));
    expect(Math.max(...waits)).toBeLessThan(7.1);
  },
);

it.each([1, 2, 10, 64])('does not slow down %d who send when they are answered', (senders) => {
  const arrivals = Array.from({ length: senders }, () => 0);
  const { waits } = simulate({ arrivals, thinkMs: 0.3, untilMs: 10_000 });
  // A turn takes 0.9 ms; a wait of 7 ms each time would be six of them.
  expect(mean(waits)).toBeLessThan(0.1);
});

it('follows when many become few, and few become many', () => {
  const many = every(0.1, 1000);
  const few = every(20, 1000).map((at) => 1000 + at);
  const again = every(0.1, 1000).map((at) => 2000 + at);
  const { groups } = simulate({ arrivals: [...many, ...few, ...again], untilMs: 3000 });
  const between = (from: number, to: number) =>
    groups.filter(({ at }) => at >= from && at < to).map(({ size }) => size);
  expect(Math.max(...between(1100, 2000))).toBe(1);
  expect(mean(between(500, 1000))).toBeGreaterThan(20);
  expect(mean(between(2500, 3000))).toBeGreaterThan(20);
});
