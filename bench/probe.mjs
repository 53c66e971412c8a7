import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/*
 * Loaded into a server with `node --import`. On request, sends the parent process the delay of the
 * event loop, in ms, and the memory in use, in bytes.
 */
if (isMainThread) {
  let delay = null;
  const handlers = {
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
  process.on('message', (name) => handlers[name]());
  process.channel.unref();
}
