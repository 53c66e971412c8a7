import { listDeletedRooms } from '../store/queries/rooms.ts';
import type { Services } from './services.ts';

/** Deletes what a deleted room held, a part at a time. A stop interrupts it; the next start continues. */
export async function purgeRoom(services: Services, roomId: string): Promise<void> {
  const { store, isStopping, log } = services;
  const nextPart = () => store.mutate('purgeRoom', { roomId }, { isBackground: true });
  try {
    while (!isStopping() && (await nextPart()));
  } catch (error) {
    log.error({ err: error, roomId }, 'a deleted room could not be purged');
  }
}

/** Continues the purges that a stop has interrupted. */
export async function purgeDeletedRooms(services: Services): Promise<void> {
  try {
    for (const { id } of await listDeletedRooms(services.store.pagesDb)) {
      await purgeRoom(services, id);
    }
  } catch (error) {
    services.log.error({ err: error }, 'the deleted rooms could not be listed');
  }
}
