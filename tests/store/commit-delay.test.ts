import { describe, expect, it } from 'vitest';
import { CommitDelay } from '../../src/store/commit-delay.ts';

/** How long a commit takes in these tests, whatever the size of its group. */
const COMMIT_MS = 0.6;

/**
 * Runs a CommitDelay on a simulated clock, in steps of 0.05 ms. Jobs arrive at the times `arrivals`; with a
 * `thinkMs`, another job arrives that long after each commit of one. Returns the start and the size of each
 * group, and how long each job waited for the start of its group, in milliseconds.
 */
function simulate(options: { arrivals: number[]; thinkMs?: number; untilMs: number }) {
  const delay = new CommitDelay();
  const arriving = options.arrivals.toSorted((a, b) => a - b);
  let queue: number[] = [];
  let freeAt = 0;
  const groups: { at: number; size: number }[] = [];
  const waits: number[] = [];
  for (let now = 0; now < options.untilMs; now += 0.05) {
    while (arriving.length > 0 && arriving[0]! <= now) queue.push(arriving.shift()!);
    if (queue.length === 0 || now < freeAt || delay.waitMs(queue.length, now) > 0) continue;
    delay.start(queue.length, now);
    groups.push({ at: now, size: queue.length });
    waits.push(...queue.map((at) => now - at));
    freeAt = now + COMMIT_MS;
    const { thinkMs } = options;
    if (thinkMs !== undefined)
      for (let i = 0; i < queue.length; i += 1) arriving.push(freeAt + thinkMs);
    queue = [];
  }
  return { groups, waits };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const arrivalsEvery = (ms: number, untilMs: number) =>
  Array.from({ length: Math.floor(untilMs / ms) }, (_, i) => i * ms);

describe('CommitDelay', () => {
  it('does not delay a job that arrives after a pause', () => {
    const { groups, waits } = simulate({ arrivals: arrivalsEvery(20, 2000), untilMs: 2000 });
    expect(groups).toHaveLength(100);
    expect(Math.max(...waits)).toBeLessThan(0.1);
  });

  it.each([0.2, 0.5, 1, 2])(
    'starts a group about every 7 ms for jobs that arrive every %d ms, and delays none for longer',
    (ms) => {
      const { groups, waits } = simulate({ arrivals: arrivalsEvery(ms, 4000), untilMs: 4000 });
      const later = groups.filter(({ at }) => at > 1000);
      expect(later.length).toBeLessThan(1.1 * (3000 / 7));
      expect(Math.max(...waits)).toBeLessThan(7.1);
    },
  );

  it.each([1, 2, 10, 64])('does not delay %d senders that each wait for an ack', (senders) => {
    const arrivals = Array.from({ length: senders }, () => 0);
    const { waits } = simulate({ arrivals, thinkMs: 0.3, untilMs: 10_000 });
    // A round takes 0.9 ms. With a delay of 7 ms, each would take almost eight times as long.
    expect(mean(waits)).toBeLessThan(0.1);
  });

  it('adapts when the load falls, and when it rises again', () => {
    const high = arrivalsEvery(0.1, 1000);
    const low = arrivalsEvery(20, 1000).map((at) => 1000 + at);
    const highAgain = arrivalsEvery(0.1, 1000).map((at) => 2000 + at);
    const { groups } = simulate({ arrivals: [...high, ...low, ...highAgain], untilMs: 3000 });
    const sizesBetween = (from: number, to: number) =>
      groups.filter(({ at }) => at >= from && at < to).map(({ size }) => size);
    expect(Math.max(...sizesBetween(1100, 2000))).toBe(1);
    expect(mean(sizesBetween(500, 1000))).toBeGreaterThan(20);
    expect(mean(sizesBetween(2500, 3000))).toBeGreaterThan(20);
  });
});
