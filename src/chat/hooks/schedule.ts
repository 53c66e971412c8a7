import type { HookProgress } from '../../store/queries/outgoing-hooks.ts';
import type { Outcome } from './delivery.ts';

/** In milliseconds. Tests give shorter ones. */
export interface HookTimes {
  /** How often it is looked for hooks whose pause is over. Those that do not fail are woken by commits. */
  readonly tickMs: number;
  /** How long a receiver may take, from the resolution of its name to its answer. */
  readonly requestMs: number;
  /** The pauses after the first failure, the second … One more failure disables the hook. */
  readonly pausesMs: readonly number[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Three days in all. Only attempts count: while the server is stopped, no receiver can miss one. */
const PAUSES_MS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  HOUR,
  3 * HOUR,
  4 * HOUR,
  ...Array<number>(8).fill(8 * HOUR),
];

export const HOOK_TIMES: HookTimes = { tickMs: 1000, requestMs: 10_000, pausesMs: PAUSES_MS };

/** Pauses become longer by up to this part, so that hooks that failed together do not come back together. */
const JITTER = 0.1;
/** The longest pause that a receiver can ask for, in milliseconds. */
const MAX_ASKED_MS = HOUR;

/** How far a hook has come after an attempt that failed; null where there is no further one. */
export function afterFailure(
  { seq, failures }: Pick<HookProgress, 'seq' | 'failures'>,
  { status, error, retryMs }: Outcome,
  { pausesMs, now }: { readonly pausesMs: readonly number[]; readonly now: number },
): HookProgress | null {
  const pause = pausesMs[failures];
  if (pause === undefined) return null;
  const asked = Math.min(retryMs, MAX_ASKED_MS);
  return {
    seq,
    failures: failures + 1,
    nextAttemptAt: Math.round(now + Math.max(pause * (1 + JITTER * Math.random()), asked)),
    lastAt: now,
    lastStatus: status,
    lastError: error,
  };
}
