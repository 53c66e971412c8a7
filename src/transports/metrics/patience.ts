import { setTimeout as sleep } from 'node:timers/promises';
import type { Sample } from './samples.ts';

/** How long a scrape waits for what has to be asked, in milliseconds. Prometheus waits 10 s for all of it. */
const PATIENCE_MS = 1000;

/** Returns no sample where it cannot be had in time: the others are needed most where something is wrong. */
export async function orNothing(read: () => Promise<Sample[]>): Promise<Sample[]> {
  const ended = new AbortController();
  const late = sleep<Sample[]>(PATIENCE_MS, [], { signal: ended.signal, ref: false });
  try {
    return await Promise.race([read().catch(() => []), late]);
  } finally {
    late.catch(() => {});
    ended.abort();
  }
}
