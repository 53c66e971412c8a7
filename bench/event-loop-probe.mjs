import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/*
 * `node --import` this, and the process says on its standard error how late its event loop was:
 * SIGUSR2 starts the measurement, SIGTERM ends it. Times are in milliseconds.
 */
if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on('SIGUSR2', () => delay.reset());
  process.once('SIGTERM', () => {
    const [p50, p99, max] = [delay.percentile(50), delay.percentile(99), delay.max];
    const times = Object.fromEntries(
      Object.entries({ p50, p99, max }).map(([name, ns]) => [name, ns / 1e6]),
    );
    process.stderr.write(`event loop delay ${JSON.stringify(times)}\n`);
  });
}
