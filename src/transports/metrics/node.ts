import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { headPos } from '../../chat/replay.ts';
import { version } from '../../package.ts';
import { orNothing } from './patience.ts';
import type { Sources } from './registry.ts';
import { addMetric, byLabel, type Sample } from './samples.ts';

/** This node: whether it is well, and the others. */
export function addNodeMetrics(registry: Registry, { services, pushes }: Sources): void {
  const { store, config } = services;
  const gauge = (name: string, help: string, read: () => Sample[] | Promise<Sample[]>) =>
    addMetric(registry, { type: 'gauge', name, help }, read);

  gauge('charla_info', 'Always 1; its labels say what runs here', () => [
    [1, { version, database: config.databaseUrl === null ? 'sqlite' : 'postgres' }],
  ]);
  gauge('charla_ready', '1 where the database answers, otherwise 0', async () => {
    const [found] = await orNothing(async () => [[await headPos(services)]]);
    return [[found ? 1 : 0]];
  });
  gauge('charla_nodes', 'Nodes that are alive, as this one sees it', () => [
    [store.cluster.nodeCount()],
  ]);
  gauge('charla_leader', '1 on the node that does what one of them has to do', () => [
    [store.cluster.isLeader() ? 1 : 0],
  ]);
  const folders = { data: config.dataDir, files: config.filesDir ?? join(config.dataDir, 'files') };
  gauge('charla_disk_free_bytes', 'Space that the server may still use, by folder', () =>
    orNothing(() =>
      Promise.all(
        Object.entries(folders).map(async ([folder, path]): Promise<Sample> => {
          const { bavail, bsize } = await statfs(path);
          return [bavail * bsize, { folder }];
        }),
      ),
    ),
  );
  addMetric(
    registry,
    {
      type: 'counter',
      name: 'charla_push_attempts_total',
      help: 'Notifications that were sent to push services, or dropped, by outcome',
    },
    () => byLabel('outcome', { ...pushes.attempts, dropped: pushes.dropped }),
  );
}
