import { collectDefaultMetrics, Registry } from 'prom-client';
import type { HookWorker } from '../../chat/hooks/worker.ts';
import type { PushQueue } from '../../chat/push/queue.ts';
import type { Services } from '../../chat/services.ts';
import type { TransportCounts } from '../counts.ts';
import { addNodeMetrics } from './node.ts';
import { addStoreMetrics } from './store.ts';
import { addTrafficMetrics } from './traffic.ts';

/** Where the numbers come from. */
export interface Sources {
  readonly services: Services;
  readonly counts: TransportCounts;
  readonly pushes: PushQueue;
  readonly hooks: HookWorker;
}

/** Makes the metrics of one server, for its first scrape: those of the process observe it from then on. */
export class Metrics {
  readonly #registry = new Registry();

  constructor(sources: Sources) {
    addTrafficMetrics(this.#registry, sources);
    addStoreMetrics(this.#registry, sources);
    addNodeMetrics(this.#registry, sources);
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Writes all of them in the text format 0.0.4 of Prometheus. */
  async scrape(): Promise<string> {
    const text = await this.#registry.metrics();
    // The library writes `Nan`, as the mean delay of an event loop that was not measured yet.
    return text.replaceAll(/ Nan$/gm, ' NaN');
  }
}
