import type { Registry } from 'prom-client';
import { readHookLag, type HookLag } from '../../store/queries/outgoing-hooks.ts';
import type { Sources } from './registry.ts';
import { addMetric, byLabel, ofHistogram, type Sample } from './samples.ts';
import { orNothing } from './patience.ts';

/** What the database does: commits, queues, how far others are behind the log. */
export function addStoreMetrics(registry: Registry, { services, pushes, hooks }: Sources): void {
  const { store, passwords, media } = services;
  const { writer } = store.stats;
  const isOnPostgres = store.stats.logLag() !== null;
  const histogram = (name: string, help: string, read: (name: string) => Iterable<Sample>) =>
    addMetric(registry, { type: 'histogram', name, help }, () => read(name));

  addMetric(
    registry,
    {
      type: 'counter',
      name: 'charla_events_committed_total',
      help: 'Events that this node has written to the log',
    },
    () => byLabel('type', writer.committed),
  );
  histogram('charla_group_mutations', 'Mutations that were committed together', (name) =>
    ofHistogram(name, writer.sizes),
  );
  histogram('charla_group_duration_seconds', 'How long the writer took', (name) =>
    Object.entries(writer.seconds).flatMap(([kind, seconds]) => [
      ...ofHistogram(name, seconds, { kind }),
    ]),
  );
  histogram('charla_commit_duration_seconds', 'COMMIT: the wait for the disk', (name) =>
    ofHistogram(name, writer.commitSeconds),
  );
  const queues = () =>
    Object.entries({
      ...store.stats.queues(),
      passwords: passwords.queue(),
      pictures: media.queue(),
      push: pushes.queue(),
      hooks: hooks.queue(),
    });
  addMetric(
    registry,
    { type: 'gauge', name: 'charla_queue_waiting', help: 'What waits for its turn' },
    () => queues().map(([queue, { waiting }]) => [waiting, { queue }]),
  );
  addMetric(
    registry,
    { type: 'gauge', name: 'charla_queue_running', help: 'What has its turn' },
    () => queues().map(([queue, { running }]) => [running, { queue }]),
  );
  addMetric(
    registry,
    {
      type: 'gauge',
      name: 'charla_search_lag_events',
      help: 'Events of the log that the search index does not have yet',
    },
    async () => orNothing(async () => [[await store.stats.indexLag()]]),
  );
  const hookGauge = (name: string, help: string, read: (lag: HookLag) => Sample[]) =>
    addMetric(registry, { type: 'gauge', name, help }, () =>
      orNothing(async () => read(await readHookLag(store.pagesDb))),
    );
  hookGauge('charla_hooks', 'Outgoing hooks that are not disabled', ({ hooks: all, retrying }) =>
    byLabel('state', { active: all - retrying, retrying }),
  );
  hookGauge(
    'charla_hook_lag_events',
    'Events that outgoing hooks have not gone through yet, all hooks together',
    ({ events }) => [[events]],
  );
  addMetric(
    registry,
    {
      type: 'counter',
      name: 'charla_hook_attempts_total',
      help: 'Attempts of this node to deliver an event to an outgoing hook, by outcome',
    },
    () => byLabel('outcome', hooks.attempts),
  );
  if (!isOnPostgres) return;
  histogram('charla_lock_wait_seconds', 'Wait for the lock of the log, one at a time', (name) =>
    ofHistogram(name, writer.lockSeconds),
  );
  addMetric(
    registry,
    {
      type: 'gauge',
      name: 'charla_database_connections',
      help: 'Open connections for reads, by pool',
    },
    () => byLabel('pool', store.stats.pools()),
  );
  addMetric(
    registry,
    {
      type: 'gauge',
      name: 'charla_log_lag_events',
      help: 'Events of the log that this node has not delivered yet',
    },
    () => [[store.stats.logLag()!]],
  );
}
