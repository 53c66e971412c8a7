/** What the order of a message in time follows from. */
export interface TimedSend {
  readonly id: string;
  /** When its first attempt started, in milliseconds; Infinity if the history did not send it. */
  startedAt: number;
  /** When its first ack came; Infinity if none did. */
  ackedAt: number;
  /** Its seq; 0 if nobody knows it. */
  seq: number;
}

/**
 * Finds the messages of a room that were sent after one with a higher seq was acked: their order contradicts real
 * time. Walks through starts and acks side by side, so 50,000 sends cost no more than sorting them.
 */
export function contradictRealTime(sends: Iterable<TimedSend>): string[] {
  const written = [...sends].filter(({ seq }) => seq > 0);
  const starts = written.toSorted((a, b) => a.startedAt - b.startedAt);
  const acks = written.toSorted((a, b) => a.ackedAt - b.ackedAt);
  const violations: string[] = [];
  let next = 0;
  let highest: TimedSend | undefined;
  for (const { id, startedAt, seq } of starts) {
    if (startedAt === Infinity) break;
    for (; next < acks.length && acks[next]!.ackedAt < startedAt; next += 1) {
      if (acks[next]!.seq > (highest?.seq ?? 0)) highest = acks[next];
    }
    if (!highest || highest.seq <= seq) continue;
    violations.push(
      `${highest.id} was acked as ${highest.seq} at ${highest.ackedAt.toFixed(3)} ms, ` +
        `${id} was sent at ${startedAt.toFixed(3)} ms and is ${seq}`,
    );
  }
  return violations;
}
