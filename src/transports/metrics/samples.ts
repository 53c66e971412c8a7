import type { Metric, Registry } from 'prom-client';
import type { Histogram } from '../../counting.ts';

/* Metrics whose values are read from plain numbers at the moment of a scrape: until then they cost nothing. */

export type Labels = Readonly<Record<string, string>>;

/** A value, its labels, and its name where that is not the metric's. */
export type Sample = readonly [value: number, labels?: Labels, name?: string];

/** Returns what there is now; nothing where it cannot be known. */
type Read = () => Iterable<Sample> | Promise<Iterable<Sample>>;

export interface Description {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
}

/** Adds a metric. The library writes it; it could only observe values one by one. */
export function addMetric(registry: Registry, { type, name, help }: Description, read: Read): void {
  const get = async () => ({
    name,
    help,
    type,
    aggregator: 'sum',
    values: Array.from(await read(), ([value, labels = {}, metricName = name]) => {
      return { value, labels, metricName };
    }),
  });
  registry.registerMetric({ name, get } as unknown as Metric);
}

/** The samples of a histogram. */
export function* ofHistogram(
  name: string,
  histogram: Histogram,
  labels: Labels = {},
): Generator<Sample> {
  const { buckets, sum, count } = histogram.read();
  for (const [bound, value] of buckets) {
    yield [value, { ...labels, le: String(bound) }, `${name}_bucket`];
  }
  yield [count, { ...labels, le: '+Inf' }, `${name}_bucket`];
  yield [sum, labels, `${name}_sum`];
  yield [count, labels, `${name}_count`];
}

/** One sample for each key, with the key as its label. */
export const byLabel = (label: string, values: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(values).map(([key, value]) => [value, { [label]: key }]);
