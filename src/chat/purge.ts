import { listDeletedRooms } from '../store/queries/rooms.ts';
import type { Services } from './services.ts';

/** How often deleted rooms are looked for whose purge was interrupted, in milliseconds. */
const CHECK_MS = 30_000;

/** Deletes what a deleted room held, a part at a time. A stop interrupts it; another node or the next start continues. */
export async function purgeRoom(services: Services, roomId: string): Promise<void> {
  const { store, fileRemoval, isStopping, log } = services;
  const nextPart = () => store.mutate('purgeRoom', { roomId }, { isBackground: true });
  try {
    while (!isStopping() && (await nextPart())) fileRemoval.wake();
  } catch (error) {
    log.error({ err: error, roomId }, 'a deleted room could not be purged');
  }
}

/**
 * Continues the purges that a stop, or the death of a node, has interrupted, on one node at a time. The returned
 * function stops it.
 */
export function startPurging(services: Services): () => Promise<void> {
  let purging: Promise<void> | null = null;
  const purge = () => {
    if (services.store.cluster.isLeader()) {
      purging ??= purgeDeletedRooms(services).finally(() => (purging = null));
    }
  };
  purge();
  const timer = setInterval(purge, CHECK_MS).unref();
  return async () => {
    clearInterval(timer);
    await purging;
  };
}

async function purgeDeletedRooms(services: Services): Promise<void> {
  try {
    for (const { id } of await listDeletedRooms(services.store.pagesDb)) {
      await purgeRoom(services, id);
    }
  } catch (error) {
    services.log.error({ err: error }, 'the deleted rooms could not be listed');
  }
}
