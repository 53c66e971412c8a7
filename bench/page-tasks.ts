/** What Chromium records of its tasks. */
export const TASKS = ['toplevel', 'devtools.timeline'];

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** In microseconds. */
  readonly dur?: number;
}

/**
 * Returns the lengths in milliseconds of all tasks of a page's main thread in a trace: of the thread that runs the most
 * functions.
 */
export function mainThreadTasks(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const calls = new Map<string, number>();
  for (const event of traceEvents)
    if (event.name === 'FunctionCall')
      calls.set(threadOf(event), (calls.get(threadOf(event)) ?? 0) + 1);
  const [main] = [...calls].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return traceEvents
    .filter(({ name, ph }) => name === 'ThreadControllerImpl::RunTask' && ph === 'X')
    .filter((event) => threadOf(event) === main)
    .map(({ dur = 0 }) => dur / 1000);
}
