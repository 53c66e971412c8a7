import { BIG_ROOM } from '../long-life.ts';
import { readPlan, sendResult } from '../processes.ts';
import { tokenOf } from '../world.ts';
import { dialects } from './dialects.ts';
import { openSocket } from './socket.ts';

/* Resumes a room over a WebSocket, and measures how long it takes to receive all missed events. */

export interface ResumePlan {
  readonly url: string;
  readonly missed: number;
  readonly rounds: number;
}

export interface ResumeResult {
  readonly seconds: readonly number[];
}

const plan = readPlan() as ResumePlan;
const path = dialects.charla.path(BIG_ROOM, tokenOf(0));

async function resume(after: number | null): Promise<{ head: number; events: number }> {
  let [head, events] = [0, 0];
  const query = after === null ? '' : `&after=${after}`;
  await new Promise<void>((resolve) => {
    const opened = openSocket(plan.url + path + query, (frame, start, end) => {
      const kind = dialects.charla.kindOf(frame, start);
      if (kind === 'delivery') events += 1;
      if (kind !== 'ready') return;
      head = (JSON.parse(frame.toString('utf8', start, end)) as { seq: number }).seq;
      void opened.then((socket) => socket.end());
      resolve();
    });
  });
  return { head, events };
}

const { head } = await resume(null);
const seconds: number[] = [];
for (let round = 0; round < plan.rounds; round += 1) {
  const start = performance.now();
  const { events } = await resume(head - plan.missed);
  seconds.push((performance.now() - start) / 1000);
  if (events !== plan.missed) throw new Error(`received ${events} of ${plan.missed} events`);
}
sendResult({ seconds } satisfies ResumeResult);
