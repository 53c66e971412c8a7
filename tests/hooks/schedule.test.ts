import { expect, it } from 'vitest';
import { afterFailure, HOOK_TIMES } from '../../src/chat/hooks/schedule.ts';

const failed = { kind: 'failed', status: 500, error: 'it failed', retryMs: 0 } as const;
const HOUR = 3_600_000;

/** The pauses until a hook is given up that fails every time, asking for `retryMs`. */
function pauses(retryMs: number): number[] {
  const { pausesMs } = HOOK_TIMES;
  const found: number[] = [];
  for (let failures = 0; ; failures += 1) {
    const next = afterFailure(
      { seq: 7, failures },
      { ...failed, retryMs },
      { pausesMs, now: 1000 },
    );
    if (next === null) return found;
    expect(next).toMatchObject({ seq: 7, failures: failures + 1, lastAt: 1000, lastStatus: 500 });
    found.push(next.nextAttemptAt! - 1000);
  }
}

it('tries for three days, with pauses that grow from seconds to hours', () => {
  const found = pauses(0);
  const planned = HOOK_TIMES.pausesMs;
  expect(found).toHaveLength(planned.length);
  for (const [i, pause] of found.entries()) {
    expect(pause).toBeGreaterThanOrEqual(planned[i]!);
    expect(pause).toBeLessThanOrEqual(planned[i]! * 1.1 + 1);
  }
  expect(found[0]).toBeLessThan(6000);
  expect(found.toSorted((a, b) => a - b).map((pause) => pause > 7 * HOUR)).toEqual(
    planned.map((pause) => pause > 7 * HOUR),
  );
  const total = found.reduce((sum, pause) => sum + pause, 0);
  expect(total).toBeGreaterThan(72 * HOUR);
  expect(total).toBeLessThan(80 * HOUR);
});

it('spreads hooks that fail together', () => {
  expect(new Set(Array.from({ length: 20 }, () => pauses(0)[5])).size).toBeGreaterThan(10);
});

it('waits as long as a receiver asks, but not for days', () => {
  expect(pauses(60_000)[0]).toBe(60_000);
  expect(pauses(1e12)[0]).toBe(HOUR);
});
