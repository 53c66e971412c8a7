import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/*
 * `node --import` this, and the process tells its parent how late its event loop was, in ms, and how
 * much memory it holds, in bytes.
 */
if (isMainThread) {
  let delay = null;
  const answer = {
    start() {
      delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
    },
    probe() {
      const [p50, p99, max] = delay
        ? [delay.percentile(50), delay.percentile(99), delay.max].map((ns) => ns / 1e6)
        : [];
      delay?.disable();
      globalThis.gc?.();
      const { heapUsed, external, rss } = process.memoryUsage();
      process.send({ delay: { p50, p99, max }, heap: heapUsed + external, rss });
    },
  };
  process.on('message', (name) => answer[name]());
  process.channel.unref();
}
